// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.cairnlog.consumer.ConsumerStatus.State;
import org.cairnlog.consumer.ConsumerStore;
import org.cairnlog.consumer.Consumers;
import org.cairnlog.consumer.FailurePolicy;
import org.cairnlog.consumer.ParkedEvent;
import org.cairnlog.consumer.Projection;
import org.cairnlog.consumer.Subscription;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Cursor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Projections: each event has its effect in the tables once, and tables and checkpoint are one. */
public abstract class ProjectionContract extends TransactionalLogContract {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String NAME = "counts";

    private final List<Consumers> running = new ArrayList<>();
    private final Set<String> failing = new ConcurrentSkipListSet<>();
    private final AtomicInteger troubles = new AtomicInteger();

    /** For stores. */
    protected ProjectionContract() {}

    @AfterEach
    void stop() {
        running.forEach(Consumers::close);
    }

    /**
     * Counts the events of each stream; fails after its change where it is told to, and as if the database had ended
     * the transaction for the sake of another one.
     */
    private Projection<String> counts() {
        return Projection.jdbc(NAME, EventQuery.category("thing"), ConsumersLogContract.CODEC, (connection, event) -> {
            count(connection, event.stream());
            if (troubles.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new SQLException("ended for the sake of another one", "40001");
            }
            if (failing.contains(event.event())) {
                throw new IllegalStateException("no " + event.event());
            }
        });
    }

    private void count(Connection connection, StreamId stream) throws SQLException {
        if (accounts(connection).containsKey(stream.id())) {
            add(connection, stream.id(), 1);
        } else {
            open(connection, stream.id(), 1);
        }
    }

    private Consumers run(Duration lease, Subscription<?> projection) {
        Consumers consumers =
                Consumers.start(log(), o -> o.lease(lease).stopTimeout(Duration.ofSeconds(3)), List.of(projection));
        running.add(consumers);
        return consumers;
    }

    private Consumers run(Subscription<?> projection) {
        return run(Duration.ofSeconds(30), projection);
    }

    private void untilPassed(Consumers consumers, Cursor cursor) throws InterruptedException {
        assertThat(consumers.awaitPassed(NAME, cursor, PATIENCE))
                .as(() -> consumers.status().toString())
                .isTrue();
    }

    /** Something that comes true. */
    private interface Wanted {
        boolean holds() throws Exception;
    }

