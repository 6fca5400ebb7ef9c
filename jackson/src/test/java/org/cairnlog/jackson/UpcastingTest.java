// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.cairnlog.jackson.EventTypesTest.recorded;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.cairnlog.codec.EventTypes;
import org.cairnlog.codec.TypedCodec;
import org.cairnlog.codec.UndecodableEvent;
import org.cairnlog.event.EventData;
import org.cairnlog.event.RecordedEvent;
import org.junit.jupiter.api.Test;

class UpcastingTest {
    sealed interface Event permits Registered, Moved {}

    record Registered(String id, String first, String last) implements Event {}

    record Moved(String id, String street, BigDecimal rent) implements Event {}

    private static final TypedCodec<Event> CODEC = Json.codec(EventTypes.of(Event.class)
            .add(
                    "registered",
                    Registered.class,
                    type -> type
                            // 1 had the stream's id nowhere and the name in one field.
                            .upcast(
                                    1,
                                    old -> old.with("id", old.stored().stream().id()))
                            // 2 had an address in it.
                            .split(
                                    2,
                                    old -> old.has("street")
                                            ? List.of(
                                                    old.without("street"),
                                                    old.without("name")
                                                            .with("rent", null)
                                                            .as("moved", 1))
                                            : List.of(old))
                            .upcast(
                                    3,
                                    old -> old.with("first", old.text("name").split(" ")[0])
                                            .with("last", old.text("name").split(" ")[1])
                                            .without("name")))
            .add("moved", Moved.class, type -> type.upcast(1, old -> old.renamed("strasse", "street")))
            .retire("joined", old -> List.of(old.renamed("called", "name").as("registered", 1)))
            .retire("looped", old -> List.of(old))
            .retire("strayed", old -> List.of(old.as("nowhere", 1)))
            .retire("noted"));

    @Test
    void an_event_in_the_shape_of_today_is_read_as_it_is() {
        assertThat(read("registered", 4, "{'id':'7','first':'Ada','last':'Lovelace'}"))
                .containsExactly(new Registered("7", "Ada", "Lovelace"));
    }

    @Test
    void each_step_goes_on_where_the_one_before_ended() {
        assertThat(read("registered", 1, "{'name':'Ada Lovelace'}"))
                .isEqualTo(read("registered", 2, "{'id':'42','name':'Ada Lovelace'}"))
                .isEqualTo(read("registered", 3, "{'id':'42','name':'Ada Lovelace'}"))
                .containsExactly(new Registered("42", "Ada", "Lovelace"));
    }

    @Test
    void one_event_becomes_several_which_go_their_own_ways_in_order() {
        assertThat(read("registered", 1, "{'name':'Ada Lovelace','street':'Dorset St'}"))
                .containsExactly(new Registered("42", "Ada", "Lovelace"), new Moved("42", "Dorset St", null));
    }

    @Test
    void a_retired_type_becomes_another_or_nothing() {
        assertThat(read("joined", 3, "{'called':'Ada Lovelace'}"))
                .containsExactly(new Registered("42", "Ada", "Lovelace"));
        assertThat(read("noted", 1, "{'any':'thing'}")).isEmpty();
    }

    @Test
    void the_place_stays_that_of_the_stored_event() {
        RecordedEvent stored = stored("registered", 1, "{'name':'Ada Lovelace','street':'Dorset St'}");
        assertThat(CODEC.shapes(stored))
                .hasSize(2)
                .allSatisfy(shape -> assertThat(shape.stored()).isSameAs(stored));
    }

    @Test
    void fields_can_be_looked_at_without_classes() {
        var shapes = CODEC.shapes(stored("registered", 1, "{'name':'Ada Lovelace','street':'Dorset St'}"));
        assertThat(shapes.get(0).fields()).isEqualTo(Map.of("id", "42", "first", "Ada", "last", "Lovelace"));
        assertThat(shapes.get(1).type()).isEqualTo("moved");
        assertThat(CODEC.shapes(stored("strange", 5, "{'a':1}")).getFirst().schemaVersion())
                .isEqualTo(5);
    }

    @Test
    void numbers_keep_their_digits_through_the_steps() {
        assertThat(read("moved", 1, "{'id':'1','strasse':'a','rent':0.10}"))
                .containsExactly(new Moved("1", "a", new BigDecimal("0.10")));
    }

    @Test
    void a_step_that_fails_is_named_with_the_event() {
        assertThatThrownBy(() -> read("registered", 2, "{'id':'1','name':'Ada'}"))
                .isInstanceOfSatisfying(UndecodableEvent.class, undecodable -> {
                    assertThat(undecodable.step()).isEqualTo("the step of \"registered\" from schema version 3");
                    assertThat(undecodable).hasCauseInstanceOf(ArrayIndexOutOfBoundsException.class);
                })
                .hasMessageContaining("account/42 at version 7 (position 9)");
        assertThatThrownBy(() -> read("registered", 2, "{'id':'1','nam':'Ada'}"))
                .cause()
                .hasMessageContaining("no field name; there are [id, nam]");
    }

    @Test
    void what_leads_nowhere_is_named_too() {
        assertThat(step("registered", 5, "{}"))
                .startsWith("finding schema version 5 of \"registered\", of which 4 is the newest");
        assertThat(step("looped", 1, "{}")).startsWith("the step from the retired type \"looped\", the 1000th step");
        assertThat(step("strayed", 1, "{}"))
                .startsWith("the step from the retired type \"strayed\", which made a \"nowhere\"");
        assertThat(step("registered", 1, "[]")).isEqualTo("taking its fields");
    }

    @Test
    void steps_are_given_in_order_and_once() {
        assertThatThrownBy(() ->
                        EventTypes.of(Moved.class).add("moved", Moved.class, type -> type.upcast(2, old -> old)))
                .hasMessageContaining("The next step of \"moved\" is from schema version 1, not from 2");
        assertThatThrownBy(() -> EventTypes.of(Moved.class)
                        .add(
                                "moved",
                                Moved.class,
                                type -> type.upcast(1, old -> old).upcast(1, old -> old)))
                .hasMessageContaining("from schema version 2, not from 1");
    }

    private static String step(String type, int schemaVersion, String json) {
        RecordedEvent stored = stored(type, schemaVersion, json);
        return catchThrowableOfType(UndecodableEvent.class, () -> CODEC.decode(stored))
                .step();
    }

    private static List<Event> read(String type, int schemaVersion, String json) {
        return CODEC.decode(stored(type, schemaVersion, json));
    }

    private static RecordedEvent stored(String type, int schemaVersion, String json) {
        return recorded("account", EventData.json(type, json.replace('\'', '"')).withSchemaVersion(schemaVersion));
    }
}
