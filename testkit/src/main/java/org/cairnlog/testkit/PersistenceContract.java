// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.exactly;
import static org.cairnlog.log.ExpectedVersion.exists;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Metadata;
import org.cairnlog.log.Appended;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.DuplicateIds;
import org.cairnlog.log.Removal;
import org.cairnlog.log.StreamDeleted;
import org.junit.jupiter.api.Test;

/** Persistence: what was acknowledged is there when the log is opened again. For stores that outlive their process. */
public abstract class PersistenceContract extends LogContract<PersistentLogFixture> {
    @Test
    void events_are_there_with_all_that_they_carry() {
        given(
                A,
                List.of(tagged("1", "x", "y")
                        .withMetadata(Metadata.of("k", "v"))
                        .withOccurredAt(Instant.EPOCH)));
        given(B, "2");
        given(A, "3");
        var before = log().read(EventQuery.all()).toList();
        fixture.reopen();
        assertThat(log().read(EventQuery.all()).toList()).hasSize(3).isEqualTo(before);
        assertThat(log().read(EventQuery.all()).toList().cursor()).isEqualTo(before.cursor());
        assertThat(types(log().read(EventQuery.tags("x")))).containsExactly("1");
        assertThat(typesOf(A)).containsExactly("1", "3");
    }

    @Test
    void the_log_goes_on_where_it_stopped() {
        Appended last = given(A, "1", "2");
        fixture.reopen();
        Appended next = log().append(A, exactly(2), event("3"));
        assertThat(next.version()).isEqualTo(3);
        assertThat(next.firstPosition()).isEqualTo(last.firstPosition() + 1);
    }

    @Test
    void cursors_are_still_points_of_the_log() throws Exception {
        Cursor first = given(A, "1").cursor();
        Cursor head = given(A, "2").cursor();
        Cursor beginning = log().beginning();
        fixture.reopen();
        assertThat(log().head()).isEqualTo(head);
        assertThat(log().beginning()).isEqualTo(beginning);
        assertThat(types(log().read(EventQuery.all()).after(first))).containsExactly("2");
        assertThat(log().awaitGrowth(head, Duration.ZERO)).isFalse();
    }

    @Test
    void repeats_are_still_recognised() {
        EventData event = event("E");
        Appended first = given(A, List.of(event));
        fixture.reopen();
        Appended again = log().append(A, any(), event);
        assertThat(again.repeated()).isTrue();
        assertThat(again.cursor()).isEqualTo(first.cursor());
        refused(DuplicateIds.class, () -> log().append(B, any(), event));
    }

    @Test
    void the_directory_and_its_labels_are_there() {
        given(B, "E");
        fixture.clock().advance(Duration.ofSeconds(1));
        given(A, "E");
        log().label(A, "state", "open");
        log().label(B, "state", "closed");
        log().unlabel(B, "state");
        var before = log().streams().toList();
        fixture.clock().advance(Duration.ofSeconds(1));
        fixture.reopen();
        assertThat(log().streams().toList()).hasSize(2).isEqualTo(before);
        assertThat(log().streams().labelled("state", "open").toList()).hasSize(1);
    }

    @Test
    void removals_their_husks_and_their_record_are_there() {
        given(A, "1", "2");
        given(B, "3");
        Removal truncated = fixture.maintenance().truncateWithoutBaseline(A, 2, "too old");
        Removal deleted = fixture.maintenance().delete(B, any(), "asked for");
        var history = log().history(log().beginning()).appends();
        fixture.reopen();
        assertThat(typesOf(A)).containsExactly("2");
        assertThat(log().stream(A).orElseThrow().removedBefore()).isEqualTo(2);
        assertThat(log().history(log().beginning()).appends()).isEqualTo(history);
        assertThat(fixture.maintenance().removals()).containsExactly(truncated, deleted);
        refused(StreamDeleted.class, () -> log().append(B, exists(), event("E")));
    }

    @Test
    void recorded_times_do_not_decrease_over_a_reopening() {
        given(A, "E");
        Instant recorded = fixture.clock().instant();
        fixture.clock().advance(Duration.ofHours(-1));
        fixture.reopen();
        given(A, "E");
        assertThat(log().read(A).toList().getLast().recordedAt()).isEqualTo(recorded);
    }
}
