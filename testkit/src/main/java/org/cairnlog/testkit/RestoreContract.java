// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.deletedAt;
import static org.cairnlog.log.ExpectedVersion.exactly;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Metadata;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.EventLog;
import org.cairnlog.log.HistoryPage;
import org.cairnlog.log.LogRestore;
import org.cairnlog.log.LogUnusable;
import org.cairnlog.log.NoSuchStream;
import org.cairnlog.log.Removal;
import org.cairnlog.log.StreamDeleted;
import org.cairnlog.log.StreamInfo;
import org.junit.jupiter.api.Test;

/** Restore: a copy has every place, id, time, husk, label and record of the original, and goes on from there. */
public abstract class RestoreContract extends AtomicLogContract {
    private final EventData one = tagged("one", "x").withMetadata(Metadata.of("k", "v"));
    private final EventData two = event("two");
    private final EventData three = event("three").asBaseline();

    private void givenHistory() {
        log().append(A, any(), one, two);
        fixture.clock().advance(Duration.ofSeconds(1));
        given(B, List.of(three));
        given(B, "E", "E");
        log().label(B, "state", "open");
        fixture.clock().advance(Duration.ofSeconds(1));
        given(C, "E", "E");
        fixture.maintenance().truncateWithoutBaseline(B, 2, "too old");
        fixture.maintenance().delete(C, any(), "asked for");
        fixture.clock().advance(Duration.ofHours(1));
    }

    @Test
    void a_copy_has_the_same_places_ids_times_and_husks() {
        givenHistory();
        EventLog copy = copied();
        assertThat(history(copy)).isEqualTo(history(log()));
        assertThat(copy.read(EventQuery.all()).toList())
                .isEqualTo(log().read(EventQuery.all()).toList());
        assertThat(copy.read(A).toList()).isEqualTo(log().read(A).toList());
        assertThat(copy.head()).isEqualTo(log().head());
        assertThat(fixture.restoredMaintenance().verify(position -> {}))
                .isEqualTo(fixture.maintenance().verify(position -> {}));
    }

    @Test
    void a_copy_has_the_same_directory_and_record_of_removals() {
        givenHistory();
        EventLog copy = copied();
        assertThat(copy.streams().toList()).isEqualTo(log().streams().toList());
        assertThat(copy.stream(B).orElseThrow().labels()).containsOnlyKeys("state");
        assertThat(fixture.restoredMaintenance().removals())
                .containsExactlyElementsOf(fixture.maintenance().removals());
    }

    @Test
    void cursors_of_the_original_work_on_its_copy() throws Exception {
        givenHistory();
        EventLog copy = copied();
        for (long position = 0; position <= position(log().head()); position++) {
            Cursor cursor = log().cursorAt(position);
            assertThat(types(copy.read(EventQuery.all()).after(cursor)))
                    .isEqualTo(types(log().read(EventQuery.all()).after(cursor)));
        }
        assertThat(copy.awaitGrowth(log().head(), Duration.ZERO)).isFalse();
    }

    @Test
    void repeats_settle_on_a_copy_because_the_bounds_of_appends_are_kept() {
        givenHistory();
        AtomicEventLog copy = copied();
        assertThat(copy.append(A, any(), one, two).repeated()).isTrue();
        assertThat(copy.append(B, any(), three).repeated()).isTrue();
    }

    @Test
    void a_copy_goes_on_from_the_head_of_the_original() {
        givenHistory();
        long head = position(log().head());
        AtomicEventLog copy = copied();
        var appended = copy.append(A, exactly(2), event("new"));
        assertThat(appended.firstPosition()).isEqualTo(head + 1);
        assertThat(appended.version()).isEqualTo(3);
        assertThat(copy.append(C, deletedAt(3), event("new")).version()).isEqualTo(4);
        Removal next = fixture.restoredMaintenance().truncateWithoutBaseline(B, 3, "test");
        assertThat(next.number()).isEqualTo(3);
        assertThat(next.events()).isEqualTo(1);
        assertThat(position(log().head())).isEqualTo(head);
    }

    @Test
    void recorded_times_of_a_copy_go_on_from_those_of_the_original() {
        givenHistory();
        Instant last = all(log().read(EventQuery.all()))
                .map(RecordedEvent::recordedAt)
                .max(Instant::compareTo)
                .orElseThrow();
        AtomicEventLog copy = copied();
        copy.append(A, any(), event("new"));
        assertThat(copy.read(A).backward().toList().getFirst().recordedAt())
                .isEqualTo(fixture.clock().instant())
                .isAfter(last);
    }

    @Test
    void an_empty_log_can_be_copied() {
        EventLog copy = copied();
        assertThat(copy.head()).isEqualTo(log().head());
        assertThat(copy.read(EventQuery.all()).toList()).isEmpty();
    }

    @Test
    void an_incomplete_copy_refuses_to_be_used() {
        givenHistory();
        try (LogRestore restore = fixture.restore(id())) {
            restore.add(history(log()));
        }
        // A store may refuse already when the log is opened.
        refused(LogUnusable.class, () -> fixture.restored().read(A).toList());
        refused(
                LogUnusable.class,
                () -> fixture.restored().read(EventQuery.all()).toList());
        refused(LogUnusable.class, () -> fixture.restored().append(A, any(), event("E")));
        refused(LogUnusable.class, () -> fixture.restored().head());
        refused(LogUnusable.class, () -> fixture.restored().stream(A));
        refused(LogUnusable.class, () -> fixture.restored().label(A, "state", "open"));
    }

