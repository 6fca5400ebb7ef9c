// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.Tail;
import org.junit.jupiter.api.Test;

/** Tails: each event that matches once and in order, the old ones and then the new ones, with no seam between. */
public abstract class TailContract extends LogContract<LogFixture> {
    private static final Duration LONG = Duration.ofSeconds(20);

    @Test
    void a_tail_gives_the_old_events_and_then_the_new_ones() throws Exception {
        given(A, "1", "2");
        try (Tail tail = log().tail(log().beginning(), EventQuery.all())) {
            assertThat(now(tail)).contains("1");
            assertThat(now(tail)).contains("2");
            assertThat(now(tail)).isEmpty();
            given(A, "3");
            given(B, "4");
            assertThat(now(tail)).contains("3");
            assertThat(now(tail)).contains("4");
            assertThat(now(tail)).isEmpty();
            given(A, "5");
            assertThat(now(tail)).contains("5");
        }
    }

    @Test
    void a_tail_begins_after_a_point() throws Exception {
        Cursor first = given(A, "1").cursor();
        given(A, "2");
        try (Tail tail = log().tail(first, EventQuery.all())) {
            assertThat(now(tail)).contains("2");
        }
        try (Tail tail = log().tail(log().head(), EventQuery.all())) {
            assertThat(now(tail)).isEmpty();
            given(A, "3");
            assertThat(now(tail)).contains("3");
        }
    }

    @Test
    void a_tail_gives_only_what_its_query_asks_for() throws Exception {
        given(A, "1");
        try (Tail tail = log().tail(log().beginning(), EventQuery.streams(A))) {
            assertThat(now(tail)).contains("1");
            given(B, "2");
            assertThat(now(tail)).isEmpty();
            given(A, "3");
            assertThat(now(tail)).contains("3");
        }
    }

    @Test
    void the_cursor_of_a_tail_is_where_another_one_goes_on() throws Exception {
        given(A, "1", "2");
        given(B, "3");
        try (Tail tail = log().tail(log().beginning(), EventQuery.streams(A))) {
            assertThat(tail.cursor()).isEqualTo(log().beginning());
            now(tail);
            assertThat(position(tail.cursor()))
                    .isEqualTo(log().read(A).toList().getFirst().position());
            try (Tail next = log().tail(tail.cursor(), EventQuery.streams(A))) {
                assertThat(now(next)).contains("2");
            }
            now(tail);
            assertThat(now(tail)).isEmpty();
            assertThat(tail.cursor()).isEqualTo(log().head());
        }
    }

    @Test
    void a_waiting_tail_is_woken_by_an_event_that_matches() throws Exception {
        var waiting = new CountDownLatch(1);
        try (Tail tail = log().tail(log().head(), EventQuery.types("wanted", "late"));
                var reader = Crowd.of(1, thread -> {
                    waiting.countDown();
                    assertThat(tail.next(LONG).map(RecordedEvent::type)).contains("wanted");
                })) {
            reader.go();
            waiting.await();
            given(A, "unwanted", "wanted", "late");
        }
    }

    @Test
    void a_tail_beside_a_writer_gives_each_event_once_and_in_order() throws Exception {
        int many = 120;
        given(A, "E", "E");
        try (Tail tail = log().tail(log().beginning(), EventQuery.streams(A));
                var writer = Crowd.of(1, thread -> givenOneByOne(A, many))) {
            writer.go();
            for (long version = 1; version <= many + 2; version++) {
                assertThat(tail.next(LONG).orElseThrow().version()).isEqualTo(version);
            }
            assertThat(now(tail)).isEmpty();
        }
    }

    @Test
    void a_closed_tail_gives_nothing_more() throws Exception {
        given(A, "1");
        Tail tail = log().tail(log().beginning(), EventQuery.all());
        tail.close();
        tail.close();
        refused(IllegalStateException.class, () -> tail.next(Duration.ZERO));
        assertThat(tail.cursor()).isEqualTo(log().beginning());
    }

    @Test
    void closing_a_tail_answers_the_thread_that_waits_on_it() throws Exception {
        Tail tail = log().tail(log().head(), EventQuery.all());
        var waiting = new CountDownLatch(1);
        try (var reader = Crowd.of(1, thread -> {
            waiting.countDown();
            try {
                assertThat(tail.next(LONG)).isEmpty();
            } catch (IllegalStateException closedBefore) {
                assertThat(closedBefore).hasMessageContaining("closed");
            }
        })) {
            reader.go();
            waiting.await();
            long before = System.nanoTime();
            tail.close();
            reader.close();
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(LONG);
        }
    }

    @Test
    void two_tails_do_not_disturb_each_other() throws Exception {
        given(A, "1", "2", "3");
        try (Tail one = log().tail(log().beginning(), EventQuery.all());
                Tail other = log().tail(log().beginning(), EventQuery.all())) {
            assertThat(now(one)).contains("1");
            assertThat(now(other)).contains("1");
            assertThat(now(one)).contains("2");
            IntStream.range(0, 2).forEach(i -> given(B, "more"));
            assertThat(now(other)).contains("2");
        }
    }

    private static Optional<String> now(Tail tail) throws InterruptedException {
        return tail.next(Duration.ZERO).map(RecordedEvent::type);
    }
}
