// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;

import java.time.Instant;
import java.util.List;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Metadata;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.ConditionFailed;
import org.cairnlog.log.Conflict;
import org.cairnlog.log.Cursor;
import org.junit.jupiter.api.Test;

/** Conditions: no event after a point matches a query; the Dynamic Consistency Boundary of dcb.events. */
public abstract class ConditionsContract extends AtomicLogContract {
    private static final StreamId ELSEWHERE = StreamId.of("decision", "1");

    @Test
    void a_condition_holds_in_an_empty_log() {
        assertHolds(EventQuery.all());
    }

    @Test
    void a_condition_fails_if_any_event_matches() {
        given(A, "E");
        assertFails(EventQuery.all(), 1);
        assertThat(refused(Conflict.class, () -> decide(EventQuery.all()))).isInstanceOf(ConditionFailed.class);
    }

    @Test
    void types_match_any_of_those_named() {
        given(A, "E", "F");
        assertFails(EventQuery.types("G", "F"), 2);
        assertFails(EventQuery.types("E"), 1);
        assertHolds(EventQuery.types("G", "H"));
    }

    @Test
    void an_event_must_have_all_tags_named_and_may_have_more() {
        given(A, tags("x"), tags("x", "y", "z"), tags("y"));
        assertFails(EventQuery.tags("x", "y"), 2);
        assertFails(EventQuery.tags("y"), 2);
        assertHolds(EventQuery.tags("x", "w"));
        assertHolds(EventQuery.tags("X"));
    }

    @Test
    void streams_and_categories_match_any_of_those_named() {
        given(A, "E");
        given(B, "E");
        given(StreamId.of("other", "a"), "E");
        assertFails(EventQuery.streams(C, B), 2);
        assertFails(EventQuery.category("other"), 3);
        assertFails(EventQuery.all().andCategories("other", "thing"), 1);
        assertHolds(EventQuery.streams(C));
        assertHolds(EventQuery.category("others"));
    }

    @Test
    void all_parts_of_an_item_must_hold_for_one_event() {
        given(A, tagged("E", "x"), tagged("F", "y"));
        assertHolds(EventQuery.types("E").andTags("y"));
        assertHolds(EventQuery.streams(B).andTypes("E"));
        assertHolds(EventQuery.category("thing").andTypes("F").andTags("x"));
        assertFails(EventQuery.category("thing").andTypes("F").andTags("y").andStreams(A), 2);
    }

    @Test
    void one_item_that_matches_is_enough_and_the_failure_names_it() {
        given(A, tagged("E", "x"));
        EventQuery.Item matching = EventQuery.tags("x").items().getFirst();
        EventQuery query = EventQuery.types("G").or(EventQuery.tags("x")).or(EventQuery.types("E"));
        assertThat(assertFails(query, 1).item()).isEqualTo(matching);
    }

    @Test
    void the_failure_names_the_first_event_that_matches() {
        given(A, "other", "E", "E", "E");
        assertFails(EventQuery.types("E"), 2);
        assertFails(EventQuery.types("E").or(EventQuery.types("other")), 1);
    }

    @Test
    void events_up_to_and_including_the_point_do_not_count() {
        Cursor first = given(A, "E").cursor();
        Cursor second = given(A, "E").cursor();
        Cursor third = given(A, "E").cursor();
        assertThat(assertFails(EventQuery.types("E"), second, 3).after()).isEqualTo(second);
        assertFails(EventQuery.types("E"), first, 2);
        assertHolds(EventQuery.types("E"), third);
    }

    @Test
    void every_event_counts_after_the_beginning() {
        given(A, "E");
        assertFails(EventQuery.types("E"), log().beginning(), 1);
        assertThat(assertFails(EventQuery.types("E"), 1).after()).isNull();
    }

    @Test
    void nothing_counts_after_the_head() {
        given(A, "E");
        assertHolds(EventQuery.all(), log().head());
    }

