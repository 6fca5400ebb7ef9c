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
import java.util.TreeMap;
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

    /** Counts per stream under the generation's number, and what is not replayed under "effects" for all of them. */
    private Projection<String> generation(int number) {
        return Projection.jdbc(NAME, EventQuery.category("thing"), ConsumersLogContract.CODEC, (connection, event) -> {
                    if (failing.contains(event.event())) {
                        throw new IllegalStateException("no " + event.event());
                    }
                    change(connection, number + event.stream().id(), 1);
                    change(connection, "effects", event.replaying() ? 0 : 1);
                })
                .generation(number, connection -> {
                    Map<String, Long> rows = accounts(connection);
                    if (!sums(rows, 1).equals(sums(rows, 2))) {
                        throw new IllegalStateException("the generations differ: " + rows);
                    }
                    change(connection, "read", number - rows.getOrDefault("read", 0L));
                });
    }

    private void change(Connection connection, String owner, long by) throws SQLException {
        if (accounts(connection).containsKey(owner)) {
            add(connection, owner, by);
        } else {
            open(connection, owner, by);
        }
    }

    private static Map<String, Long> sums(Map<String, Long> rows, int generation) {
        Map<String, Long> sums = new TreeMap<>();
        rows.forEach((owner, count) -> {
            if (owner.startsWith(Integer.toString(generation))) {
                sums.put(owner.substring(1), count);
            }
        });
        return sums;
    }

    private Consumers runGenerations(Subscription<?>... generations) {
        Consumers consumers = Consumers.start(log(), o -> o.stopTimeout(Duration.ofSeconds(3)), List.of(generations));
        running.add(consumers);
        return consumers;
    }

    private void untilGenerationsPassed(Consumers consumers) throws InterruptedException {
        for (String name : List.of(NAME + "@1", NAME + "@2")) {
            assertThat(consumers.awaitPassed(name, log().head(), PATIENCE))
                    .as(() -> consumers.status().toString())
                    .isTrue();
        }
    }

    @Test
    void a_generation_catches_up_beside_another_and_readers_are_switched_to_it_and_back() throws Exception {
        givenOneByOne(A, 5);
        Consumers old = runGenerations(generation(1).batchesOf(3));
        assertThat(old.awaitPassed(NAME + "@1", log().head(), PATIENCE)).isTrue();
        Consumers both =
                runGenerations(generation(1).batchesOf(3), generation(2).batchesOf(4));
        givenOneByOne(B, 3);
        untilGenerationsPassed(both);
        assertThat(accounts()).isEqualTo(Map.of("1a", 5L, "1b", 3L, "2a", 5L, "2b", 3L, "effects", 8L));
        assertThat(both.status(NAME + "@2").active()).isFalse();
        both.switchTo(NAME + "@2");
        for (int i = 0; !both.status(NAME + "@2").active(); i++) {
            assertThat(i).isLessThan(10_000);
            given(A, "E");
        }
        assertThat(both.status(NAME + "@1").active()).isFalse();
        assertThat(accounts()).containsEntry("read", 2L);
        givenOneByOne(B, 3);
        untilGenerationsPassed(both);
        long events = log().head().places().getFirst().position();
        assertThat(accounts())
                .containsEntry("effects", events)
                .containsEntry("1b", 6L)
                .containsEntry("2b", 6L);
        assertThat(sums(accounts(), 2)).isEqualTo(sums(accounts(), 1));
        both.switchTo(NAME + "@1");
        until(() -> both.status(NAME + "@1").active());
        given(B, "E");
        untilGenerationsPassed(both);
        assertThat(accounts()).containsEntry("read", 1L).containsEntry("effects", events + 1);
    }

    @Test
    void a_generation_that_differs_is_not_switched_to_and_says_so() throws Exception {
        givenOneByOne(A, 5);
        Consumers both = runGenerations(generation(1), generation(2));
        untilGenerationsPassed(both);
        try (Connection connection = fixture.connect()) {
            add(connection, "2a", 100);
        }
        both.switchTo(NAME + "@2");
        until(() -> both.status(NAME + "@2").state() == State.STOPPED);
        assertThat(both.status(NAME + "@2").why()).contains("the generations differ");
        assertThat(both.status(NAME + "@1").active()).isTrue();
        assertThat(accounts()).doesNotContainKey("read").containsEntry("effects", 5L);
        try (Connection connection = fixture.connect()) {
            add(connection, "2a", -100);
        }
        both.resume(NAME + "@2");
        given(A, "E");
        untilGenerationsPassed(both);
        assertThat(both.status(NAME + "@2").active()).isFalse();
        both.switchTo(NAME + "@2");
        until(() -> both.status(NAME + "@2").active());
        assertThat(accounts()).containsEntry("read", 2L).containsEntry("effects", 6L);
    }

    @Test
    void a_generation_that_waits_for_the_one_that_readers_see_says_so() throws Exception {
        Consumers both = runGenerations(generation(1), generation(2));
        given(A, "E1");
        untilGenerationsPassed(both);
        both.pause(NAME + "@1", "so that the other one is ahead");
        until(() -> both.status(NAME + "@1").holder().isEmpty());
        given(A, "E2");
        assertThat(both.awaitPassed(NAME + "@2", log().head(), PATIENCE)).isTrue();
        both.switchTo(NAME + "@2");
        until(() -> !both.status(NAME + "@2").isHealthy());
        assertThat(both.status(NAME + "@2").why()).contains("waits for the generation that they see now");
        assertThat(both.status(NAME + "@2").active()).isFalse();
        both.resume(NAME + "@1");
        until(() -> both.status(NAME + "@2").active());
        until(() -> both.status(NAME + "@2").isHealthy());
        assertThat(accounts()).isEqualTo(Map.of("1a", 2L, "2a", 2L, "effects", 2L, "read", 2L));
    }

    @Test
    void a_generation_with_parked_events_is_not_switched_to_and_says_so() throws Exception {
        Consumers both = runGenerations(generation(1), generation(2).onFailure(FailurePolicy.park()));
        given(A, "E1");
        untilGenerationsPassed(both);
        both.pause(NAME + "@1", "so that only the other one fails");
        until(() -> both.status(NAME + "@1").holder().isEmpty());
        failing.add("bad");
        given(A, "bad");
        assertThat(both.awaitPassed(NAME + "@2", log().head(), PATIENCE)).isTrue();
        failing.clear();
        both.resume(NAME + "@1");
        both.switchTo(NAME + "@2");
        until(() -> both.status(NAME + "@2").state() == State.STOPPED);
        assertThat(both.status(NAME + "@2").why()).contains("parked");
        assertThat(both.status(NAME + "@1").active()).isTrue();
        both.resume(NAME + "@2");
        both.retry(NAME + "@2");
        until(() -> both.setAside(NAME + "@2").isEmpty());
        both.switchTo(NAME + "@2");
        until(() -> both.status(NAME + "@2").active());
        assertThat(accounts()).isEqualTo(Map.of("1a", 2L, "2a", 2L, "effects", 2L, "read", 2L));
    }

    @Test
    void a_projection_in_partitions_is_not_emptied_as_a_whole_by_one_of_them() throws Exception {
        Consumers consumers = run(
                counts().clearedBy(connection -> open(connection, "emptied", 1)).partitions(4));
        untilPassed(consumers, given(A, "E1").cursor());
        consumers.rebuild(NAME);
        until(() -> consumers.status(NAME).state() == State.STOPPED);
        assertThat(consumers.status(NAME).why()).contains("partitions", "another name");
        consumers.resume(NAME);
        untilPassed(consumers, given(A, "E2").cursor());
        assertThat(accounts()).isEqualTo(Map.of("a", 2L));
        refused(IllegalArgumentException.class, () -> generation(1).partitions(2));
        refused(IllegalArgumentException.class, () -> generation(1).generation(2, connection -> {}));
    }
}
