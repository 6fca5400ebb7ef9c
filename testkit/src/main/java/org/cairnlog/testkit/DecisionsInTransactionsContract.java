// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.exactly;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.cairnlog.decider.AtomicRepository;
import org.cairnlog.decider.Decided;
import org.cairnlog.decider.Rejected;
import org.cairnlog.decider.Repository;
import org.cairnlog.decider.TransactionRepository;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Committed;
import org.cairnlog.log.ConditionFailed;
import org.cairnlog.log.Conflict;
import org.cairnlog.log.JoinedTransaction;
import org.cairnlog.log.LogTransaction;
import org.cairnlog.log.VersionConflict;
import org.junit.jupiter.api.Test;

/** Decisions in the caller's transaction are committed with its own work, or rolled back with it. */
public abstract class DecisionsInTransactionsContract extends TransactionalLogContract {
    private static final StreamId PURSE = StreamId.of("purse", "p");
    private static final EventQuery ADAS = EventQuery.tags("owner:ada");

    /** For a store's test. */
    protected DecisionsInTransactionsContract() {}

    private AtomicRepository<Purse.Command, Purse.State, Purse.Event> purses() {
        return Repository.of(log(), "purse", new Purse(), Purse.CODEC).enriching(event -> event.withTags("owner:ada"));
    }

    private TransactionRepository<Purse.Command, Purse.State, Purse.Event> purses(LogTransaction transaction) {
        return purses().in(transaction);
    }

    private long cents(String id) {
        return purses().load(id).state().cents();
    }

    @Test
    void two_decisions_and_the_callers_work_are_one_commit() throws SQLException {
        purses().execute("p", new Purse.Put(100));
        Committed<Decided<Purse.State, Purse.Event>> committed = log().inTransaction(tx -> {
                    open(tx.connection(), "ada", 5);
                    Decided<Purse.State, Purse.Event> taken = purses(tx).execute("p", new Purse.Take(5));
                    assertThat(taken.version()).isEqualTo(2);
                    assertThat(taken.state()).isEqualTo(new Purse.State(95, 2));
                    assertThat(taken.events()).containsExactly(new Purse.Lost(5));
                    return purses(tx).execute("q", new Purse.Put(5));
                })
                .run();
        assertThat(committed.value().version()).isEqualTo(1);
        assertThat(committed.cursor()).isEqualTo(log().head());
        assertThat(cents("p")).isEqualTo(95);
        assertThat(cents("q")).isEqualTo(5);
        assertThat(accounts()).isEqualTo(Map.of("ada", 5L));
    }

    @Test
    void a_transaction_sees_its_own_decisions() {
        log().inTransaction(tx -> {
                    var purses = purses(tx);
                    purses.execute("p", new Purse.PutTwice(100));
                    assertThat(purses.load("p").state()).isEqualTo(new Purse.State(100, 2));
                    assertThat(purses.load("p").version()).isEqualTo(2);
                    assertThat(purses.load(ADAS).state()).isEqualTo(new Purse.State(100, 2));
                    refused(Rejected.class, () -> purses.execute("p", new Purse.Take(101)));
                    assertThat(purses.execute("p", new Purse.Leave()).version()).isEqualTo(2);
                    assertThat(purses.execute("p", new Purse.Take(100)).version())
                            .isEqualTo(3);
                    return purses.execute(ADAS, "q", new Purse.Take(0)).state();
                })
                .run();
        assertThat(purses().load(ADAS).state()).isEqualTo(new Purse.State(0, 4));
        assertThat(purses().load("p").version()).isEqualTo(3);
    }

    @Test
    void a_rejection_rolls_everything_back() throws SQLException {
        refused(
                Rejected.class,
                () -> log().inTransaction(tx -> {
                            open(tx.connection(), "ada", 5);
                            purses(tx).execute("q", new Purse.Put(5));
                            return purses(tx).execute("p", new Purse.Take(5));
                        })
                        .run());
        assertThat(purses().load("q").found()).isFalse();
        assertThat(accounts()).isEmpty();
    }

