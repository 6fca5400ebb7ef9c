// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.ExpectedVersion;
import org.junit.jupiter.api.Test;

/** Growth: a waiting reader is woken by the next event, or told that none came. */
public abstract class GrowthContract extends LogContract<LogFixture> {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(30);

    @Test
    void what_is_there_already_is_growth_at_once() throws Exception {
        given(A, "E");
        for (Duration timeout :
                List.of(Duration.ZERO, Duration.ofSeconds(-1), LONG, ChronoUnit.FOREVER.getDuration())) {
            assertThat(log().awaitGrowth(log().beginning(), timeout)).isTrue();
        }
    }

    @Test
    void without_a_new_event_the_wait_ends_in_time() throws Exception {
        assertThat(log().awaitGrowth(log().beginning(), SHORT)).isFalse();
        Cursor head = given(A, "E").cursor();
        assertThat(log().awaitGrowth(head, Duration.ZERO)).isFalse();
        assertThat(log().awaitGrowth(head, Duration.ofSeconds(-1))).isFalse();
        long before = System.nanoTime();
        assertThat(log().awaitGrowth(head, SHORT)).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(SHORT, LONG);
    }

    @Test
    void every_waiter_is_woken_by_an_append() throws Exception {
        Cursor head = given(A, "E").cursor();
        var waiting = new CountDownLatch(3);
        try (var waiters = Crowd.of(3, waiter -> {
            waiting.countDown();
            assertThat(log().awaitGrowth(head, LONG)).isTrue();
        })) {
            waiters.go();
            waiting.await();
            given(B, "F");
        }
    }

    @Test
    void waiting_round_by_round_misses_no_event() throws Exception {
        int rounds = 40;
        try (var writer = Crowd.of(1, thread -> givenOneByOne(A, rounds))) {
            writer.go();
            Cursor seen = log().beginning();
            long met = 0;
            while (met < rounds) {
                assertThat(log().awaitGrowth(seen, LONG)).isTrue();
                seen = log().head();
                met = log().stream(A).orElseThrow().version();
            }
        }
    }

    @Test
    void an_interrupt_ends_the_wait() throws Exception {
        Cursor head = log().head();
        var waiting = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        Thread waiter = Thread.ofPlatform().start(() -> {
            try {
                waiting.countDown();
                log().awaitGrowth(head, LONG);
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        waiting.await();
        waiter.interrupt();
        waiter.join(LONG);
        assertThat(interrupted.getCount()).isZero();
    }

    @Test
    void a_deletion_is_growth_and_a_label_is_not() throws Exception {
        Cursor head = given(A, "E").cursor();
        log().label(A, "state", "open");
        assertThat(log().awaitGrowth(head, Duration.ZERO)).isFalse();
        fixture.maintenance().delete(A, ExpectedVersion.any(), "test");
        assertThat(log().awaitGrowth(head, LONG)).isTrue();
    }
}
