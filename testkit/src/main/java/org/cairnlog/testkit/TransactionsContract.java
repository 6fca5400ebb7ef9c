// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.deletedAt;
import static org.cairnlog.log.ExpectedVersion.exactly;
import static org.cairnlog.log.ExpectedVersion.exists;
import static org.cairnlog.log.ExpectedVersion.noStream;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.AlreadyAppended;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.Committed;
import org.cairnlog.log.ConditionFailed;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.DuplicateIds;
import org.cairnlog.log.LogTransaction;
import org.cairnlog.log.PendingAppend;
import org.cairnlog.log.StreamDeleted;
import org.cairnlog.log.VersionConflict;
import org.cairnlog.log.VersionConflict.Mismatch;
import org.junit.jupiter.api.Test;

/** Transactions: the caller's own work in the database and its appends are committed together, or neither is. */
public abstract class TransactionsContract extends TransactionalLogContract {
    @Test
    void work_and_events_are_committed_together() throws Exception {
        Committed<String> done = log().inTransaction(tx -> {
                    open(tx.connection(), "ann", 5);
                    tx.append(A, noStream(), event("opened"));
                    return "done";
                })
                .run();
        assertThat(done.value()).isEqualTo("done");
        assertThat(accounts()).isEqualTo(Map.of("ann", 5L));
        assertThat(typesOf(A)).containsExactly("opened");
    }

    @Test
    void nothing_happens_before_the_transaction_is_run() throws Exception {
        log().inTransaction(tx -> tx.append(A, any(), event("E")));
        assertThat(log().stream(A)).isEmpty();
    }

    @Test
    void an_exception_of_the_block_leaves_neither_and_arrives_as_it_is() throws Exception {
        var failure = new IOException("the work failed");
        assertThat(assertLeavesNothing(IOException.class, tx -> {
                    throw failure;
                }))
                .isSameAs(failure);
        var unchecked = new IllegalStateException("the work failed");
        assertThat(assertLeavesNothing(IllegalStateException.class, tx -> {
                    throw unchecked;
                }))
                .isSameAs(unchecked);
    }

    @Test
    void an_error_of_the_block_leaves_neither_and_arrives_as_it_is() throws Exception {
        var error = new StackOverflowError("the work failed");
        assertThat(assertLeavesNothing(StackOverflowError.class, tx -> {
                    throw error;
                }))
                .isSameAs(error);
    }

    @Test
    void a_failed_statement_of_the_work_leaves_neither() throws Exception {
        assertLeavesNothing(SQLException.class, tx -> open(tx.connection(), "ann", 6));
    }

    @Test
    void a_wrong_belief_leaves_neither() throws Exception {
        given(B, "E", "E");
        VersionConflict conflict =
                assertLeavesNothing(VersionConflict.class, tx -> tx.append(B, exactly(1), event("F")));
        assertThat(conflict.mismatches()).containsExactly(new Mismatch(B, exactly(1), 2));
    }

    @Test
    void a_wrong_guard_leaves_neither() throws Exception {
        given(B, "E");
        VersionConflict conflict = assertLeavesNothing(
                VersionConflict.class,
                tx -> tx.append(Append.to(C, any(), event("F")).guard(B, noStream())));
        assertThat(conflict.mismatches()).containsExactly(new Mismatch(B, noStream(), 1));
    }

    @Test
    void a_condition_that_fails_leaves_neither() throws Exception {
        given(B, List.of(tagged("E", "x")));
        ConditionFailed failed = assertLeavesNothing(
                ConditionFailed.class,
                tx -> tx.append(Append.to(C, any(), event("F")).unless(EventQuery.tags("x"))));
        assertThat(failed.position()).isEqualTo(1);
    }

    @Test
    void a_deleted_stream_leaves_neither() throws Exception {
        given(B, "E");
        fixture.maintenance().delete(B, any(), "test");
        StreamDeleted deleted = assertLeavesNothing(StreamDeleted.class, tx -> tx.append(B, any(), event("F")));
        assertThat(deleted.version()).isEqualTo(2);
    }

