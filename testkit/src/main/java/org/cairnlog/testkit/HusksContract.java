// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Metadata;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.ConditionFailed;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.DuplicateIds;
import org.cairnlog.log.LogEvents;
import org.cairnlog.log.Tail;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Husks: what removal leaves keeps ids taken, conditions true, cursors valid and places counted. */
public abstract class HusksContract extends AtomicLogContract {
    private final EventData gone = tagged("gone", "x", "y").withMetadata(Metadata.of("k", "v"));
    private final StreamId emptied = StreamId.of("emptied", "1");
    private Appended first;

    /** One event that is removed, and one beside it that stays. */
    @BeforeEach
    void removeOne() {
        first = given(emptied, List.of(gone));
        given(A, List.of(tagged("kept", "x")));
        fixture.maintenance().truncateWithoutBaseline(emptied, 2, "test");
    }

    @Test
    void husks_count_only_if_they_were_recorded_in_the_time_asked_for() {
        fixture.clock().advance(Duration.ofSeconds(1));
        Instant then = fixture.clock().instant();
        fixture.clock().advance(Duration.ofSeconds(1));
        given(B, List.of(tagged("gone", "x")));
        fixture.maintenance().truncateWithoutBaseline(B, 2, "test");
        EventQuery later = EventQuery.types("gone").andRecordedAfter(then);
        assertThat(log().read(later).toList().husks()).isEqualTo(1);
        // The other item finds the older place too, but does not match it.
        EventQuery beside = EventQuery.tags("x").andTypes("kept").or(later);
        assertThat(log().read(beside).toList().husks()).isEqualTo(1);
    }

    @Test
    void a_removed_append_is_still_recognised_as_repeated() {
        Appended again = log().append(emptied, any(), gone);
        assertThat(again.repeated()).isTrue();
        assertThat(again.cursor()).isEqualTo(first.cursor());
        assertThat(again.version()).isEqualTo(1);
    }

    @Test
    void a_repeat_is_recognised_though_its_stream_was_deleted() {
        EventData event = event("E");
        Append append = Append.to(B, any(), event);
        Appended stored = log().append(append);
        fixture.maintenance().delete(B, any(), "test");
        assertThat(log().append(append).cursor()).isEqualTo(stored.cursor());
    }

    @Test
    void the_id_of_a_removed_event_stays_taken() {
        DuplicateIds refused = refusedWithoutTrace(DuplicateIds.class, () -> log().append(B, any(), gone));
        assertThat(refused.taken()).containsOnlyKeys(gone.id());
        refusedWithoutTrace(DuplicateIds.class, () -> log().append(emptied, any(), gone, event("new")));
    }

    @Test
    void a_condition_is_failed_by_a_removed_event_as_by_any_other() {
        for (EventQuery query : List.of(
                EventQuery.types("gone"),
                EventQuery.tags("y"),
                EventQuery.tags("x", "y"),
                EventQuery.streams(emptied),
                EventQuery.category("emptied"))) {
            ConditionFailed failed = refusedWithoutTrace(
                    ConditionFailed.class,
                    () -> log().append(Append.to(emptied, any(), event("E")).unless(query)));
            assertThat(failed.position()).as(query.toString()).isEqualTo(1);
        }
        Append later = Append.to(emptied, any(), event("E")).unless(EventQuery.types("gone"), log().head());
        assertThat(log().append(later).version()).isEqualTo(2);
    }

    @Test
    void a_cursor_at_a_removed_event_is_still_a_point_of_the_log() throws Exception {
        Cursor cursor = first.cursor();
        assertThat(log().cursorAt(1)).isEqualTo(cursor);
        assertThat(types(log().read(EventQuery.all()).after(cursor))).containsExactly("kept");
        assertThat(log().awaitGrowth(cursor, Duration.ZERO)).isTrue();
        assertThat(log().history(cursor).appends()).hasSize(1);
    }

    @Test
    void a_read_leaves_husks_out_and_counts_those_that_match_by_place() {
        assertFound(EventQuery.all(), 1, "kept");
        assertFound(EventQuery.streams(emptied), 1);
        assertFound(EventQuery.tags("x"), 1, "kept");
        assertFound(EventQuery.tags("y"), 1);
        assertFound(EventQuery.types("gone"), 1);
        assertFound(EventQuery.types("kept"), 0, "kept");
        assertFound(EventQuery.streams(B), 0);
        assertFound(EventQuery.tags("y").or(EventQuery.types("gone")), 1);
    }

    @Test
    void a_husk_has_lost_its_metadata_but_matches_by_its_place() {
        assertFound(EventQuery.all().andMetadata(Metadata.of("k", "v")), 1);
        assertFound(EventQuery.types("kept").andMetadata(Metadata.of("k", "v")), 0);
    }

    @Test
    void husks_outside_the_range_are_not_counted() {
        assertThat(log().read(EventQuery.all()).after(first.cursor()).toList().husks())
                .isZero();
        assertThat(log().read(EventQuery.all())
                        .after(log().beginning())
                        .upTo(first.cursor())
                        .toList()
                        .husks())
                .isEqualTo(1);
    }

    @Test
    void a_tail_counts_the_husks_that_it_passes() throws Exception {
        try (Tail tail = log().tail(log().beginning(), EventQuery.all())) {
            assertThat(tail.next(Duration.ZERO).orElseThrow().type()).isEqualTo("kept");
            assertThat(tail.husks()).isEqualTo(1);
        }
    }

    @Test
    void many_husks_between_events_are_left_out_over_all_pages() {
        int many = log().limits().pageEvents() + 20;
        givenMany(B, many);
        given(C, "last");
        fixture.maintenance().truncateWithoutBaseline(B, many, "test");
        LogEvents found = log().read(EventQuery.all()).toList();
        assertThat(types(found)).containsExactly("kept", "E" + many, "last");
        assertThat(found.husks()).isEqualTo(many);
        assertThat(found.cursor()).isEqualTo(log().head());
    }

    private void assertFound(EventQuery query, long husks, String... types) {
        LogEvents forward = log().read(query).toList();
        assertThat(types(forward)).as(query.toString()).containsExactly(types);
        assertThat(forward.husks()).as("husks of " + query).isEqualTo(husks);
        assertThat(log().read(query).backward().toList().husks())
                .as("husks of " + query + ", backward")
                .isEqualTo(husks);
    }
}