    @Test
    void a_rival_lets_the_whole_block_be_done_again() throws Exception {
        purses().execute("p", new Purse.Put(10));
        var runs = new AtomicInteger();
        log().inTransaction(tx -> {
                    var taken = purses(tx).execute("p", new Purse.Take(10));
                    if (runs.incrementAndGet() == 1) {
                        meanwhile(thread -> log().append(PURSE, any(), Purse.CODEC.encode(new Purse.Gained(1))));
                    }
                    open(tx.connection(), "ada", taken.state().cents());
                    return taken;
                })
                .retryingConflicts(3)
                .run();
        assertThat(runs).hasValue(2);
        assertThat(cents("p")).isEqualTo(1);
        assertThat(accounts()).isEqualTo(Map.of("ada", 1L));
    }

    @Test
    void a_decision_on_what_has_changed_since_is_not_committed() {
        purses().execute("p", new Purse.Put(10));
        assertThat(conflict(tx -> purses(tx).execute("p", new Purse.Take(10)))).isInstanceOf(VersionConflict.class);
        assertThat(conflict(tx -> purses(tx).execute(ADAS, "q", new Purse.Take(0))))
                .isInstanceOf(ConditionFailed.class);
        assertThat(purses().load("q").found()).isFalse();
    }

    private interface Decision {
        void make(LogTransaction transaction);
    }

    private Conflict conflict(Decision decision) {
        return refused(
                Conflict.class,
                () -> log().inTransaction(tx -> {
                            decision.make(tx);
                            meanwhile(thread -> purses().execute("p", new Purse.Put(1)));
                            return 0;
                        })
                        .run());
    }

    @Test
    void a_decision_in_a_transaction_that_somebody_else_commits_is_committed_with_it() throws SQLException {
        purses().execute("p", new Purse.Put(10));
        for (boolean commit : new boolean[] {false, true}) {
            try (Connection owner = fixture.connect()) {
                owner.setAutoCommit(false);
                JoinedTransaction joined = log().join(owner);
                open(owner, "ada", 1);
                assertThat(purses(joined).execute("p", new Purse.Take(4)).version())
                        .isEqualTo(2);
                joined.beforeCommit();
                if (commit) {
                    owner.commit();
                } else {
                    owner.rollback();
                }
                joined.afterCompletion(commit);
            }
            assertThat(cents("p")).isEqualTo(commit ? 6 : 10);
            assertThat(accounts()).isEqualTo(commit ? Map.of("ada", 1L) : Map.of());
        }
    }

    @Test
    void a_transaction_in_which_nothing_is_decided_appends_nothing() {
        Committed<Decided<Purse.State, Purse.Event>> committed = log().inTransaction(
                        tx -> purses(tx).execute(ADAS, "p", new Purse.Leave()))
                .run();
        assertThat(committed.appended()).isEmpty();
        assertThat(committed.value().events()).isEmpty();
    }

    @Test
    void what_is_added_to_each_append_is_added_in_a_transaction_too() {
        StreamId open = StreamId.of("till", "1");
        log().append(open, any(), event("till-opened"));
        var guarded = purses().adding(append -> append.guard(open, exactly(1)));
        log().inTransaction(tx -> guarded.in(tx).execute("p", new Purse.Put(5))).run();
        log().append(open, any(), event("till-closed"));
        assertThatThrownBy(() -> log().inTransaction(tx -> guarded.in(tx).execute("p", new Purse.Put(5)))
                        .run())
                .isInstanceOf(VersionConflict.class);
        assertThatThrownBy(() -> log().inTransaction(tx -> guarded.in(tx).execute(ADAS, "p", new Purse.Put(5)))
                        .run())
                .isInstanceOf(VersionConflict.class);
        assertThat(cents("p")).isEqualTo(5);
    }
}