    @Test
    void work_without_an_append_is_committed() throws Exception {
        Cursor head = given(A, "E").cursor();
        var done = log().inTransaction(tx -> {
                    open(tx.connection(), "ann", 5);
                    return null;
                })
                .run();
        assertThat(done.value()).isNull();
        assertThat(done.appended()).isEmpty();
        refused(IllegalStateException.class, done::cursor);
        assertThat(accounts()).containsOnlyKeys("ann");
        assertThat(log().head()).isEqualTo(head);
    }

    @Test
    void an_append_needs_no_work() throws Exception {
        Committed<PendingAppend> done =
                log().inTransaction(tx -> tx.append(A, any(), event("E"))).run();
        assertThat(done.cursor()).isEqualTo(log().head());
        assertThat(accounts()).isEmpty();
    }

    @Test
    void the_block_cannot_end_the_transaction_itself() throws Exception {
        log().inTransaction(tx -> {
                    open(tx.connection(), "ann", 5);
                    refused(SQLException.class, () -> tx.connection().commit());
                    refused(SQLException.class, () -> tx.connection().rollback());
                    refused(SQLException.class, () -> tx.connection().setAutoCommit(true));
                    return tx.append(A, any(), event("E"));
                })
                .run();
        assertThat(accounts()).containsOnlyKeys("ann");
        assertThat(typesOf(A)).containsExactly("E");
    }

    @Test
    void nobody_sees_and_nobody_waits_for_what_an_open_block_has_appended() throws Exception {
        log().inTransaction(tx -> {
                    tx.append(A, any(), event("own"));
                    tx.append(B, any(), event("own"));
                    assertThat(log().read(EventQuery.all()).toList()).isEmpty();
                    meanwhile(other -> given(A, "others"));
                    meanwhile(other -> given(C, "others"));
                    assertThat(typesOf(A)).containsExactly("others");
                    open(tx.connection(), "ann", 5);
                    return null;
                })
                .run();
        assertThat(typesOf(A)).containsExactly("others", "own");
        assertThat(accounts()).containsOnlyKeys("ann");
    }

    @Test
    void an_open_block_that_has_read_the_log_lets_others_append() throws Exception {
        given(A, "E");
        log().inTransaction(tx -> {
                    assertThat(tx.read(A).toList()).hasSize(1);
                    assertThat(tx.read(EventQuery.all())).hasSize(1);
                    meanwhile(other -> given(B, "others"));
                    return tx.append(A, exactly(1), event("own"));
                })
                .run();
        assertThat(typesOf(A)).containsExactly("E", "own");
    }

    @Test
    void who_appends_meanwhile_makes_an_exact_belief_wrong() throws Exception {
        given(A, "E");
        VersionConflict conflict = refused(
                VersionConflict.class,
                () -> log().inTransaction(tx -> {
                            tx.append(A, exactly(1), event("own"));
                            meanwhile(other -> given(A, "others", "others"));
                            open(tx.connection(), "ann", 5);
                            return null;
                        })
                        .run());
        assertThat(conflict.mismatches()).containsExactly(new Mismatch(A, exactly(1), 3));
        assertThat(typesOf(A)).containsExactly("E", "others", "others");
        assertThat(accounts()).isEmpty();
    }

    @Test
    void after_a_conflict_the_whole_work_is_done_again() throws Exception {
        var runs = new AtomicInteger();
        Committed<Integer> done = log().inTransaction(tx -> {
                    int run = runs.incrementAndGet();
                    long version = tx.read(A).toList().version();
                    tx.append(A, exactly(version), event("own" + run));
                    if (run == 1) {
                        meanwhile(other -> given(A, "others"));
                    }
                    open(tx.connection(), "ann", run);
                    return run;
                })
                .retryingConflicts(1)
                .run();
        assertThat(runs).hasValue(2);
        assertThat(done.value()).isEqualTo(2);
        assertThat(typesOf(A)).containsExactly("others", "own2");
        assertThat(accounts()).isEqualTo(Map.of("ann", 2L));
    }

    @Test
    void work_is_done_again_no_more_often_than_it_was_said() throws Exception {
        assertThat(runsOfWorkThatAlwaysConflicts(0)).isEqualTo(1);
        assertThat(runsOfWorkThatAlwaysConflicts(2)).isEqualTo(3);
        refused(
                IllegalArgumentException.class,
                () -> log().inTransaction(tx -> 1).retryingConflicts(-1));
    }

