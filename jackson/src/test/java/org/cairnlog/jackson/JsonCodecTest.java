// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.cairnlog.codec.EventTypes;
import org.cairnlog.codec.TypedCodec;
import org.cairnlog.codec.UndecodableEvent;
import org.cairnlog.event.EventData;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonCodecTest {
    sealed interface Event permits Placed, Closed {}

    sealed interface Payment permits Card, Cash {}

    record Card(String number) implements Payment {}

    record Cash() implements Payment {}

    enum Colour {
        RED,
        GREEN
    }

    record Item(String name, int count) {}

    record Placed(
            String id,
            long cents,
            BigDecimal rate,
            BigInteger huge,
            boolean gift,
            Instant at,
            LocalDate day,
            Duration within,
            ZonedDateTime there,
            Colour colour,
            List<Item> items,
            Map<String, Integer> counts,
            Optional<String> note,
            Payment payment,
            UUID reference,
            String nothing)
            implements Event {}

    record Closed() implements Event {}

    record Small(String name, long cents) {}

    private static final TypedCodec<Event> CODEC =
            Json.codec(EventTypes.of(Event.class).add("placed", Placed.class).add("closed", Closed.class));

    private static final TypedCodec<Small> SMALL =
            Json.codec(EventTypes.of(Small.class).add("small", Small.class));

    private static final Placed PLACED = new Placed(
            "o1",
            Long.MAX_VALUE,
            new BigDecimal("1.100"),
            BigInteger.TWO.pow(100),
            true,
            Instant.parse("2026-01-31T12:00:00.123456789Z"),
            LocalDate.parse("2026-02-28"),
            Duration.ofMillis(1500),
            ZonedDateTime.parse("2026-01-31T12:00:00+01:00[Europe/Berlin]"),
            Colour.GREEN,
            List.of(new Item("tea", 2)),
            Map.of("a", 1),
            Optional.of("soon"),
            new Card("4111"),
            UUID.fromString("00000000-0000-7000-8000-000000000001"),
            null);

    @Test
    void an_event_comes_back_as_it_was() {
        assertThat(CODEC.decode(recorded(CODEC.encode(PLACED)))).containsExactly(PLACED);
        assertThat(CODEC.decode(recorded(CODEC.encode(new Closed())))).containsExactly(new Closed());
    }

    @Test
    void what_is_stored_can_be_read_by_everybody() {
        EventData data = CODEC.encode(PLACED);
        assertThat(data.type()).isEqualTo("placed");
        assertThat(data.schemaVersion()).isEqualTo(1);
        assertThat(data.contentType()).isEqualTo("application/json");
        assertThat(data.payloadText())
                .isEqualTo("{\"id\":\"o1\",\"cents\":9223372036854775807,\"rate\":1.100,"
                        + "\"huge\":1267650600228229401496703205376,\"gift\":true,"
                        + "\"at\":\"2026-01-31T12:00:00.123456789Z\",\"day\":\"2026-02-28\",\"within\":\"PT1.5S\","
                        + "\"there\":\"2026-01-31T12:00:00+01:00[Europe/Berlin]\",\"colour\":\"GREEN\","
                        + "\"items\":[{\"name\":\"tea\",\"count\":2}],\"counts\":{\"a\":1},\"note\":\"soon\","
                        + "\"payment\":{\"@type\":\"Card\",\"number\":\"4111\"},"
                        + "\"reference\":\"00000000-0000-7000-8000-000000000001\",\"nothing\":null}");
        assertThat(CODEC.encode(new Closed()).payloadText()).isEqualTo("{}");
    }

    @Test
    void fields_keep_their_digits_without_a_class() {
        var shape = CODEC.shapes(recorded(CODEC.encode(PLACED))).getFirst();
        assertThat(shape.number("cents")).isEqualTo(Long.MAX_VALUE);
        assertThat(shape.get("rate")).isEqualTo(new BigDecimal("1.100"));
        assertThat(shape.get("huge")).isEqualTo(BigInteger.TWO.pow(100));
        assertThat(shape.fields().keySet()).startsWith("id", "cents", "rate").endsWith("nothing");
    }

    @Test
    void what_an_event_looks_like_can_be_reviewed() {
        assertThat(Json.format().describe(Placed.class))
                .containsEntry("cents", "long")
                .containsEntry("at", "Instant")
                .containsEntry("colour", "Colour(RED|GREEN)")
                .containsEntry("items", "List<Item{name: String, count: int}>")
                .containsEntry("counts", "Map<String, Integer>")
                .containsEntry("note", "Optional<String>")
                .containsEntry("payment", "Payment(Card{number: String}|Cash)")
                .hasSize(16);
        assertThat(Json.format().describe(Tree.class))
                .containsEntry("children", "List<Tree{children: List<Tree>, bytes: byte[]}>")
                .containsEntry("bytes", "byte[]");
        assertThat(Json.format().describe(Closed.class)).isEmpty();
    }

    record Tree(List<Tree> children, byte[] bytes) {}

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a field the class does not have | {\"cents\":1,\"more\":\"secret\"} | no field \"more\"",
                "a missing primitive | {\"name\":\"ada\"} | ",
                "null for a primitive | {\"name\":\"ada\",\"cents\":null} | at /cents: ",
                "text for a number | {\"name\":\"ada\",\"cents\":\"77secret\"} | no long",
                "quoted number | {\"name\":\"ada\",\"cents\":\"77\"} | no long",
                "a fraction for a whole number | {\"name\":\"ada\",\"cents\":1.5} | no long",
                "a number for text | {\"name\":4711,\"cents\":1} | no String",
                "something behind it | {\"name\":\"ada\",\"cents\":1} secret | ",
                "half an object | {\"name\":\"secret\",\"ce | ",
                "null | null | is null",
                "nothing | '' | ",
            })
    void what_does_not_fit_is_refused_and_not_quoted(String what, String payload, String expected) {
        EventData data = EventData.json("small", payload);
        assertThatThrownBy(() -> SMALL.decode(recorded(data)))
                .isInstanceOfSatisfying(UndecodableEvent.class, undecodable -> {
                    assertThat(undecodable).hasMessageContaining("account/42 at version 7 (position 9)");
                    assertThat(undecodable.stored().data()).isEqualTo(data);
                    assertThat(undecodable.step()).startsWith("decoding it as ").endsWith("Small");
                    assertThat(undecodable.getCause()).hasMessageContaining(expected == null ? "" : expected);
                    for (Throwable cause = undecodable; cause != null; cause = cause.getCause()) {
                        assertThat(cause.toString()).doesNotContain("secret").doesNotContain("77");
                    }
                });
    }

    @Test
    void a_missing_reference_is_null() {
        assertThat(SMALL.decode(recorded(EventData.json("small", "{\"cents\":1}"))))
                .containsExactly(new Small(null, 1));
    }

    @Test
    void jackson_2_stands_beside_it_and_changes_nothing() throws Exception {
        var old = new com.fasterxml.jackson.databind.ObjectMapper();
        byte[] payload = CODEC.encode(PLACED).payload();
        assertThat(old.readTree(payload).get("cents").asLong()).isEqualTo(Long.MAX_VALUE);
        assertThat(old.getClass().getModule()).isEqualTo(CODEC.getClass().getModule()); // one class path
        assertThat(CODEC.decode(recorded(CODEC.encode(PLACED)))).containsExactly(PLACED);
    }

    private static RecordedEvent recorded(EventData data) {
        return new RecordedEvent(9, StreamId.of("account", "42"), 7, Instant.EPOCH, data);
    }
}
