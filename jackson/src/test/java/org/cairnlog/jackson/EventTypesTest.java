// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.codec.EventTypes;
import org.cairnlog.codec.UnknownEventType;
import org.cairnlog.event.EventData;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.junit.jupiter.api.Test;

class EventTypesTest {
    sealed interface Event permits Opened, Moved {}

    record Opened(String holder) implements Event {}

    sealed interface Moved extends Event permits In, Out {}

    record In(long cents) implements Moved {}

    record Out(long cents, List<String> purposes, String note) implements Moved {}

    private static final EventTypes<Event> ALL = EventTypes.of(Event.class)
            .add("opened", Opened.class)
            .add("in", In.class)
            .add("out", Out.class);

    @Test
    void a_permitted_class_without_a_type_is_named() {
        EventTypes<Event> incomplete = EventTypes.of(Event.class).add("in", In.class);
        assertThatThrownBy(() -> Json.codec(incomplete))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("EventTypesTest$Opened, ")
                .hasMessageContaining("EventTypesTest$Out")
                .hasMessageNotContaining("$In");
        assertThatThrownBy(() -> Json.codec(EventTypes.of(Event.class))).hasMessageContaining("There is no event type");
    }

    @Test
    void a_name_or_a_class_that_is_taken_is_refused_and_nothing_has_changed() {
        assertThatThrownBy(() -> ALL.add("in", In.class)).hasMessageContaining("\"in\" is there already");
        assertThatThrownBy(() -> ALL.add("income", In.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("$In is \"in\" already and cannot be \"income\" too");
        EventTypes<Event> retired = ALL.retire("gone");
        assertThatThrownBy(() -> retired.retire("gone")).hasMessageContaining("as a retired one");
        assertThatThrownBy(() -> retired.add("gone", Opened.class)).hasMessageContaining("as a retired one");
        assertThat(Json.codec(ALL).knows("income")).isFalse();
        assertThat(Json.codec(ALL).knows("gone")).isFalse();
        assertThat(Json.codec(retired).knows("gone")).isTrue();
    }

    @Test
    void names_of_types_are_checked_where_they_are_given() {
        assertThatThrownBy(() -> ALL.retire("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> EventTypes.of(Event.class).add("$in", In.class))
                .hasMessageContaining("begins with $");
    }

    @Test
    void an_event_without_a_type_is_refused() {
        EventCodec<Object> codec =
                Json.codec(EventTypes.<Object>of(Object.class).add("in", In.class));
        assertThatThrownBy(() -> codec.encode("text"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.String has no event type");
    }

    @Test
    void tags_come_from_the_event() {
        var codec = Json.codec(EventTypes.of(Out.class)
                .add(
                        "out",
                        Out.class,
                        type -> type.tag("cents", Out::cents)
                                .tag("purpose", Out::purposes)
                                .tag("note", Out::note)
                                .tags(out -> List.of("free"))));
        assertThat(codec.encode(new Out(5, List.of("rent", "food"), null)).tags())
                .containsExactly("cents:5", "free", "purpose:food", "purpose:rent");
        assertThat(codec.encode(new Out(5, List.of(), "urgent")).tags())
                .containsExactly("cents:5", "free", "note:urgent");
    }

    @Test
    void an_event_gets_a_new_id_unless_its_maker_chooses_one() {
        var codec = Json.codec(ALL);
        UUID id = new UUID(1, 2);
        assertThat(codec.encode(new In(1), id).id()).isEqualTo(id);
        assertThat(codec.encode(new In(1)).id())
                .isNotEqualTo(codec.encode(new In(1)).id());
    }

    @Test
    void a_type_that_is_not_there_is_an_error_in_the_categories_that_are_the_applications_own() {
        EventData strange = EventData.json("strange", "{}");
        RecordedEvent own = recorded("account", strange);
        RecordedEvent foreign = recorded("order", strange);

        var codec = Json.codec(ALL.inCategories("account"));
        assertThatThrownBy(() -> codec.decode(own))
                .isInstanceOfSatisfying(
                        UnknownEventType.class,
                        unknown -> assertThat(unknown.stored()).isEqualTo(own))
                .hasMessageContaining("\"strange\"")
                .hasMessageContaining("account/42 at version 7 (position 9)");
        assertThat(codec.decode(foreign)).isEmpty();

        var strict = Json.codec(ALL);
        assertThatThrownBy(() -> strict.decode(own)).isInstanceOf(UnknownEventType.class);
        assertThatThrownBy(() -> strict.decode(foreign)).isInstanceOf(UnknownEventType.class);
        assertThat(strict.knows("strange")).isFalse();
    }

    @Test
    void what_cairn_says_about_a_stream_is_no_event_of_the_application() {
        var codec = Json.codec(ALL);
        assertThat(codec.knows(EventData.DELETED)).isTrue();
        assertThat(codec.decode(recorded("account", EventData.deletion(new UUID(1, 2), "test"))))
                .isEmpty();
    }

    @Test
    void bytes_can_be_had_without_classes() {
        EventData strange = EventData.of("strange", new byte[] {1, 2});
        EventCodec<EventData> raw = EventCodec.raw();
        assertThat(raw.knows("strange")).isTrue();
        assertThat(raw.encode(strange)).isSameAs(strange);
        assertThat(raw.decode(recorded("account", strange))).containsExactly(strange);
    }

    static RecordedEvent recorded(String category, EventData data) {
        return new RecordedEvent(9, StreamId.of(category, "42"), 7, Instant.EPOCH, data);
    }
}
