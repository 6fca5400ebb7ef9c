// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.deletedAt;

import java.util.List;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Husk;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.log.BaselineMissing;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.NoSuchStream;
import org.cairnlog.log.Removal;
import org.cairnlog.log.StreamDeleted;
import org.junit.jupiter.api.Test;

/** Truncation: the events of a stream before a version lose their content, for good and on purpose only. */
public abstract class TruncationContract extends LogContract<LogFixture> {
    @Test
    void truncation_removes_the_events_before_a_version_from_every_read() {
        given(A, "1", "2", "3");
        given(B, "other");
        Removal removal = maintenance().truncateWithoutBaseline(A, 3, "no longer needed");
        assertThat(removal.events()).isEqualTo(2);
        assertThat(typesOf(A)).containsExactly("3");
        assertThat(versions(log().read(A).backward())).containsExactly(3L);
        assertThat(versions(log().read(A).from(1).to(2))).isEmpty();
        assertThat(types(log().read(EventQuery.all()))).containsExactly("3", "other");
        assertThat(types(log().read(EventQuery.all()).backward())).containsExactly("other", "3");
        assertThat(types(log().read(EventQuery.types("1", "2")))).isEmpty();
        assertThat(log().read(A).toList().version()).isEqualTo(3);
    }

    @Test
    void the_history_keeps_the_places_without_the_content() {
        given(A, List.of(tagged("1", "x")));
        given(A, "2");
        RecordedEvent first = log().read(A).toList().getFirst();
        maintenance().truncateWithoutBaseline(A, 2, "test");
        List<StoredEntry> history = log().history(log().beginning()).appends().stream()
                .flatMap(List::stream)
                .toList();
        assertThat(history).hasSize(2);
        assertThat(history.getFirst()).isInstanceOf(Husk.class).isEqualTo(first.husk());
        assertThat(history.getLast()).isInstanceOf(RecordedEvent.class);
    }

    @Test
    void truncating_before_1_removes_nothing() {
        given(A, "1");
        assertThat(maintenance().truncate(A, 1, "test").events()).isZero();
        assertThat(maintenance().truncateWithoutBaseline(A, 1, "test").events()).isZero();
        assertThat(typesOf(A)).containsExactly("1");
    }

    @Test
    void truncating_before_the_next_version_removes_everything() {
        given(A, "1", "2");
        assertThat(maintenance().truncateWithoutBaseline(A, 3, "test").events()).isEqualTo(2);
        assertThat(typesOf(A)).isEmpty();
        assertThat(log().read(A).toList().version()).isEqualTo(2);
        assertThat(log().append(A, any(), event("3")).version()).isEqualTo(3);
        assertThat(typesOf(A)).containsExactly("3");
    }

    @Test
    void truncating_again_removes_what_is_left_before_the_version() {
        given(A, "1", "2", "3", "4");
        assertThat(maintenance().truncateWithoutBaseline(A, 3, "test").events()).isEqualTo(2);
        assertThat(maintenance().truncateWithoutBaseline(A, 3, "test").events()).isZero();
        assertThat(maintenance().truncateWithoutBaseline(A, 2, "test").events()).isZero();
        assertThat(log().stream(A).orElseThrow().removedBefore()).isEqualTo(3);
        assertThat(maintenance().truncateWithoutBaseline(A, 4, "test").events()).isEqualTo(1);
        assertThat(typesOf(A)).containsExactly("4");
    }

    @Test
    void a_version_that_is_none_is_refused() {
        given(A, "1", "2");
        for (long bad : List.of(0L, -1L, 4L, Long.MAX_VALUE)) {
            refused(IllegalArgumentException.class, () -> maintenance().truncate(A, bad, "test"));
            refused(IllegalArgumentException.class, () -> maintenance().truncateWithoutBaseline(A, bad, "test"));
        }
        assertThat(typesOf(A)).containsExactly("1", "2");
    }

    @Test
    void truncation_needs_a_baseline_at_or_after_the_version() {
        given(A, List.of(event("1"), event("2").asBaseline(), event("3"), event("4")));
        BaselineMissing missing =
                refused(BaselineMissing.class, () -> maintenance().truncate(A, 3, "test"));
        assertThat(missing.stream()).isEqualTo(A);
        assertThat(missing.before()).isEqualTo(3);
        assertThat(typesOf(A)).hasSize(4);
        assertThat(maintenance().truncate(A, 2, "test").events()).isEqualTo(1);
        assertThat(typesOf(A)).containsExactly("2", "3", "4");
    }

    @Test
    void a_baseline_later_in_the_stream_will_do() {
        given(A, List.of(event("1"), event("2"), event("3"), event("4").asBaseline()));
        assertThat(maintenance().truncate(A, 3, "test").events()).isEqualTo(2);
        assertThat(typesOf(A)).containsExactly("3", "4");
        refused(BaselineMissing.class, () -> maintenance().truncate(A, 5, "test"));
    }

    @Test
    void a_baseline_of_another_stream_or_one_that_is_gone_will_not_do() {
        given(B, List.of(event("other").asBaseline()));
        given(A, List.of(event("1").asBaseline(), event("2"), event("3")));
        refused(BaselineMissing.class, () -> maintenance().truncate(A, 2, "test"));
        maintenance().truncateWithoutBaseline(A, 2, "test");
        refused(BaselineMissing.class, () -> maintenance().truncate(A, 3, "test"));
    }

    @Test
    void what_is_gone_already_needs_no_baseline() {
        given(A, "1", "2", "3");
        maintenance().truncateWithoutBaseline(A, 3, "test");
        assertThat(maintenance().truncate(A, 3, "test").events()).isZero();
        assertThat(maintenance().truncate(A, 2, "test").events()).isZero();
    }

    @Test
    void an_unknown_stream_cannot_be_truncated() {
        refused(NoSuchStream.class, () -> maintenance().truncate(A, 1, "test"));
        refused(NoSuchStream.class, () -> maintenance().truncateWithoutBaseline(A, 1, "test"));
    }

    @Test
    void a_deleted_stream_cannot_be_truncated() {
        given(A, "1");
        maintenance().delete(A, any(), "test");
        refused(StreamDeleted.class, () -> maintenance().truncate(A, 1, "test"));
        refused(StreamDeleted.class, () -> maintenance().truncateWithoutBaseline(A, 3, "test"));
        log().append(A, deletedAt(2), event("reopened"));
        assertThat(maintenance().truncateWithoutBaseline(A, 3, "test").events()).isEqualTo(1);
        assertThat(typesOf(A)).containsExactly("reopened");
    }

    @Test
    void a_removal_needs_a_reason_of_bounded_length() {
        given(A, "1");
        for (String bad : List.of("", "x".repeat(log().limits().labelBytes() + 1), "a\u0000b")) {
            refused(IllegalArgumentException.class, () -> maintenance().truncate(A, 1, bad));
            refused(IllegalArgumentException.class, () -> maintenance().truncateWithoutBaseline(A, 1, bad));
            refused(IllegalArgumentException.class, () -> maintenance().delete(A, any(), bad));
        }
        maintenance().truncate(A, 1, "x".repeat(log().limits().labelBytes()));
        assertThat(typesOf(A)).containsExactly("1");
    }

    private LogMaintenance maintenance() {
        return fixture.maintenance();
    }
}