    private int runsOfWorkThatAlwaysConflicts(int retries) throws Exception {
        var runs = new AtomicInteger();
        refused(
                VersionConflict.class,
                () -> log().inTransaction(tx -> {
                            runs.incrementAndGet();
                            tx.append(A, exactly(tx.read(A).toList().version()), event("own"));
                            meanwhile(other -> given(A, "others"));
                            return null;
                        })
                        .retryingConflicts(retries)
                        .run());
        return runs.get();
    }

    @Test
    void what_is_no_conflict_is_not_done_again() {
        var runs = new AtomicInteger();
        refused(
                IllegalStateException.class,
                () -> log().inTransaction(tx -> {
                            runs.incrementAndGet();
                            throw new IllegalStateException("the work failed");
                        })
                        .retryingConflicts(3)
                        .run());
        assertThat(runs).hasValue(1);
    }

    @Test
    void work_that_has_read_while_others_wrote_succeeds_at_the_latest_when_done_again() throws Exception {
        var runs = new AtomicInteger();
        log().inTransaction(tx -> {
                    assertThat(accounts(tx.connection())).isEmpty();
                    if (runs.incrementAndGet() == 1) {
                        meanwhile(other -> given(B, "others"));
                    }
                    open(tx.connection(), "ann", 5);
                    return tx.append(A, noStream(), event("own"));
                })
                .retryingConflicts(1)
                .run();
        assertThat(runs.get()).isLessThanOrEqualTo(2);
        assertThat(accounts()).isEqualTo(Map.of("ann", 5L));
        assertThat(typesOf(A)).containsExactly("own");
    }

    @Test
    void work_that_has_only_read_while_others_wrote_has_no_conflict_either() throws Exception {
        var runs = new AtomicInteger();
        log().inTransaction(tx -> {
                    assertThat(accounts(tx.connection())).isEmpty();
                    if (runs.incrementAndGet() == 1) {
                        meanwhile(other -> given(B, "others"));
                    }
                    return tx.append(A, noStream(), event("own"));
                })
                .retryingConflicts(1)
                .run();
        assertThat(typesOf(A)).containsExactly("own");
    }

    @Test
    void a_repeat_is_refused_with_the_first_result_and_its_work_is_not_done_again() throws Exception {
        Append append = Append.to(A, any(), event("E"), event("F")).and(B, any(), event("G"));
        Appended first = log().inTransaction(tx -> {
                    open(tx.connection(), "ann", 5);
                    return tx.append(append);
                })
                .run()
                .appended()
                .getFirst();
        given(A, "later");
        var runs = new AtomicInteger();
        AlreadyAppended repeated = refusedWithoutTrace(
                AlreadyAppended.class,
                () -> log().inTransaction(tx -> {
                            runs.incrementAndGet();
                            open(tx.connection(), "bob", 5);
                            return tx.append(append);
                        })
                        .retryingConflicts(3)
                        .run());
        assertThat(runs).hasValue(1);
        assertThat(accounts()).containsOnlyKeys("ann");
        assertThat(repeated.first().firstPosition()).isEqualTo(first.firstPosition());
        assertThat(repeated.first().cursor()).isEqualTo(first.cursor());
        assertThat(repeated.first().versions()).isEqualTo(first.versions());
    }

    @Test
    void what_a_plain_append_has_stored_is_refused_too() throws Exception {
        Append append = Append.to(A, noStream(), event("E"));
        Appended first = log().append(append);
        AlreadyAppended repeated = assertLeavesNothing(AlreadyAppended.class, tx -> tx.append(append));
        assertThat(repeated.first().cursor()).isEqualTo(first.cursor());
    }

    @Test
    void ids_are_checked_before_the_beliefs_of_every_append() throws Exception {
        Append stored = Append.to(A, noStream(), event("E"));
        log().append(stored);
        assertLeavesNothing(AlreadyAppended.class, tx -> {
            tx.append(B, exactly(7), event("F"));
            tx.append(stored);
        });
    }

