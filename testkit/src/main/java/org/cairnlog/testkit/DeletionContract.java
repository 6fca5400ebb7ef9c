// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.deletedAt;
import static org.cairnlog.log.ExpectedVersion.exactly;
import static org.cairnlog.log.ExpectedVersion.exists;
import static org.cairnlog.log.ExpectedVersion.noStream;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.DeletedStreams;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.NoSuchStream;
import org.cairnlog.log.Removal;
import org.cairnlog.log.StreamDeleted;
import org.cairnlog.log.VersionConflict;
import org.junit.jupiter.api.Test;

/** Deletion: a deleted stream says so to readers, refuses writers who do not know, and goes on counting. */
public abstract class DeletionContract extends AtomicLogContract {
    @Test
    void deleting_a_stream_appends_an_event_that_says_so_and_removes_the_others() {
        given(A, "1", "2");
        given(B, "other");
        Removal removal = maintenance().delete(A, exactly(2), "asked for");
        assertThat(removal.events()).isEqualTo(2);
        RecordedEvent last = log().read(A).toList().getFirst();
        assertThat(last.type()).isEqualTo(EventData.DELETED).isEqualTo("$deleted");
        assertThat(last.version()).isEqualTo(3);
        assertThat(last.data().payload()).isEmpty();
        assertThat(last.data().metadata().get("$reason")).isEqualTo("asked for");
        assertThat(last.position()).isEqualTo(position(log().head()));
        assertThat(typesOf(A)).hasSize(1);
        assertThat(types(log().read(EventQuery.all()))).containsExactly("other", "$deleted");
        assertThat(log().stream(A).orElseThrow().deleted()).isTrue();
    }

    @Test
    void a_deleted_stream_refuses_every_belief_but_that_it_was_deleted_there() {
        given(A, "1", "2");
        maintenance().delete(A, any(), "test");
        List<ExpectedVersion> wrong =
                List.of(any(), noStream(), exists(), exactly(2), exactly(3), exactly(4), deletedAt(2), deletedAt(4));
        for (ExpectedVersion expected : wrong) {
            StreamDeleted deleted =
                    refusedWithoutTrace(StreamDeleted.class, () -> log().append(A, expected, event("F")));
            assertThat(deleted.stream()).isEqualTo(A);
            assertThat(deleted.version()).isEqualTo(3);
        }
    }

    @Test
    void who_knows_of_the_deletion_opens_the_stream_again_and_versions_go_on() {
        given(A, "1", "2");
        maintenance().delete(A, any(), "test");
        assertThat(log().append(A, deletedAt(3), event("4")).version()).isEqualTo(4);
        assertThat(log().stream(A).orElseThrow().deleted()).isFalse();
        assertThat(typesOf(A)).containsExactly("$deleted", "4");
        assertThat(log().append(A, any(), event("5")).version()).isEqualTo(5);
        refused(VersionConflict.class, () -> log().append(A, noStream(), event("6")));
    }

    @Test
    void that_a_stream_was_deleted_is_wrong_about_one_that_was_not_or_is_open_again() {
        given(A, "1", "2");
        refusedWithoutTrace(VersionConflict.class, () -> log().append(A, deletedAt(2), event("F")));
        refusedWithoutTrace(VersionConflict.class, () -> log().append(B, deletedAt(2), event("F")));
        maintenance().delete(A, any(), "test");
        log().append(A, deletedAt(3), event("4"));
        for (ExpectedVersion wrong : List.of(deletedAt(3), deletedAt(4))) {
            VersionConflict conflict =
                    refusedWithoutTrace(VersionConflict.class, () -> log().append(A, wrong, event("F")));
            assertThat(conflict.mismatches()).containsExactly(new VersionConflict.Mismatch(A, wrong, 4));
        }
        refused(IllegalArgumentException.class, () -> deletedAt(1));
    }

    @Test
    void a_guard_on_a_deleted_stream_must_know_of_the_deletion_too() {
        given(A, "1");
        maintenance().delete(A, any(), "test");
        for (ExpectedVersion expected : List.of(any(), noStream(), exists(), exactly(2))) {
            Append append = Append.to(B, any(), event("F")).guard(A, expected);
            assertThat(refusedWithoutTrace(StreamDeleted.class, () -> log().append(append)).stream())
                    .isEqualTo(A);
        }
        log().append(Append.to(B, any(), event("F")).guard(A, deletedAt(2)));
        assertThat(log().stream(A).orElseThrow().version()).isEqualTo(2);
    }

    @Test
    void a_stream_that_was_opened_again_can_be_deleted_again() {
        given(A, "1");
        maintenance().delete(A, any(), "first");
        log().append(A, deletedAt(2), event("3"));
        assertThat(maintenance().delete(A, exactly(3), "second").events()).isEqualTo(2);
        assertThat(versions(log().read(A))).containsExactly(4L);
        assertThat(log().stream(A).orElseThrow().deleted()).isTrue();
    }