    @Test
    void the_last_match_and_the_end_of_the_read_are_both_right_points() {
        Cursor match = given(A, tags("x")).cursor();
        given(B, "unrelated");
        Cursor read = log().read(EventQuery.tags("x")).toList().cursor();
        assertHolds(EventQuery.tags("x"), match);
        assertHolds(EventQuery.tags("x"), read);
        given(C, tags("x"));
        assertFails(EventQuery.tags("x"), match, 5);
        assertFails(EventQuery.tags("x"), read, 5);
    }

    @Test
    void an_append_does_not_fail_its_own_condition() {
        Append append = Append.to(A, any(), tags("x")).and(B, any(), tags("x")).unless(EventQuery.tags("x"));
        assertThat(log().append(append).repeated()).isFalse();
    }

    @Test
    void the_query_need_not_concern_what_is_written() {
        given(A, "E");
        assertFails(EventQuery.streams(A), 1);
        assertThat(log().append(Append.to(A, any(), event("F")).unless(EventQuery.streams(B)))
                        .version())
                .isEqualTo(2);
    }

    @Test
    void every_condition_must_hold_and_the_first_that_fails_is_named() {
        given(A, "E", "F");
        Append second = decision().unless(EventQuery.types("G")).unless(EventQuery.types("E"));
        assertThat(refusedWithoutTrace(ConditionFailed.class, () -> log().append(second))
                        .position())
                .isEqualTo(1);
        Append both = decision().unless(EventQuery.types("F")).unless(EventQuery.types("E"));
        assertThat(refusedWithoutTrace(ConditionFailed.class, () -> log().append(both))
                        .position())
                .isEqualTo(2);
    }

    @Test
    void of_two_decisions_on_the_same_read_the_second_fails_though_the_conditions_differ() {
        given(A, tags("course"), tags("student"));
        Cursor read = log().read(EventQuery.all()).toList().cursor();
        Append first = Append.to(ELSEWHERE, any(), tagged("enrolled", "course", "student"))
                .unless(EventQuery.tags("course"), read);
        Append second = Append.to(B, any(), tagged("moved", "student")).unless(EventQuery.tags("student"), read);
        Appended enrolled = log().append(first);
        ConditionFailed failed = refusedWithoutTrace(ConditionFailed.class, () -> log().append(second));
        assertThat(failed.position()).isEqualTo(enrolled.firstPosition());
    }

    @Test
    void a_condition_on_time_or_metadata_cannot_be_made() {
        Append decision = decision();
        refused(
                IllegalArgumentException.class,
                () -> decision.unless(EventQuery.all().andRecordedAfter(Instant.EPOCH)));
        refused(
                IllegalArgumentException.class,
                () -> decision.unless(EventQuery.types("E").andMetadata(Metadata.of("k", "v"))));
    }

    private Appended given(StreamId stream, EventData... events) {
        return given(stream, List.of(events));
    }

    private static EventData tags(String... tags) {
        return tagged("tagged", tags);
    }

    private static Append decision() {
        return Append.to(ELSEWHERE, any(), event("decided"));
    }

    private void decide(EventQuery query) {
        log().append(decision().unless(query));
    }

    private void assertHolds(EventQuery query) {
        Cursor head = log().head();
        assertThat(log().append(decision().unless(query)).cursor().covers(head)).isTrue();
    }

    private void assertHolds(EventQuery query, Cursor after) {
        assertThat(log().append(decision().unless(query, after)).repeated()).isFalse();
    }

    private ConditionFailed assertFails(EventQuery query, long position) {
        return assertFails(decision().unless(query), position);
    }

    private ConditionFailed assertFails(EventQuery query, Cursor after, long position) {
        return assertFails(decision().unless(query, after), position);
    }

    private ConditionFailed assertFails(Append append, long position) {
        ConditionFailed failed = refusedWithoutTrace(ConditionFailed.class, () -> log().append(append));
        assertThat(failed.position()).isEqualTo(position);
        return failed;
    }
}