    @Test
    void a_partial_overlap_is_refused_with_the_ids() throws Exception {
        EventData stored = event("E");
        given(A, List.of(stored));
        DuplicateIds duplicate = assertLeavesNothing(DuplicateIds.class, tx -> tx.append(A, any(), stored, event("F")));
        assertThat(duplicate.taken()).isEqualTo(Map.of(stored.id(), 1L));
    }

    @Test
    void an_id_cannot_be_in_a_transaction_twice() throws Exception {
        EventData event = event("E");
        assertLeavesNothing(IllegalArgumentException.class, tx -> {
            tx.append(B, any(), event);
            tx.append(C, any(), event("F"), event);
        });
    }

    @Test
    void versions_are_known_at_once_where_the_belief_is_exact() throws Exception {
        given(B, "E", "E", "E");
        given(C, "E");
        fixture.maintenance().delete(C, any(), "test");
        StreamId unknown = stream("unknown");
        log().inTransaction(tx -> {
                    PendingAppend first = tx.append(A, noStream(), event("F"), event("F"));
                    assertThat(first.versions()).isEqualTo(Map.of(A, 2L));
                    assertThat(first.version(A)).hasValue(2);
                    assertThat(first.version(B)).isEmpty();
                    assertThat(tx.append(B, exactly(3), event("F")).version(B)).hasValue(4);
                    assertThat(tx.append(C, deletedAt(2), event("F")).version(C))
                            .hasValue(3);
                    PendingAppend mixed = tx.append(Append.to(A, any(), event("F"))
                            .and(unknown, any(), event("F"))
                            .and(B, exists(), event("F"), event("F")));
                    assertThat(mixed.versions()).isEqualTo(Map.of(A, 3L, B, 6L));
                    return null;
                })
                .run();
        assertThat(log().stream(A).orElseThrow().version()).isEqualTo(3);
        assertThat(log().stream(B).orElseThrow().version()).isEqualTo(6);
    }

    @Test
    void versions_are_not_known_where_nothing_exact_is_believed() throws Exception {
        given(A, "E");
        Committed<PendingAppend> done = log().inTransaction(tx -> {
                    assertThat(tx.append(A, exists(), event("F")).versions()).isEmpty();
                    return tx.append(A, any(), event("F"));
                })
                .run();
        assertThat(done.value().versions()).isEmpty();
        assertThat(done.appended().getLast().version()).isEqualTo(3);
    }

