// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.jackson.EventTypesTest.recorded;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.cairnlog.codec.EventTypes;
import org.cairnlog.codec.SubjectForgotten;
import org.cairnlog.codec.SubjectKeys;
import org.cairnlog.codec.TypedCodec;
import org.cairnlog.codec.UndecodableEvent;
import org.cairnlog.event.EventData;
import org.cairnlog.event.RecordedEvent;
import org.junit.jupiter.api.Test;

class SealingTest {
    sealed interface Event permits Registered, Paid {}

    record Address(String street, int number) {}

    record Registered(String customer, String name, LocalDate born, int shoeSize, boolean vip, Address address)
            implements Event {
        Registered {
            Objects.requireNonNull(name, "name");
        }
    }

    record Paid(String from, String to, String fromName, String toName, long cents) implements Event {}

    private static final Registered ADA =
            new Registered("42", "Ada Lovelace", LocalDate.parse("1815-12-10"), 36, true, new Address("Dorset St", 1));

    private final SubjectKeys keys = SubjectKeys.inMemory();
    private final TypedCodec<Event> codec = codec(keys);

    private static TypedCodec<Event> codec(SubjectKeys keys) {
        return Json.codec(types(), keys);
    }

    private static EventTypes<Event> types() {
        return EventTypes.of(Event.class)
                .add(
                        "registered",
                        Registered.class,
                        type -> type.personal(
                                        event -> "customer:" + event.customer(),
                                        "name",
                                        "born",
                                        "shoeSize",
                                        "vip",
                                        "address")
                                .redacted("name", "(forgotten)"))
                .add(
                        "paid",
                        Paid.class,
                        type -> type.personal(Paid::from, "fromName").personal(Paid::to, "toName"));
    }

    @Test
    void what_is_personal_comes_back_and_stands_nowhere() {
        RecordedEvent stored = recorded("customer", codec.encode(ADA));
        assertThat(codec.decode(stored)).containsExactly(ADA);
        assertThat(stored.payloadText())
                .startsWith("{\"customer\":\"42\",\"name\":{\"$sealed\":\"")
                .doesNotContain("Ada", "Lovelace", "1815", "36", "true", "Dorset");
        assertThat(stored.toString()).doesNotContain("Lovelace");
        assertThat(codec.shapes(stored).getFirst().text("name")).isEqualTo("Ada Lovelace");
        assertThat(codec.shapes(stored).toString()).doesNotContain("Lovelace");
    }

    @Test
    void the_same_text_is_sealed_differently_each_time() {
        assertThat(codec.encode(ADA).payloadText())
                .isNotEqualTo(codec.encode(ADA).payloadText());
    }

    @Test
    void a_forgotten_subject_leaves_an_event_that_can_be_read() {
        RecordedEvent stored = recorded("customer", codec.encode(ADA));
        keys.forget("customer:42");
        assertThat(codec.decode(stored)).containsExactly(new Registered("42", "(forgotten)", null, 0, false, null));
        assertThat(codec.shapes(stored).getFirst().isForgotten("born")).isTrue();
        assertThat(codec.shapes(stored).getFirst().fields())
                .containsEntry("customer", "42")
                .containsEntry("born", null);
    }

    @Test
    void of_two_subjects_in_one_event_one_can_be_forgotten() {
        Paid paid = new Paid("1", "2", "Ada", "Charles", 5);
        RecordedEvent stored = recorded("payment", codec.encode(paid));
        keys.forget("1");
        assertThat(codec.decode(stored)).containsExactly(new Paid("1", "2", null, "Charles", 5));
    }

    @Test
    void nothing_personal_is_written_about_a_forgotten_subject() {
        keys.forget("2");
        assertThatThrownBy(() -> codec.encode(new Paid("1", "2", "Ada", "Charles", 5)))
                .isInstanceOfSatisfying(
                        SubjectForgotten.class,
                        forgotten -> assertThat(forgotten.subject()).isEqualTo("2"))
                .hasMessageNotContaining("Charles");
        Paid silent = new Paid("1", "2", "Ada", null, 5);
        assertThat(codec.decode(recorded("payment", codec.encode(silent)))).containsExactly(silent);
    }

    @Test
    void a_field_belongs_to_its_event_its_type_and_its_name() {
        EventData data = codec.encode(new Paid("1", "1", "Ada", "Charles", 5));
        RecordedEvent otherEvent = recorded("payment", data.withId(new UUID(1, 2)));
        assertThatThrownBy(() -> codec.decode(otherEvent))
                .isInstanceOfSatisfying(
                        UndecodableEvent.class,
                        undecodable -> assertThat(undecodable.step())
                                .isEqualTo("opening the field \"fromName\", which is not what was sealed for this"
                                        + " event,"));

        String swapped = data.payloadText()
                .replace("fromName", "x")
                .replace("toName", "fromName")
                .replace("\"x\"", "\"toName\"");
        assertThatThrownBy(() -> codec.decode(recorded("payment", with(data, swapped))))
                .hasMessageContaining("opening the field");
    }

