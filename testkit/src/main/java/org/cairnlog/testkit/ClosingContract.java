// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.cairnlog.event.EventQuery;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.EventLog;
import org.cairnlog.log.LogUnavailable;
import org.cairnlog.log.Tail;
import org.junit.jupiter.api.Test;

/** Closing: a closed log says so to everyone who asks, and leaves nobody waiting. */
public abstract class ClosingContract extends LogContract<LogFixture> {
    private static final Duration LONG = Duration.ofSeconds(10);

    @Test
    void a_closed_log_says_that_it_is_closed() {
        given(A, "E");
        EventLog log = log();
        Cursor head = log.head();
        Tail tail = log.tail(head, EventQuery.all());
        log.close();
        List<ThrowingCallable> calls = List.of(
                () -> log.append(A, any(), event("E")),
                () -> log.read(A).toList(),
                () -> log.read(EventQuery.all()).toList(),
                () -> log.streams().toList(),
                () -> log.stream(A),
                () -> log.label(A, "state", "open"),
                () -> log.unlabel(A, "state"),
                log::head,
                () -> log.cursorAt(1),
                () -> log.awaitGrowth(head, Duration.ZERO),
                () -> log.awaitGrowth(head, LONG),
                () -> log.history(head),
                () -> tail.next(LONG));
        for (ThrowingCallable call : calls) {
            refused(LogUnavailable.class, call);
        }
    }

    @Test
    void closing_again_does_nothing() {
        given(A, "E");
        EventLog log = log();
        log.close();
        log.close();
        refused(LogUnavailable.class, log::head);
    }

    @Test
    void closing_answers_those_who_wait_for_growth() throws Exception {
        Cursor head = log().head();
        EventLog log = log();
        var waiting = new CountDownLatch(2);
        long before = System.nanoTime();
        try (var waiters = Crowd.of(2, waiter -> {
            waiting.countDown();
            refused(LogUnavailable.class, () -> log.awaitGrowth(head, LONG));
        })) {
            waiters.go();
            waiting.await();
            log.close();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(LONG);
    }

    @Test
    void closing_answers_a_waiting_tail() throws Exception {
        EventLog log = log();
        Tail tail = log.tail(log.head(), EventQuery.all());
        var waiting = new CountDownLatch(1);
        try (var reader = Crowd.of(1, thread -> {
            waiting.countDown();
            refused(LogUnavailable.class, () -> tail.next(LONG));
        })) {
            reader.go();
            waiting.await();
            log.close();
        }
    }

    @Test
    void a_reader_in_the_middle_of_its_pages_is_told() {
        givenMany(A, log().limits().pageEvents() + 1);
        var events = log().read(A).iterator();
        for (int i = 0; i < log().limits().pageEvents(); i++) {
            events.next();
        }
        log().close();
        refused(LogUnavailable.class, events::next);
    }

    @Test
    void closing_beside_writers_answers_each_append_with_its_place_or_that_the_log_is_closed() throws Exception {
        EventLog log = log();
        var stored = new AtomicInteger();
        var closed = new AtomicBoolean();
        var begun = new CountDownLatch(3);
        try (var writers = Crowd.of(3, writer -> {
            try {
                while (true) {
                    boolean wasClosed = closed.get();
                    log.append(stream("s" + writer), any(), event("E"));
                    assertThat(wasClosed)
                            .as("the log was closed before this append")
                            .isFalse();
                    stored.incrementAndGet();
                    begun.countDown();
                }
            } catch (LogUnavailable answer) {
                assertThat(answer).hasMessageContaining("closed");
            }
        })) {
            writers.go();
            begun.await();
            log.close();
            closed.set(true);
        }
        assertThat(stored.get()).isPositive();
    }
}
