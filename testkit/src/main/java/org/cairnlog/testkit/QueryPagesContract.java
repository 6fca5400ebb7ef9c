// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Limits;
import org.cairnlog.event.Metadata;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.LogEvents;
import org.cairnlog.log.LogPage;
import org.junit.jupiter.api.Test;

/** Pages of a query: no match is lost or doubled at a seam, and the searched-through mark tells the truth. */
public abstract class QueryPagesContract extends LogContract<LogFixture> {
    private static final int PAGE = Limits.STANDARD.pageEvents();
    private static final EventQuery HALF = EventQuery.streams(A);
    private static final List<EventData> OTHERS =
            Stream.generate(() -> event("F")).limit(10_500).toList();

    @Test
    void exactly_one_page_of_matches_comes_whole() {
        givenMany(A, PAGE);
        assertComesWhole(PAGE);
        assertThat(log().page(log().read(HALF)).events()).hasSize(PAGE);
    }

    @Test
    void more_than_two_pages_of_matches_between_others_come_whole() {
        givenAmongOthers(2 * PAGE + 1);
        assertComesWhole(2 * PAGE + 1);
        assertThat(versions(log().read(HALF).limit(PAGE + 1))).hasSize(PAGE + 1).endsWith(PAGE + 1L);
        assertThat(versions(log().read(HALF).backward().limit(PAGE + 1)))
                .hasSize(PAGE + 1)
                .endsWith(PAGE + 1L);
        LogPage page = log().page(log().read(HALF));
        assertThat(page.events()).hasSize(PAGE);
        assertThat(page.head()).isEqualTo(log().head());
        assertThat(log().head().covers(page.searched())).isTrue();
    }

    @Test
    void a_page_has_no_more_bytes_than_the_limits_say_unless_its_only_event_is_larger() {
        int half = Limits.STANDARD.pageBytes() / 2;
        List<EventData> events = Stream.of(half, half, 1, half, half + 1, half, 2 * half + 1, 1)
                .map(size -> EventData.of("E", new byte[size]))
                .toList();
        given(A, events);
        given(B, "F");
        assertThat(log().page(log().read(HALF)).events()).hasSize(2);
        assertThat(all(log().read(HALF)).map(RecordedEvent::data)).isEqualTo(events);
        assertThat(versions(log().read(HALF).backward())).containsExactly(8L, 7L, 6L, 5L, 4L, 3L, 2L, 1L);
    }

    @Test
    void a_reader_that_goes_from_mark_to_mark_meets_every_match_once() {
        givenAmongOthers(PAGE + 10);
        List<RecordedEvent> met = new ArrayList<>();
        Cursor mark = log().beginning();
        while (!mark.equals(log().head())) {
            LogPage page = log().page(log().read(HALF).after(mark));
            met.addAll(page.events());
            assertThat(page.searched().covers(mark)).isTrue();
            mark = page.searched();
        }
        assertThat(versions(met))
                .isEqualTo(LongStream.rangeClosed(1, PAGE + 10).boxed().toList());
    }

    @Test
    void a_page_that_reached_the_end_of_its_range_marks_the_end() {
        given(A, "E", "E");
        given(B, "F", "F");
        Cursor third = log().cursorAt(log().read(B).toList().getFirst().position());
        assertThat(log().page(log().read(HALF)).searched()).isEqualTo(log().head());
        assertThat(log().page(log().read(HALF).after(log().beginning()).upTo(third))
                        .searched())
                .isEqualTo(third);
        assertThat(log().page(log().read(EventQuery.types("none"))).searched()).isEqualTo(log().head());
        LogPage backward = log().page(log().read(HALF).backward());
        assertThat(backward.searched()).isEqualTo(log().beginning());
    }

    @Test
    void a_match_far_behind_many_others_is_found_from_both_sides() {
        EventQuery rare = EventQuery.all().andMetadata(Metadata.of("rare", "yes"));
        EventData wanted = event("wanted").withMetadata(Metadata.of("rare", "yes"));
        given(A, List.of(wanted.withId(event("E").id())));
        log().append(B, any(), OTHERS);
        given(A, List.of(wanted));
        LogEvents found = log().read(rare).toList();
        assertThat(versions(found)).containsExactly(1L, 2L);
        assertThat(found.cursor()).isEqualTo(log().head());
        assertThat(versions(log().read(rare).backward())).containsExactly(2L, 1L);
        assertThat(versions(log().read(rare).limit(2))).containsExactly(1L, 2L);
        assertThat(versions(log().read(rare).backward().limit(2))).containsExactly(2L, 1L);
    }

    @Test
    void a_reader_on_a_later_page_does_not_meet_what_came_after_it_began() {
        givenMany(A, PAGE + 1);
        Iterator<RecordedEvent> events = log().read(HALF).iterator();
        events.next();
        given(A, "later");
        int met = 1;
        for (; events.hasNext(); events.next()) {
            met++;
        }
        assertThat(met).isEqualTo(PAGE + 1);
    }

    /** So many events that match, in runs of 1 to 7 between others. */
    private void givenAmongOthers(int count) {
        int run = 1;
        for (int left = count; left > 0; left -= run) {
            run = Math.min(left, run % 7 + 1);
            givenMany(A, run);
            givenMany(B, 3);
        }
    }

    private void assertComesWhole(int count) {
        List<Long> expected = LongStream.rangeClosed(1, count).boxed().toList();
        LogEvents found = log().read(HALF).toList();
        assertThat(versions(found)).isEqualTo(expected);
        assertThat(found.cursor()).isEqualTo(log().head());
        assertThat(versions(log().read(HALF).backward()).reversed()).isEqualTo(expected);
    }
}