    private static void until(Wanted wanted) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!wanted.holds()) {
            assertThat(System.nanoTime() - end).as("nanoseconds over time").isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    @Test
    void tables_follow_the_log() throws Exception {
        givenOneByOne(A, 3);
        Consumers consumers = run(counts().batchesOf(2));
        untilPassed(consumers, given(B, "E1", "E2").cursor());
        assertThat(accounts()).isEqualTo(Map.of("a", 3L, "b", 2L));
        consumers.close();
        untilPassed(run(counts()), given(B, "E3").cursor());
        assertThat(accounts()).isEqualTo(Map.of("a", 3L, "b", 3L));
    }

    @Test
    void tables_follow_while_many_append() throws Exception {
        Consumers consumers = run(counts());
        Crowd.run(3, thread -> {
            for (int i = 0; i < 30; i++) {
                log().append(stream("s" + thread), any(), event("E"));
            }
        });
        untilPassed(consumers, log().head());
        assertThat(accounts()).isEqualTo(Map.of("s0", 30L, "s1", 30L, "s2", 30L));
    }

    @Test
    void a_batch_that_fails_has_no_effect_but_that_of_its_good_events_once() throws Exception {
        failing.add("bad");
        log().append(A, any(), events("E1", "E2", "bad", "E4"));
        Consumers consumers = run(
                counts().onFailure(FailurePolicy.retry(2, Duration.ofMillis(1)).thenSkip()));
        untilPassed(consumers, log().head());
        assertThat(accounts()).isEqualTo(Map.of("a", 3L));
        assertThat(consumers.setAside(NAME)).extracting(ParkedEvent::type).containsExactly("bad");
        assertThat(consumers.setAside(NAME).getFirst().attempts()).isEqualTo(3);
    }

    @Test
    void a_parked_event_has_its_effect_when_it_is_retried_once_and_is_gone_with_it() throws Exception {
        failing.add("bad");
        log().append(A, any(), events("E1", "bad", "E3"));
        Consumers consumers = run(counts().onFailure(FailurePolicy.park()));
        untilPassed(consumers, given(B, "E1").cursor());
        assertThat(accounts()).isEqualTo(Map.of("a", 1L, "b", 1L));
        consumers.retry(NAME);
        until(() -> consumers.setAside(NAME).getFirst().attempts() == 2);
        assertThat(accounts()).isEqualTo(Map.of("a", 1L, "b", 1L));
        failing.clear();
        consumers.retry(NAME);
        until(() -> consumers.setAside(NAME).isEmpty());
        assertThat(accounts()).isEqualTo(Map.of("a", 3L, "b", 1L));
        assertThat(consumers.status(NAME).parked()).isZero();
    }

    @Test
    void what_somebody_asked_for_is_done_also_if_the_database_is_in_the_way_at_first() throws Exception {
        failing.add("bad");
        log().append(A, any(), events("E1", "bad"));
        Consumers consumers = run(counts().onFailure(FailurePolicy.park()));
        untilPassed(consumers, log().head());
        failing.clear();
        troubles.set(2);
        consumers.retry(NAME);
        until(() -> consumers.setAside(NAME).isEmpty());
        assertThat(accounts()).isEqualTo(Map.of("a", 2L));
    }

    @Test
    void checkpoint_and_tables_are_seen_together() throws Exception {
        Consumers consumers = run(counts());
        for (int i = 1; i <= 20; i++) {
            Cursor appended = given(A, "E" + i).cursor();
            untilPassed(consumers, appended);
            assertThat(accounts()).isEqualTo(Map.of("a", (long) i));
        }
    }

    @Test
    void who_was_taken_over_commits_neither_checkpoint_nor_tables() throws Exception {
        Consumers consumers = run(Duration.ofHours(1), counts());
        Cursor before = given(A, "E1").cursor();
        untilPassed(consumers, before);
        fixture.clock().advance(Duration.ofHours(2));
        ConsumerStore store = ConsumerStore.of(log());
        ConsumerStore.Claim claim =
                store.claim(NAME, "thief", Duration.ofHours(1)).orElseThrow();
        given(A, "E2");
        until(() -> consumers.status(NAME).state() == State.WAITING_FOR_LEASE);
        assertThat(accounts()).isEqualTo(Map.of("a", 1L));
        assertThat(store.consumer(NAME).orElseThrow().cursor()).isEqualTo(before);
        store.release(new ConsumerStore.Renewal(claim, new ConsumerStore.Report(State.STOPPED, Duration.ZERO, "", 0)));
        untilPassed(consumers, log().head());
        assertThat(accounts()).isEqualTo(Map.of("a", 2L));
    }

    @Test
    void a_rebuild_empties_the_tables_and_ends_equal_to_a_fold() throws Exception {
        Set<String> owners = new HashSet<>();
        Projection<String> cleared = counts().clearedBy(connection -> {
            owners.addAll(accounts(connection).keySet());
            for (Map.Entry<String, Long> account : accounts(connection).entrySet()) {
                add(connection, account.getKey(), -account.getValue());
            }
        });
        Consumers consumers = run(cleared);
        givenOneByOne(A, 4);
        untilPassed(consumers, given(B, "E1").cursor());
        try (Connection connection = fixture.connect()) {
            add(connection, "a", 100);
        }
        consumers.rebuild(NAME);
        until(() -> !owners.isEmpty());
        until(() -> accounts().equals(Map.of("a", 4L, "b", 1L)));
        untilPassed(consumers, given(B, "E2").cursor());
        assertThat(accounts()).isEqualTo(Map.of("a", 4L, "b", 2L));
    }

    @Test
    void a_projection_that_cannot_be_emptied_is_not_rebuilt_and_says_so() throws Exception {
        Consumers consumers = run(counts());
        untilPassed(consumers, given(A, "E1").cursor());
        consumers.rebuild(NAME);
        until(() -> consumers.status(NAME).state() == State.STOPPED);
        assertThat(consumers.status(NAME).why()).contains("clearedBy");
        consumers.resume(NAME);
        untilPassed(consumers, given(A, "E2").cursor());
        assertThat(accounts()).isEqualTo(Map.of("a", 2L));
    }
}