    @Test
    void beliefs_count_what_the_transaction_has_buffered_before() throws Exception {
        given(B, "E");
        log().inTransaction(tx -> {
                    tx.append(A, noStream(), event("F"), event("F"));
                    tx.append(B, any(), event("F"));
                    tx.append(Append.to(A, exactly(2), event("F")).guard(B, exactly(2)));
                    return tx.append(A, exists(), event("F"));
                })
                .run();
        assertThat(versions(log().read(A))).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void a_belief_that_the_transaction_itself_has_made_wrong_is_a_conflict() throws Exception {
        VersionConflict conflict = assertLeavesNothing(VersionConflict.class, tx -> {
            tx.append(B, noStream(), event("F"), event("F"));
            tx.append(B, noStream(), event("F"));
        });
        assertThat(conflict.mismatches()).containsExactly(new Mismatch(B, noStream(), 2));
    }

    @Test
    void appends_of_a_transaction_stay_appends_of_their_own_in_their_order() throws Exception {
        given(A, "E");
        var done = log().inTransaction(tx -> {
                    tx.append(A, exactly(1), event("F1"), event("F2"));
                    tx.append(B, noStream(), event("G"));
                    tx.append(Append.to(A, exactly(3), event("H1")).and(C, any(), event("H2")));
                    return null;
                })
                .run();
        assertThat(done.appended()).extracting(Appended::firstPosition).containsExactly(2L, 4L, 5L);
        assertThat(done.appended()).extracting(Appended::repeated).containsOnly(false);
        assertThat(done.appended())
                .extracting(Appended::versions)
                .containsExactly(Map.of(A, 3L), Map.of(B, 1L), Map.of(A, 4L, C, 1L));
        assertThat(done.appended())
                .extracting(appended -> position(appended.cursor()))
                .containsExactly(3L, 4L, 6L);
        assertThat(types(log().read(EventQuery.all()))).containsExactly("E", "F1", "F2", "G", "H1", "H2");
        assertThat(log().history(log().beginning()).appends())
                .extracting(List::size)
                .containsExactly(1, 2, 1, 2);
    }

    @Test
    void the_cursor_of_a_commit_is_just_past_its_last_event() throws Exception {
        Committed<PendingAppend> done = log().inTransaction(tx -> {
                    tx.append(A, any(), event("E"));
                    return tx.append(B, any(), event("F"));
                })
                .run();
        assertThat(done.cursor()).isEqualTo(log().head());
        assertThat(done.cursor()).isEqualTo(done.appended().getLast().cursor());
        given(C, "G");
        assertThat(types(log().read(EventQuery.all()).after(done.cursor()))).containsExactly("G");
    }

    @Test
    void labels_of_an_append_are_set() throws Exception {
        given(A, "E");
        log().inTransaction(tx -> {
                    tx.append(Append.to(A, any(), event("F")).label(A, "state", "open"));
                    return tx.append(Append.to(B, any(), event("F")).label(B, "state", "new"));
                })
                .run();
        assertThat(label(A, "state").value()).isEqualTo("open");
        assertThat(label(B, "state").value()).isEqualTo("new");
    }

    @Test
    void more_labels_than_a_stream_may_have_leave_neither() throws Exception {
        given(B, "E");
        for (int i = 0; i < log().limits().labels(); i++) {
            log().label(B, "label" + i, "");
        }
        Cursor head = log().head();
        IllegalArgumentException refused = assertLeavesNothing(
                IllegalArgumentException.class,
                tx -> tx.append(Append.to(B, any(), event("F")).label(B, "more", "")));
        assertThat(refused).hasMessageContaining("labels");
        assertThat(log().head()).isEqualTo(head);
    }

    @Test
    void conditions_are_about_what_others_have_appended() throws Exception {
        Cursor read = given(A, List.of(tagged("E", "x"))).cursor();
        log().inTransaction(tx -> {
                    tx.append(Append.to(A, any(), tagged("F", "x")).unless(EventQuery.tags("x"), read));
                    return tx.append(Append.to(B, any(), tagged("F", "x")).unless(EventQuery.tags("x"), read));
                })
                .run();
        assertThat(types(log().read(EventQuery.tags("x")))).containsExactly("E", "F", "F");
    }

    @Test
    void what_others_append_meanwhile_fails_the_condition_of_a_later_append_too() throws Exception {
        Cursor read = log().head();
        ConditionFailed failed = refused(
                ConditionFailed.class,
                () -> log().inTransaction(tx -> {
                            tx.append(A, any(), tagged("F", "x"));
                            meanwhile(other -> given(B, List.of(tagged("E", "x"))));
                            return tx.append(
                                    Append.to(C, any(), tagged("F", "x")).unless(EventQuery.tags("x"), read));
                        })
                        .run());
        assertThat(failed.position()).isEqualTo(1);
        assertThat(types(log().read(EventQuery.all()))).containsExactly("E");
    }

    @Test
    void a_plain_append_inside_the_block_is_refused_at_once() throws Exception {
        given(A, "E");
        log().inTransaction(tx -> {
                    tx.append(A, any(), event("own"));
                    open(tx.connection(), "ann", 5);
                    assertThat(refused(IllegalStateException.class, () -> log().append(A, any(), event("plain"))))
                            .hasMessageContaining("transaction's append");
                    refused(IllegalStateException.class, () -> log().label(A, "state", "open"));
                    refused(IllegalStateException.class, () -> log().unlabel(A, "state"));
                    return null;
                })
                .run();
        log().append(A, any(), event("after"));
        assertThat(typesOf(A)).containsExactly("E", "own", "after");
        assertThat(accounts()).containsOnlyKeys("ann");
    }

    @Test
    void a_transaction_inside_the_block_is_refused_at_once() throws Exception {
        log().inTransaction(tx -> {
                    refused(
                            IllegalStateException.class,
                            () -> log().inTransaction(inner -> inner.append(B, any(), event("inner")))
                                    .run());
                    return tx.append(A, any(), event("own"));
                })
                .run();
        assertThat(types(log().read(EventQuery.all()))).containsExactly("own");
    }

    @Test
    void after_a_failed_block_the_thread_may_append_again() throws Exception {
        assertLeavesNothing(IOException.class, tx -> {
            throw new IOException("the work failed");
        });
        assertThat(log().append(A, any(), event("E")).version()).isEqualTo(1);
        log().inTransaction(tx -> tx.append(A, exactly(1), event("F"))).run();
    }

    @Test
    void a_transaction_is_of_no_use_after_the_block() throws Exception {
        var kept = new AtomicReference<LogTransaction>();
        log().inTransaction(tx -> {
                    kept.set(tx);
                    return tx.append(A, any(), event("E"));
                })
                .run();
        LogTransaction tx = kept.get();
        refused(IllegalStateException.class, () -> tx.append(A, any(), event("late")));
        refused(IllegalStateException.class, tx::connection);
        refused(IllegalStateException.class, () -> tx.read(A).toList());
        refused(IllegalStateException.class, () -> tx.read(EventQuery.all()));
        assertThat(typesOf(A)).containsExactly("E");
    }

    @Test
    void a_waiter_is_woken_by_a_commit() throws Exception {
        given(A, "E");
        assertWakesWaiters(work ->
                log().inTransaction(tx -> tx.append(A, any(), event("F"))).run());
    }

    @Test
    void stored_tells_where_an_append_is() throws Exception {
        Append append = Append.to(A, any(), event("E"), event("F"));
        assertThat(log().stored(append)).isEmpty();
        Appended first =
                log().inTransaction(tx -> tx.append(append)).run().appended().getFirst();
        given(A, "later");
        Appended found = log().stored(append).orElseThrow();
        assertThat(found.cursor()).isEqualTo(first.cursor());
        assertThat(found.firstPosition()).isEqualTo(first.firstPosition());
        assertThat(found.versions()).isEqualTo(first.versions());
        refused(DuplicateIds.class, () -> log().stored(append.and(A, event("G"))));
        assertThat(log().stored(Append.to(A, any(), event("E")))).isEmpty();
    }

    @Test
    void writers_who_do_their_work_again_keep_the_table_and_the_log_the_same() throws Exception {
        int writers = 4;
        int rounds = 10;
        log().inTransaction(tx -> {
                    for (StreamId account : List.of(A, B)) {
                        open(tx.connection(), account.id(), 1_000);
                        tx.append(account, noStream(), EventData.json("opened", "1000"));
                    }
                    return null;
                })
                .run();
        Crowd.run(writers, writer -> {
            for (int round = 1; round <= rounds; round++) {
                long amount = (long) writer * rounds + round;
                log().inTransaction(tx -> {
                            if (writer % 2 == 0) {
                                assertThat(accounts(tx.connection())).hasSize(2);
                            }
                            long withdrawn = tx.read(A).toList().version();
                            tx.append(A, exactly(withdrawn), EventData.json("withdrawn", "-" + amount));
                            add(tx.connection(), A.id(), -amount);
                            long deposited = tx.read(B).toList().version();
                            tx.append(B, exactly(deposited), EventData.json("deposited", "" + amount));
                            add(tx.connection(), B.id(), amount);
                            return null;
                        })
                        .retryingConflicts(10_000)
                        .run();
            }
        });
        assertThat(log().stream(A).orElseThrow().version()).isEqualTo(1 + writers * rounds);
        assertThat(accounts()).isEqualTo(Map.of(A.id(), folded(A), B.id(), folded(B)));
        assertThat(folded(A)).isEqualTo(2_000 - folded(B));
    }

    private long folded(StreamId account) {
        return all(log().read(account))
                .mapToLong(event -> Long.parseLong(event.payloadText()))
                .sum();
    }

    /** What a block does before it is refused. */
    private interface Part {
        void of(LogTransaction transaction) throws Exception;
    }

    /** A block that has worked and appended, and then does this, must leave nothing and end with that error. */
    private <X extends Throwable> X assertLeavesNothing(Class<X> type, Part part) throws Exception {
        X thrown = refusedWithoutTrace(
                type,
                () -> log().inTransaction(tx -> {
                            tx.append(A, any(), event("E"));
                            open(tx.connection(), "ann", 5);
                            part.of(tx);
                            return null;
                        })
                        .run());
        assertThat(accounts()).isEmpty();
        return thrown;
    }
}
