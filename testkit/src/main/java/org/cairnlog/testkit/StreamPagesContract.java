// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.cairnlog.event.EventData;
import org.cairnlog.event.Limits;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.log.HistoryRemoved;
import org.cairnlog.log.StreamPage;
import org.junit.jupiter.api.Test;

/** Pages of a stream: whatever the size of the stream and of its events, none is lost or doubled at a seam. */
public abstract class StreamPagesContract extends LogContract<LogFixture> {
    private static final int PAGE = Limits.STANDARD.pageEvents();

    @Test
    void a_stream_of_exactly_one_page_comes_whole() {
        givenMany(A, PAGE);
        assertComesWhole(PAGE);
    }

    @Test
    void a_stream_of_one_event_more_than_two_pages_comes_whole() {
        givenMany(A, 2 * PAGE + 1);
        assertComesWhole(2 * PAGE + 1);
        assertThat(versions(log().read(A).from(2).limit(PAGE))).hasSize(PAGE).endsWith(PAGE + 1L);
        assertThat(versions(log().read(A).from(2).to(PAGE + 2))).hasSize(PAGE + 1);
        assertThat(versions(log().read(A).limit(PAGE + 1)))
                .isEqualTo(LongStream.rangeClosed(1, PAGE + 1).boxed().toList());
        assertThat(versions(log().read(A).backward().limit(PAGE + 1)))
                .hasSize(PAGE + 1)
                .endsWith(PAGE + 1L);
    }

    @Test
    void a_page_has_no_more_events_than_the_limits_say() {
        givenMany(A, PAGE + 1);
        assertThat(log().page(log().read(A)).events()).hasSize(PAGE);
    }

    @Test
    void a_page_has_no_more_bytes_than_the_limits_say_unless_its_only_event_is_larger() {
        int half = Limits.STANDARD.pageBytes() / 2;
        List<EventData> events = Stream.of(half, half, 1, half, half + 1, half, 2 * half + 1, 1)
                .map(size -> EventData.of("E", new byte[size]))
                .toList();
        given(A, events);
        assertThat(log().page(log().read(A)).events()).hasSize(2);
        assertThat(log().page(log().read(A).from(4)).events()).hasSize(1);
        assertThat(log().page(log().read(A).from(7)).events()).hasSize(1);
        assertThat(all(log().read(A)).map(RecordedEvent::data)).isEqualTo(events);
        assertThat(versions(log().read(A).backward())).containsExactly(8L, 7L, 6L, 5L, 4L, 3L, 2L, 1L);
    }

    @Test
    void a_page_begins_at_the_first_event_that_is_still_there() {
        givenMany(A, 5);
        fixture.maintenance().truncateWithoutBaseline(A, 3, "test");
        StreamPage page = log().page(log().read(A));
        assertThat(versions(page.events())).containsExactly(3L, 4L, 5L);
        assertThat(page.version()).isEqualTo(5);
        assertThat(page.removedBefore()).isEqualTo(3);
    }

    @Test
    void a_reader_on_a_later_page_does_not_meet_what_came_after_it_began() {
        givenMany(A, PAGE + 1);
        Iterator<RecordedEvent> events = log().read(A).iterator();
        events.next();
        given(A, "later");
        int met = 1;
        for (; events.hasNext(); events.next()) {
            met++;
        }
        assertThat(met).isEqualTo(PAGE + 1);
    }

    @Test
    void a_reader_whose_next_page_was_removed_is_told_so() {
        givenMany(A, PAGE + 5);
        Iterator<RecordedEvent> events = log().read(A).iterator();
        IntStream.range(0, PAGE).forEach(i -> events.next());
        fixture.maintenance().truncateWithoutBaseline(A, PAGE + 3, "test");
        HistoryRemoved removed = refused(HistoryRemoved.class, events::hasNext);
        assertThat(removed.stream()).isEqualTo(A);
        assertThat(removed.removedBefore()).isEqualTo(PAGE + 3);
    }

    @Test
    void a_reader_who_goes_backward_into_what_was_removed_is_told_so() {
        givenMany(A, PAGE + 5);
        Iterator<RecordedEvent> events = log().read(A).backward().iterator();
        IntStream.range(0, PAGE).forEach(i -> events.next());
        fixture.maintenance().truncateWithoutBaseline(A, PAGE, "test");
        refused(HistoryRemoved.class, events::next);
    }

    @Test
    void a_reader_who_is_past_what_was_removed_goes_on() {
        givenMany(A, PAGE + 5);
        Iterator<RecordedEvent> events = log().read(A).iterator();
        IntStream.range(0, PAGE).forEach(i -> events.next());
        fixture.maintenance().truncateWithoutBaseline(A, PAGE + 1, "test");
        assertThat(events.next().version()).isEqualTo(PAGE + 1);
    }

    private void assertComesWhole(int count) {
        List<Long> expected = LongStream.rangeClosed(1, count).boxed().toList();
        assertThat(versions(log().read(A))).isEqualTo(expected);
        assertThat(versions(log().read(A).backward()))
                .isEqualTo(expected.stream().sorted(Collections.reverseOrder()).toList());
        assertThat(log().read(A).toList().version()).isEqualTo(count);
    }
}
