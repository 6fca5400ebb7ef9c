// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Metadata;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Cursor;
import org.junit.jupiter.api.Test;

/** Bytes: what a writer hands over comes back unchanged, and names are told apart byte by byte. */
public abstract class BytesContract extends LogContract<LogFixture> {
    /** Texts that stores are known to fold, cut, quote, or take for a pattern. */
    private static final List<String> STRANGE = List.of(
            "a.b",
            "a_b",
            "a b",
            "a/b",
            "a\\b",
            "a:b",
            "a*b",
            "a%b",
            "a>b",
            "a'b",
            "a\"b",
            "a;b",
            "a--b",
            "a\nb",
            "a\tb",
            "a\u0001b",
            "*",
            ">",
            "%",
            ".",
            "..",
            " ",
            "a",
            "A",
            "a ",
            " a",
            "ä",
            "a\u0308",
            "ß",
            "SS",
            "İ",
            "i",
            "日本",
            "\uFFFD",
            "\uFFFF",
            "😀",
            "👩\u200D🚀",
            "null",
            "0",
            "00");

    @Test
    void a_payload_comes_back_byte_for_byte() {
        byte[] everyByte = new byte[512];
        for (int i = 0; i < everyByte.length; i++) {
            everyByte[i] = (byte) i;
        }
        List<byte[]> payloads = List.of(
                new byte[0], new byte[] {0}, everyByte, "{\"b\":1,\"a\":1.0,\"a\":2}".getBytes(StandardCharsets.UTF_8));
        given(A, payloads.stream().map(bytes -> EventData.of("E", bytes)).toList());
        assertThat(all(log().read(A)).map(event -> event.data().payload()).toList())
                .usingElementComparator(Arrays::compare)
                .isEqualTo(payloads);
    }

    @Test
    void everything_that_an_event_carries_comes_back_from_every_read() {
        EventData full = EventData.of("Type é😀", new byte[] {1, 2, 3})
                .withSchemaVersion(Integer.MAX_VALUE)
                .withOccurredAt(Instant.parse("1816-02-29T23:59:59.999999Z"))
                .withContentType("application/x-é; charset=\"utf-8\"")
                .withMetadata(Metadata.of("k", "v"))
                .withTags("t1", "t2")
                .asBaseline();
        given(A, List.of(full));
        assertThat(log().read(A).toList().getFirst().data()).isEqualTo(full);
        assertThat(log().read(A).backward().toList().getFirst().data()).isEqualTo(full);
        assertThat(log().read(EventQuery.all()).toList().getFirst().data()).isEqualTo(full);
        assertThat(log().history(log().beginning()).appends().getFirst())
                .isEqualTo(List.of(log().read(A).toList().getFirst()));
    }

    @Test
    void what_an_event_does_not_carry_stays_absent() {
        EventData bare = EventData.of("E", new byte[0]);
        given(A, List.of(bare));
        EventData stored = log().read(A).toList().getFirst().data();
        assertThat(stored).isEqualTo(bare);
        assertThat(stored.occurredAt()).isNull();
        assertThat(stored.metadata().isEmpty()).isTrue();
        assertThat(stored.tags()).isEmpty();
        assertThat(stored.baseline()).isFalse();
    }

    @Test
    void occurred_at_comes_back_to_the_microsecond_from_the_whole_range() {
        List<Instant> times = List.of(
                Instant.EPOCH,
                Instant.EPOCH.minusNanos(1_000),
                Instant.parse("2026-01-01T00:00:00.000001Z"),
                Instant.parse("-200000-01-01T00:00:00.123456Z"),
                Instant.parse("+200000-12-31T23:59:59.999999Z"));
        given(A, times.stream().map(time -> event("E").withOccurredAt(time)).toList());
        assertThat(all(log().read(A)).map(event -> event.data().occurredAt())).isEqualTo(times);
    }