    @Test
    void a_restore_that_was_cut_off_goes_on_from_its_head() {
        givenHistory();
        List<List<StoredEntry>> history = history(log());
        try (LogRestore restore = fixture.restore(id())) {
            assertThat(restore.head()).isEqualTo(log().beginning());
            restore.add(history.subList(0, 2));
        }
        try (LogRestore restore = fixture.restore(id())) {
            assertThat(restore.head()).isEqualTo(log().cursorAt(3));
            restore.add(log().history(restore.head()).appends());
            labelsAndRemovals(restore);
            labelsAndRemovals(restore);
            restore.complete();
        }
        assertThat(history(fixture.restored())).isEqualTo(history);
        assertThat(fixture.restored().streams().toList())
                .isEqualTo(log().streams().toList());
        assertThat(fixture.restoredMaintenance().removals())
                .containsExactlyElementsOf(fixture.maintenance().removals());
    }

    @Test
    void what_does_not_come_next_is_refused_and_nothing_of_it_is_added() {
        givenHistory();
        List<List<StoredEntry>> history = history(log());
        RecordedEvent third = (RecordedEvent) history.get(2).getFirst();
        List<StoredEntry> versionTooHigh = List.of(new RecordedEvent(4, B, 3, third.recordedAt(), third.data()));
        List<StoredEntry> idTwice = List.of(new RecordedEvent(4, B, 2, third.recordedAt(), one));
        try (LogRestore restore = fixture.restore(id())) {
            assertRefused(restore, 0, history.subList(1, 2));
            restore.add(history.subList(0, 1));
            assertRefused(restore, 2, history.subList(0, 1));
            assertRefused(restore, 2, List.of(history.get(1), history.get(3)));
            assertRefused(restore, 2, List.of(history.get(1), versionTooHigh));
            assertRefused(restore, 2, List.of(history.get(1), idTwice));
            restore.add(history.subList(1, history.size()));
            restore.complete();
        }
        assertThat(history(fixture.restored())).isEqualTo(history);
    }

    @Test
    void labels_and_removals_of_a_stream_that_was_not_restored_are_refused() {
        givenHistory();
        try (LogRestore restore = fixture.restore(id())) {
            StreamInfo labelled = log().stream(B).orElseThrow();
            Removal removal = fixture.maintenance().removals().iterator().next();
            refused(NoSuchStream.class, () -> restore.labels(B, labelled.labels()));
            refused(NoSuchStream.class, () -> restore.removal(removal));
        }
    }

    @Test
    void nothing_can_be_added_to_a_copy_that_is_complete() {
        givenHistory();
        List<List<StoredEntry>> history = history(log());
        try (LogRestore restore = fixture.restore(id())) {
            restore.add(history.subList(0, history.size() - 1));
            restore.complete();
            restore.complete();
            refused(IllegalStateException.class, () -> restore.add(List.of(history.getLast())));
            refused(IllegalStateException.class, () -> labelsAndRemovals(restore));
        }
        assertThat(history(fixture.restored())).isEqualTo(history.subList(0, history.size() - 1));
        assertThat(fixture.restoredMaintenance().removals()).isEmpty();
    }

    @Test
    void a_deletion_whose_record_was_not_restored_cannot_be_returned() {
        givenHistory();
        try (LogRestore restore = fixture.restore(id())) {
            restore.add(history(log()));
            restore.complete();
        }
        Cursor head = fixture.restored().head();
        refused(StreamDeleted.class, () -> fixture.restoredMaintenance().delete(C, any(), "test"));
        assertThat(fixture.restored().head()).isEqualTo(head);
    }

    @Test
    void a_point_inside_an_append_is_followed_by_the_rest_of_it() {
        givenHistory();
        assertThat(log().history(log().cursorAt(1)).appends().getFirst())
                .isEqualTo(history(log()).getFirst().subList(1, 2));
    }

    @Test
    void a_log_that_holds_something_is_no_target() {
        givenHistory();
        copied();
        UUID id = id();
        refused(IllegalStateException.class, () -> fixture.restore(id));
        refused(IllegalStateException.class, () -> fixture.restore(new UUID(4, 2)));
        assertThat(history(fixture.restored())).isEqualTo(history(log()));
    }

    @Test
    void a_long_history_comes_in_pages_of_whole_appends() {
        givenOneByOne(A, log().limits().pageEvents() + 30);
        assertThat(history(log())).hasSize(log().limits().pageEvents() + 30);
        assertThat(history(copied())).isEqualTo(history(log()));
        HistoryPage end = log().history(log().head());
        assertThat(end.appends()).isEmpty();
        assertThat(end.cursor()).isEqualTo(log().head());
    }

    private AtomicEventLog copied() {
        try (LogRestore restore = fixture.restore(id())) {
            restore.add(history(log()));
            labelsAndRemovals(restore);
            restore.complete();
        }
        return fixture.restored();
    }

    private void labelsAndRemovals(LogRestore restore) {
        log().streams().forEach(info -> restore.labels(info.stream(), info.labels()));
        fixture.maintenance().removals().forEach(restore::removal);
    }

    private UUID id() {
        return log().beginning().log();
    }

    private static List<List<StoredEntry>> history(EventLog log) {
        List<List<StoredEntry>> all = new ArrayList<>();
        HistoryPage page = log.history(log.beginning());
        while (!page.appends().isEmpty()) {
            all.addAll(page.appends());
            page = log.history(page.cursor());
        }
        return all;
    }

    private static void assertRefused(LogRestore restore, long head, List<List<StoredEntry>> part) {
        refused(IllegalArgumentException.class, () -> restore.add(part));
        assertThat(position(restore.head())).isEqualTo(head);
    }
}