    @Test
    void deleting_needs_a_true_belief() {
        given(A, "1", "2");
        for (ExpectedVersion wrong : List.of(noStream(), exactly(1), exactly(3))) {
            VersionConflict conflict = refusedWithoutTrace(
                    VersionConflict.class, () -> maintenance().delete(A, wrong, "test"));
            assertThat(conflict.mismatches()).containsExactly(new VersionConflict.Mismatch(A, wrong, 2));
        }
        maintenance().delete(A, exists(), "test");
        assertThat(log().stream(A).orElseThrow().deleted()).isTrue();
    }

    @Test
    void deleting_a_deleted_stream_adds_and_removes_nothing_whatever_is_believed() {
        given(A, "1");
        Removal first = maintenance().delete(A, any(), "test");
        Cursor head = log().head();
        fixture.clock().advance(Duration.ofSeconds(5));
        for (ExpectedVersion expected : List.of(any(), exactly(1), exactly(2), noStream())) {
            assertThat(maintenance().delete(A, expected, "again")).isEqualTo(first);
        }
        assertThat(log().head()).isEqualTo(head);
        assertThat(log().read(A).toList().getFirst().data().metadata().get("$reason"))
                .isEqualTo("test");
    }

    @Test
    void an_unknown_stream_cannot_be_deleted() {
        refusedWithoutTrace(NoSuchStream.class, () -> maintenance().delete(A, any(), "test"));
        refusedWithoutTrace(NoSuchStream.class, () -> maintenance().delete(A, noStream(), "test"));
    }

    @Test
    void an_emptied_stream_can_be_deleted() {
        given(A, "1");
        maintenance().truncateWithoutBaseline(A, 2, "test");
        assertThat(maintenance().delete(A, exactly(1), "test").events()).isZero();
        assertThat(typesOf(A)).containsExactly("$deleted");
    }

    @Test
    void a_deleted_stream_loses_its_labels_and_takes_none() {
        given(A, "1");
        log().label(A, "state", "open");
        maintenance().delete(A, any(), "test");
        assertThat(log().stream(A).orElseThrow().labels()).isEmpty();
        assertThat(log().streams().labelled("state").toList()).isEmpty();
        assertThat(refused(StreamDeleted.class, () -> log().label(A, "state", "gone")).stream())
                .isEqualTo(A);
        refused(StreamDeleted.class, () -> log().unlabel(A, "state"));
        log().append(A, deletedAt(2), event("3"));
        assertThat(log().stream(A).orElseThrow().labels()).isEmpty();
        log().label(A, "state", "new");
        assertThat(log().stream(A).orElseThrow().labels()).containsOnlyKeys("state");
    }

    @Test
    void streams_are_deleted_by_label_and_value() {
        for (StreamId stream : List.of(A, B, C)) {
            given(stream, "E");
        }
        log().label(A, "tenant", "one");
        log().label(B, "tenant", "two");
        log().label(C, "owner", "one");
        assertThat(maintenance().deleteByLabel("tenant", "one", "test")).isEqualTo(new DeletedStreams(1, false));
        assertThat(deleted(List.of(A, B, C))).containsExactly(A);
        assertThat(maintenance().deleteByLabel("tenant", "one", "test")).isEqualTo(new DeletedStreams(0, false));
        assertThat(maintenance().deleteByLabel("tenant", "none", "test")).isEqualTo(new DeletedStreams(0, false));
    }

    @Test
    void many_streams_are_deleted_in_chunks_oldest_first_until_none_is_left() {
        int many = 350;
        List<StreamId> streams =
                IntStream.range(0, many).mapToObj(i -> stream("s" + i)).toList();
        for (StreamId stream : streams) {
            given(stream, "E");
            log().label(stream, "tenant", "one");
        }
        given(A, "E");
        long done = 0;
        DeletedStreams chunk;
        do {
            chunk = maintenance().deleteByLabel("tenant", "one", "test");
            assertThat(chunk.streams()).isPositive();
            done += chunk.streams();
            assertThat(deleted(streams)).isEqualTo(streams.subList(0, (int) done));
            assertThat(chunk.more()).isEqualTo(done < many);
        } while (chunk.more());
        assertThat(log().stream(A).orElseThrow().deleted()).isFalse();
    }

    @Test
    void nothing_never_means_everything() {
        given(A, "E");
        log().label(A, "tenant", "");
        refused(IllegalArgumentException.class, () -> maintenance().deleteByLabel("", "one", "test"));
        refused(IllegalArgumentException.class, () -> maintenance().deleteByLabel("tenant", "", "test"));
        refused(IllegalArgumentException.class, () -> maintenance().deleteByLabel("tenant", "one", ""));
        assertThat(log().stream(A).orElseThrow().deleted()).isFalse();
    }

    private List<StreamId> deleted(List<StreamId> streams) {
        return streams.stream()
                .filter(stream -> log().stream(stream).orElseThrow().deleted())
                .toList();
    }

    private LogMaintenance maintenance() {
        return fixture.maintenance();
    }
}
