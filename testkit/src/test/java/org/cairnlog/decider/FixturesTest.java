// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.cairnlog.testkit.Given.given;
import static org.cairnlog.testkit.GivenStored.stored;

import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.codec.UnknownEventType;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.testkit.GivenLog;
import org.junit.jupiter.api.Test;

/** Fixtures pass what is right, and say in words what is wrong. */
class FixturesTest {
    private static final EventQuery SEATS = EventQuery.tags("seat");

    record Taken(int seat, String by) {}

    record Take(int seat, String by) {}

    /** Seats are taken once. */
    private static class Seats implements Decider<Take, List<Integer>, Taken> {
        @Override
        public List<Integer> initial() {
            return List.of();
        }

        @Override
        public List<Integer> evolve(List<Integer> state, Taken event) {
            return Stream.concat(state.stream(), Stream.of(event.seat())).toList();
        }

        @Override
        public List<Taken> decide(Take command, List<Integer> state) {
            if (state.contains(command.seat())) {
                throw new Rejected("taken", "seat " + command.seat());
            }
            return command.seat() == 0 ? List.of() : List.of(new Taken(command.seat(), command.by()));
        }
    }

    private static EventCodec<Taken> codec(String... tags) {
        return new EventCodec<>() {
            @Override
            public EventData encode(Taken event) {
                return EventData.json("taken", event.seat() + " " + event.by()).withTags(tags);
            }

            @Override
            public List<Taken> decode(RecordedEvent stored) {
                if (!knows(stored.type())) {
                    throw new UnknownEventType(stored);
                }
                String[] parts = stored.payloadText().split(" ");
                return List.of(new Taken(Integer.parseInt(parts[0]), parts[1]));
            }

            @Override
            public boolean knows(String type) {
                return type.equals("taken");
            }
        };
    }

    private static String failure(ThrowingCallable test) {
        AssertionError error = catchThrowableOfType(AssertionError.class, test);
        assertThat(error).as("the fixture must fail").isNotNull();
        return error.getMessage();
    }

    @Test
    void what_is_right_passes_and_goes_on() {
        given(new Seats())
                .state(List.of())
                .when(new Take(1, "ada"))
                .then(new Taken(1, "ada"))
                .state(List.of(1))
                .when(new Take(1, "bob"))
                .rejected("taken")
                .when(new Take(0, "bob"))
                .thenNothing();
        assertThat(given(new Seats()).events(new Taken(4, "eve")).state()).containsExactly(4);
    }

    @Test
    void a_difference_is_told_with_what_led_to_it() {
        assertThat(failure(() -> given(new Seats())
                        .events(new Taken(1, "ada"))
                        .when(new Take(2, "bob"))
                        .then(new Taken(3, "bob"))))
                .contains("Taken[seat=1, by=ada]", "when Take[seat=2, by=bob]", "seat is 2 and should be 3");
        assertThat(failure(() -> given(new Seats()).when(new Take(2, "bob")).then()))
                .contains("none");
        assertThat(failure(() -> given(new Seats()).when(new Take(2, "bob")).thenNothing()))
                .contains("Taken[seat=2, by=bob]");
        assertThat(failure(() -> given(new Seats()).when(new Take(2, "bob")).rejected("taken")))
                .contains("accepted");
        assertThat(failure(() -> given(new Seats())
                        .events(new Taken(1, "ada"))
                        .when(new Take(1, "bob"))
                        .rejected("late")))
                .contains("rejected, late", "rejected, taken");
        assertThat(failure(() -> given(new Seats())
                        .events(new Taken(1, "ada"))
                        .when(new Take(1, "bob"))
                        .then(new Taken(1, "bob"))))
                .contains("rejected, taken (seat 1)");
        assertThat(failure(() -> given(new Seats()).state(List.of(1)))).contains("expected state");
    }

    @Test
    void a_decider_that_is_not_pure_is_found_out() {
        var counting = new Seats() {
            private int calls;

            @Override
            public List<Taken> decide(Take command, List<Integer> state) {
                return List.of(new Taken(++calls, command.by()));
            }
        };
        assertThat(failure(() -> given(counting).when(new Take(1, "ada")))).contains("pure");
    }

    @Test
    void a_decision_over_a_query_is_tested_with_its_tags() {
        GivenLog<Take, List<Integer>, Taken> log =
                given("seat", new Seats(), codec("seat")).events("1", new Taken(1, "ada"));
        log.when(SEATS, "2", new Take(1, "bob")).rejected("taken");
        log.when(SEATS, "2", new Take(2, "bob")).then(new Taken(2, "bob"));
        log.when(SEATS, "3", new Take(2, "eve")).rejected("taken");
        assertThat(log.decoded(SEATS)).hasSize(2).last().satisfies(event -> {
            assertThat(event.event()).isEqualTo(new Taken(2, "bob"));
            assertThat(event.position()).isEqualTo(2);
            assertThat(event.recordedAt()).isEqualTo(log.clock().instant());
        });
        assertThat(failure(() -> given("seat", new Seats(), codec())
                        .events("1", new Taken(1, "ada"))
                        .when(SEATS, "2", new Take(1, "bob"))
                        .rejected("taken")))
                .contains("Taken[seat=1, by=ada] on 1", "tag seat");
    }

    @Test
    void an_old_shape_is_tested_by_what_becomes_of_it() {
        stored("taken", 1, "7 ada").readBy(codec(), new Taken(7, "ada"));
        stored("freed", 1, "7").refusedBy(codec());
        assertThat(failure(() -> stored("taken", 1, "7 ada").readBy(codec(), new Taken(7, "bob"))))
                .contains("by is ada and should be bob");
        assertThat(failure(() -> stored("freed", 1, "7").readBy(codec()))).contains("freed", "not registered");
        assertThat(failure(() -> stored("taken", 1, "7 ada").refusedBy(codec())))
                .contains("read as");
    }
}