    @Test
    void metadata_keeps_types_values_and_keys() {
        Metadata metadata = Metadata.of("text", "")
                .with("long", Long.MIN_VALUE)
                .with("decimal", new BigDecimal("-12345678901234567890.000000000012"))
                .with("boolean", false)
                .with("instant", Instant.parse("2026-01-01T00:00:00.123456789Z"))
                .with("number as text", "5")
                .with("a=b\\c\nd", "a=b\\c\nd")
                .with("é😀\uFFFD", "é😀\uFFFD");
        given(A, List.of(event("E").withMetadata(metadata)));
        Metadata stored = log().read(A).toList().getFirst().data().metadata();
        assertThat(stored).isEqualTo(metadata);
        assertThat(stored.asMap()).isEqualTo(metadata.asMap());
    }

    @Test
    void tags_are_a_set_in_byte_order() {
        given(A, List.of(tagged("E", "b", "a", "B", "b", "😀", "\uFFFD", "a:b")));
        Set<String> tags = log().read(A).toList().getFirst().tags();
        assertThat(tags).containsExactly("B", "a", "a:b", "b", "\uFFFD", "😀");
        assertThat(log().read(EventQuery.tags("A")).toList()).isEmpty();
        assertThat(log().read(EventQuery.tags("a:b", "😀")).toList()).hasSize(1);
    }

    @Test
    void strange_texts_are_streams_of_their_own() {
        for (String text : STRANGE) {
            given(stream(text), text);
        }
        for (String text : STRANGE) {
            assertThat(typesOf(stream(text))).as("stream " + text).containsExactly(text);
            assertThat(types(log().read(EventQuery.streams(stream(text))))).containsExactly(text);
        }
        assertThat(log().streams().toList().stream().map(info -> info.stream().id()))
                .containsExactlyInAnyOrderElementsOf(STRANGE);
    }

    @Test
    void strange_texts_are_categories_types_tags_and_labels_of_their_own() {
        for (String text : STRANGE) {
            given(StreamId.of(text, "1"), List.of(tagged(text, text)));
            log().label(StreamId.of(text, "1"), text, text);
        }
        for (String text : STRANGE) {
            for (EventQuery query : List.of(EventQuery.category(text), EventQuery.types(text), EventQuery.tags(text))) {
                assertThat(types(log().read(query))).as(query.toString()).containsExactly(text);
            }
            assertThat(log().streams().category(text).toList()).hasSize(1);
            assertThat(log().streams().labelled(text).toList()).hasSize(1);
            assertThat(log().streams().labelled(text, text).toList()).hasSize(1);
        }
    }

    @Test
    void category_and_id_do_not_run_into_each_other() {
        List<StreamId> alike = List.of(
                StreamId.of("a", "b/c"), StreamId.of("a/b", "c"), StreamId.of("ab", "c"), StreamId.of("a", "bc"));
        alike.forEach(stream -> given(stream, stream.toString()));
        assertThat(Stream.of(0, 1, 2, 3).map(i -> typesOf(alike.get(i)).getFirst()))
                .isEqualTo(alike.stream().map(StreamId::toString).toList());
    }

    @Test
    void a_text_with_a_zero_or_half_a_character_is_refused_before_it_reaches_the_store() {
        for (String bad : List.of("", "a\u0000b", "a\uD83Db", "\uDE00")) {
            refused(IllegalArgumentException.class, () -> stream(bad));
            refused(IllegalArgumentException.class, () -> StreamId.of(bad, "1"));
            refused(IllegalArgumentException.class, () -> event(bad));
            refused(IllegalArgumentException.class, () -> tagged("E", bad));
            refused(IllegalArgumentException.class, () -> EventQuery.tags(bad));
        }
        given(A, "E");
        Cursor head = log().head();
        refused(IllegalArgumentException.class, () -> log().label(A, "a\u0000b", "x"));
        refused(IllegalArgumentException.class, () -> log().label(A, "a", "x\uD83D"));
        assertThat(log().head()).isEqualTo(head);
    }

    @Test
    void the_callers_array_is_not_shared() {
        byte[] mine = {1, 2, 3};
        given(A, List.of(EventData.of("E", mine)));
        mine[0] = 9;
        byte[] read = log().read(A).toList().getFirst().data().payload();
        assertThat(read).containsExactly(1, 2, 3);
        read[1] = 9;
        assertThat(log().read(A).toList().getFirst().data().payload()).containsExactly(1, 2, 3);
    }
}
