// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.log.StreamEvents;
import org.cairnlog.log.StreamRead;
import org.junit.jupiter.api.Test;

/** Stream reads: every edge of from, to, backward and limit. */
public abstract class StreamReadsContract extends LogContract<LogFixture> {
    @Test
    void an_unknown_stream_is_empty() {
        StreamEvents events = log().read(A).toList();
        assertThat(events).isEmpty();
        assertThat(events.version()).isZero();
        assertThat(log().read(A).backward().from(3).to(9).limit(2).toList()).isEmpty();
    }

    @Test
    void a_stream_comes_in_version_order_without_the_events_of_others() {
        given(A, "E1");
        given(B, "F1");
        given(A, "E2");
        StreamEvents events = log().read(A).toList();
        assertThat(types(events)).containsExactly("E1", "E2");
        assertThat(versions(events)).containsExactly(1L, 2L);
        assertThat(events.version()).isEqualTo(2);
        assertThat(events.stream().map(RecordedEvent::stream)).containsOnly(A);
    }

    @Test
    void from_is_inclusive() {
        givenMany(A, 5);
        assertVersions(log().read(A).from(1), 1, 2, 3, 4, 5);
        assertVersions(log().read(A).from(3), 3, 4, 5);
        assertVersions(log().read(A).from(5), 5);
        assertVersions(log().read(A).from(6));
        assertVersions(log().read(A).from(Long.MAX_VALUE));
    }

    @Test
    void to_is_inclusive() {
        givenMany(A, 5);
        assertVersions(log().read(A).to(1), 1);
        assertVersions(log().read(A).to(3), 1, 2, 3);
        assertVersions(log().read(A).to(5), 1, 2, 3, 4, 5);
        assertVersions(log().read(A).to(6), 1, 2, 3, 4, 5);
        assertVersions(log().read(A).to(Long.MAX_VALUE), 1, 2, 3, 4, 5);
    }

    @Test
    void a_range_may_have_one_version_or_none() {
        givenMany(A, 5);
        assertVersions(log().read(A).from(2).to(4), 2, 3, 4);
        assertVersions(log().read(A).from(3).to(3), 3);
        assertVersions(log().read(A).from(4).to(3));
        assertVersions(log().read(A).from(4).to(3).backward());
        assertVersions(log().read(A).from(6).to(9));
    }

    @Test
    void backward_reverses_the_range() {
        givenMany(A, 5);
        assertVersions(log().read(A).backward(), 5, 4, 3, 2, 1);
        assertVersions(log().read(A).backward().from(2).to(4), 4, 3, 2);
        assertVersions(log().read(A).backward().from(5), 5);
        assertVersions(log().read(A).backward().to(1), 1);
        assertVersions(log().read(A).backward().to(99).from(4), 5, 4);
    }

    @Test
    void a_limit_takes_the_first_of_the_direction() {
        givenMany(A, 5);
        assertVersions(log().read(A).limit(1), 1);
        assertVersions(log().read(A).limit(4), 1, 2, 3, 4);
        assertVersions(log().read(A).limit(5), 1, 2, 3, 4, 5);
        assertVersions(log().read(A).limit(6), 1, 2, 3, 4, 5);
        assertVersions(log().read(A).limit(Long.MAX_VALUE), 1, 2, 3, 4, 5);
        assertVersions(log().read(A).backward().limit(2), 5, 4);
        assertVersions(log().read(A).from(2).to(4).limit(2), 2, 3);
        assertVersions(log().read(A).from(2).to(4).limit(2).backward(), 4, 3);
    }

    @Test
    void numbers_below_1_are_refused() {
        StreamRead read = log().read(A);
        for (long bad : List.of(0L, -1L, Long.MIN_VALUE)) {
            refused(IllegalArgumentException.class, () -> read.from(bad));
            refused(IllegalArgumentException.class, () -> read.to(bad));
            refused(IllegalArgumentException.class, () -> read.limit(bad));
        }
    }

    @Test
    void the_version_is_that_of_the_stream_whatever_the_range() {
        givenMany(A, 5);
        assertThat(log().read(A).from(2).to(3).toList().version()).isEqualTo(5);
        assertThat(log().read(A).from(9).toList().version()).isEqualTo(5);
        assertThat(log().read(A).limit(1).toList().version()).isEqualTo(5);
    }

    @Test
    void narrowing_a_read_leaves_the_read_as_it_was() {
        givenMany(A, 5);
        StreamRead read = log().read(A);
        read.from(2).to(3).backward().limit(1).toList();
        assertVersions(read, 1, 2, 3, 4, 5);
    }

    @Test
    void a_read_can_be_repeated_and_sees_what_came_since() {
        givenMany(A, 2);
        StreamRead read = log().read(A);
        assertVersions(read, 1, 2);
        given(A, "later");
        assertVersions(read, 1, 2, 3);
    }

    @Test
    void a_reader_may_append_while_it_iterates_and_ends_where_the_stream_ended() {
        givenMany(A, 3);
        int met = 0;
        for (RecordedEvent event : log().read(A)) {
            log().append(A, any(), event("copy of " + event.version()));
            met++;
        }
        assertThat(met).isEqualTo(3);
        assertThat(log().stream(A).orElseThrow().version()).isEqualTo(6);
    }

    @Test
    void two_reads_beside_each_other_do_not_disturb_each_other() {
        givenMany(A, 3);
        Iterator<RecordedEvent> one = log().read(A).iterator();
        Iterator<RecordedEvent> other = log().read(A).backward().iterator();
        assertThat(List.of(
                        one.next().version(), other.next().version(), one.next().version()))
                .containsExactly(1L, 3L, 2L);
    }

    @Test
    void an_iterator_at_its_end_says_so() {
        given(A, "E");
        Iterator<RecordedEvent> events = log().read(A).iterator();
        events.next();
        assertThat(events.hasNext()).isFalse();
        refused(NoSuchElementException.class, events::next);
    }

    private static void assertVersions(StreamRead read, long... versions) {
        assertThat(versions(read.toList()))
                .isEqualTo(Arrays.stream(versions).boxed().toList());
    }
}
