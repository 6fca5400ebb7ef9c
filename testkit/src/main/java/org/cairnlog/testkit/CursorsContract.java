// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.log.Append;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.CursorFromAnotherHistory;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.LogRestore;
import org.junit.jupiter.api.Test;

/** Cursors: a point is taken only by a log that has the same event at the same place. */
public abstract class CursorsContract extends AtomicLogContract {
    @Test
    void the_head_of_an_empty_log_is_its_beginning() {
        assertThat(log().head()).isEqualTo(log().beginning()).isEqualTo(log().cursorAt(0));
    }

    @Test
    void the_head_is_the_cursor_of_the_last_append() {
        given(A, "E");
        Cursor last = given(B, "E").cursor();
        assertThat(log().head()).isEqualTo(last).isEqualTo(log().cursorAt(2));
        assertThat(last.log()).isEqualTo(log().beginning().log()).isEqualTo(log().id());
    }

    @Test
    void a_position_has_a_cursor_from_0_to_the_head() {
        Cursor first = given(A, "E").cursor();
        given(A, "E");
        assertThat(log().cursorAt(0)).isEqualTo(log().beginning());
        assertThat(log().cursorAt(1)).isEqualTo(first);
        for (long bad : List.of(-1L, 3L, Long.MAX_VALUE, Long.MIN_VALUE)) {
            refused(IllegalArgumentException.class, () -> log().cursorAt(bad));
        }
    }

    @Test
    void a_cursor_covers_itself_and_what_lies_before() {
        Cursor first = given(A, "E").cursor();
        Cursor second = given(A, "E").cursor();
        assertThat(second.covers(first)).isTrue();
        assertThat(second.covers(second)).isTrue();
        assertThat(first.covers(second)).isFalse();
        assertThat(first.covers(log().beginning())).isTrue();
        assertThat(log().beginning().covers(log().beginning())).isTrue();
    }

    @Test
    void the_text_of_a_cursor_stands_for_it() {
        Cursor first = given(A, "E").cursor();
        given(A, "E");
        for (Cursor cursor : List.of(log().beginning(), first, log().head())) {
            Cursor parsed = Cursor.parse(cursor.toString());
            assertThat(parsed).isEqualTo(cursor).hasSameHashCodeAs(cursor);
            assertThat(cursor.toString()).matches("[!-~&&[^\"'\\\\]]+");
        }
        assertThat(types(log().read(EventQuery.all()).after(Cursor.parse(first.toString()))))
                .hasSize(1);
    }

    @Test
    void a_text_that_is_no_cursor_is_refused() {
        String head = given(A, "E").cursor().toString();
        for (String bad :
                List.of("", "1", head + "~", head.substring(1), head + "x", " " + head, head.replace(".", "~"))) {
            refused(IllegalArgumentException.class, () -> Cursor.parse(bad));
        }
    }

    @Test
    void a_point_of_another_log_is_refused() throws Exception {
        given(A, "E");
        try (AtomicLogFixture other = open()) {
            other.log().append(A, ExpectedVersion.any(), event("E"));
            assertRefused(other.log().head());
            assertRefused(other.log().beginning());
            Cursor mine = log().head();
            refused(
                    IllegalArgumentException.class,
                    () -> mine.covers(other.log().head()));
        }
    }

    @Test
    void a_point_beyond_the_head_is_refused() {
        given(A, "E");
        UUID log = log().head().log();
        assertRefused(Cursor.of(log, new Cursor.Place(2, new UUID(4, 2))));
        assertRefused(Cursor.of(log, new Cursor.Place(Long.MAX_VALUE, new UUID(4, 2))));
    }

    @Test
    void a_point_at_which_another_event_is_is_refused() {
        Cursor first = given(A, "E").cursor();
        given(A, "E");
        assertRefused(Cursor.of(first.log(), new Cursor.Place(1, new UUID(4, 2))));
        assertRefused(Cursor.of(
                first.log(), new Cursor.Place(2, first.places().getFirst().event())));
    }

    @Test
    void a_point_with_a_place_too_many_is_refused() {
        Cursor first = given(A, "E").cursor();
        List<Cursor.Place> twice = new ArrayList<>(first.places());
        twice.addAll(first.places());
        assertRefused(Cursor.of(first.log(), twice));
    }

    @Test
    void a_point_in_a_part_that_a_restored_log_has_lost_is_refused_before_and_after_it_grows() {
        given(A, "E", "E");
        Cursor kept = log().head();
        List<List<StoredEntry>> backup = log().history(log().beginning()).appends();
        Cursor lost = given(A, "lost").cursor();
        try (LogRestore restore = fixture.restore(kept.log())) {
            restore.add(backup);
            restore.complete();
        }
        var restored = fixture.restored();
        refused(
                CursorFromAnotherHistory.class,
                () -> restored.read(EventQuery.all()).after(lost).toList());
        restored.append(Append.to(A, ExpectedVersion.any(), event("other")));
        refused(
                CursorFromAnotherHistory.class,
                () -> restored.read(EventQuery.all()).after(lost).toList());
        assertThat(types(restored.read(EventQuery.all()).after(kept))).containsExactly("other");
    }

    private void assertRefused(Cursor cursor) {
        List<ThrowingCallable> uses = List.of(
                () -> log().read(EventQuery.all()).after(cursor).toList(),
                () -> log().read(EventQuery.types("none")).after(cursor).toList(),
                () -> log().read(EventQuery.all()).upTo(cursor).toList(),
                () -> log().read(EventQuery.all()).after(cursor).backward().toList(),
                () -> log().history(cursor),
                () -> log().awaitGrowth(cursor, Duration.ZERO),
                () -> log().tail(cursor, EventQuery.all()).next(Duration.ZERO),
                () -> log().append(Append.to(B, ExpectedVersion.any(), event("E"))
                        .unless(EventQuery.types("none"), cursor)));
        for (ThrowingCallable use : uses) {
            assertThat(refusedWithoutTrace(CursorFromAnotherHistory.class, use).cursor())
                    .isEqualTo(cursor);
        }
    }
}