    @Test
    void what_was_tampered_with_is_refused() {
        EventData data = codec.encode(new Paid("1", "2", "Ada", null, 5));
        String text = data.payloadText();
        int middle = text.indexOf("$sealed") + 70;
        for (String changed : List.of("A", "B")) {
            String tampered = text.substring(0, middle) + changed + text.substring(middle + 1);
            if (!tampered.equals(text)) {
                assertThatThrownBy(() -> codec.decode(recorded("payment", with(data, tampered))))
                        .isInstanceOf(UndecodableEvent.class);
            }
        }
        String shortened = text.replaceAll("sealed\":\".{8}[^\"]*", "sealed\":\"AAAA");
        assertThatThrownBy(() -> codec.decode(recorded("payment", with(data, shortened))))
                .isInstanceOf(UndecodableEvent.class);
    }

    @Test
    void the_keys_of_another_log_are_told_from_forgotten_ones() {
        RecordedEvent stored = recorded("customer", codec.encode(ADA));
        assertThatThrownBy(() -> codec(SubjectKeys.inMemory()).decode(stored))
                .isInstanceOf(UndecodableEvent.class)
                .cause()
                .hasMessageContaining("these are the keys of another log");
    }

    @Test
    void who_has_no_keys_sees_nothing_personal() {
        var blind = codec(SubjectKeys.none());
        assertThat(blind.decode(recorded("customer", codec.encode(ADA))))
                .containsExactly(new Registered("42", "(forgotten)", null, 0, false, null));
        assertThatThrownBy(() -> blind.encode(ADA)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_field_that_was_stored_before_it_was_personal_is_read_as_it_is() {
        EventData plain = EventData.json("paid", "{\"from\":\"1\",\"to\":\"2\",\"fromName\":\"Ada\",\"cents\":5}");
        assertThat(codec.decode(recorded("payment", plain))).containsExactly(new Paid("1", "2", "Ada", null, 5));
    }

    @Test
    void a_codec_of_personal_types_wants_keys_and_fields_that_exist() {
        assertThatThrownBy(() -> Json.codec(types()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"registered\" has personal fields");
        assertThatThrownBy(() -> Json.codec(
                        EventTypes.of(Paid.class)
                                .add("paid", Paid.class, type -> type.personal(Paid::from, "formName")),
                        keys))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"formName\" of \"paid\" is none of")
                .hasMessageContaining("fromName");
        assertThatThrownBy(() -> codec.encode(new Paid(null, "2", "Ada", "Charles", 5)))
                .hasMessageContaining("does not say whom its personal field fromName is about")
                .hasMessageNotContaining("Ada");
    }

    record Named(String id, String first, String last) {}

    private TypedCodec<Named> steps(List<Boolean> forgotten) {
        return Json.codec(
                EventTypes.of(Named.class)
                        .add(
                                "named",
                                Named.class,
                                type -> type.personal(Named::id, "first", "last")
                                        .upcast(1, old -> old.renamed("name", "called"))
                                        .upcast(2, old -> {
                                            forgotten.add(old.isForgotten("called"));
                                            String[] parts = old.text("called").split(" ", 2);
                                            return old.with("first", parts[0])
                                                    .with("last", parts.length > 1 ? parts[1] : "")
                                                    .without("called");
                                        })),
                keys);
    }

    record Old(String id, String name) {}

    @Test
    void old_shapes_are_opened_before_their_steps() {
        var old = Json.codec(
                EventTypes.of(Old.class).add("named", Old.class, type -> type.personal(Old::id, "name")), keys);
        RecordedEvent stored = recorded("customer", old.encode(new Old("7", "Ada Lovelace")));
        List<Boolean> forgotten = new ArrayList<>();
        assertThat(steps(forgotten).decode(stored)).containsExactly(new Named("7", "Ada", "Lovelace"));
        keys.forget("7");
        assertThat(steps(forgotten).decode(stored)).containsExactly(new Named("7", "", ""));
        assertThat(forgotten).containsExactly(false, true);
    }

    @Test
    void a_step_that_fails_on_something_personal_does_not_quote_it() {
        record Aged(String id, int age) {}
        var old = Json.codec(
                EventTypes.of(Old.class).add("named", Old.class, type -> type.personal(Old::id, "name")), keys);
        var broken = Json.codec(
                EventTypes.of(Aged.class)
                        .add(
                                "named",
                                Aged.class,
                                type -> type.personal(Aged::id, "age")
                                        .upcast(1, shape -> shape.with("age", Integer.valueOf(shape.text("name"))))),
                keys);
        RecordedEvent stored = recorded("customer", old.encode(new Old("7", "Lovelace")));
        assertThatThrownBy(() -> broken.decode(stored)).isInstanceOfSatisfying(UndecodableEvent.class, undecodable -> {
            assertThat(undecodable.getCause()).hasMessageContaining("java.lang.NumberFormatException");
            var text = new StringWriter();
            undecodable.printStackTrace(new PrintWriter(text));
            assertThat(text.toString()).doesNotContain("Lovelace").contains("SealingTest");
        });
    }

    @Test
    void what_is_sealed_is_seen_in_the_description() {
        assertThat(codec.describe()).contains("""
                registered 1
                    customer: String
                    name: String
                    born: LocalDate
                    shoeSize: int
                    vip: boolean
                    address: Address{street: String, number: int}
                    personal name, born, shoeSize, vip, address
                """);
    }

    private static EventData with(EventData data, String payload) {
        return new EventData(
                data.id(),
                data.type(),
                data.schemaVersion(),
                null,
                data.contentType(),
                payload.getBytes(StandardCharsets.UTF_8),
                data.metadata(),
                data.tags(),
                false);
    }
}
