// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.exactly;
import static org.cairnlog.log.ExpectedVersion.noStream;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.cairnlog.event.EventQuery;
import org.cairnlog.log.AlreadyAppended;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.Conflict;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.JoinedTransaction;
import org.cairnlog.log.PendingAppend;
import org.cairnlog.log.StaleTransaction;
import org.cairnlog.log.VersionConflict;
import org.cairnlog.log.VersionConflict.Mismatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Joined transactions: somebody else commits the work and the appends together, or rolls both back. */
public abstract class JoinedTransactionsContract extends TransactionalLogContract {
    private Connection owner;

    @BeforeEach
    void begin() throws SQLException {
        owner = fixture.connect();
        owner.setAutoCommit(false);
    }

    @AfterEach
    void end() throws SQLException {
        owner.close();
    }

    @Test
    void if_the_owner_commits_work_and_events_are_there() throws Exception {
        JoinedTransaction joined = log().join(owner);
        open(joined.connection(), "ann", 5);
        PendingAppend pending = joined.append(A, noStream(), event("E"), event("F"));
        List<Appended> appended = joined.beforeCommit();
        owner.commit();
        joined.afterCompletion(true);
        assertThat(pending.version(A)).hasValue(2);
        assertThat(appended).singleElement().satisfies(first -> {
            assertThat(first.cursor()).isEqualTo(log().head());
            assertThat(first.versions()).isEqualTo(Map.of(A, 2L));
            assertThat(first.firstPosition()).isEqualTo(1);
        });
        assertThat(typesOf(A)).containsExactly("E", "F");
        assertThat(accounts()).containsOnlyKeys("ann");
    }

    @Test
    void if_the_owner_rolls_back_neither_is_there() throws Exception {
        JoinedTransaction joined = log().join(owner);
        open(owner, "ann", 5);
        joined.append(A, noStream(), event("E"));
        joined.beforeCommit();
        owner.rollback();
        joined.afterCompletion(false);
        assertNothingIsStored();
        assertThat(log().append(A, noStream(), event("E")).firstPosition()).isEqualTo(1);
    }

    @Test
    void if_the_owner_rolls_back_before_the_end_neither_is_there() throws Exception {
        JoinedTransaction joined = log().join(owner);
        open(owner, "ann", 5);
        joined.append(A, noStream(), event("E"));
        owner.rollback();
        joined.afterCompletion(false);
        assertNothingIsStored();
    }

    @Test
    void nothing_is_to_be_seen_before_the_owner_commits() throws Exception {
        JoinedTransaction joined = log().join(owner);
        joined.append(A, noStream(), event("E"));
        Cursor end = joined.beforeCommit().getFirst().cursor();
        assertNothingIsStored();
        owner.commit();
        joined.afterCompletion(true);
        assertThat(log().head()).isEqualTo(end);
    }

    @Test
    void others_append_until_the_commit_comes() throws Exception {
        given(A, "E");
        JoinedTransaction joined = log().join(owner);
        assertThat(joined.read(A).toList()).hasSize(1);
        joined.append(A, any(), event("own"));
        meanwhile(other -> given(A, "others"));
        meanwhile(other -> given(B, "others"));
        open(owner, "ann", 5);
        joined.beforeCommit();
        owner.commit();
        joined.afterCompletion(true);
        assertThat(typesOf(A)).containsExactly("E", "others", "own");
    }

    @Test
    void reads_show_what_is_buffered() throws Exception {
        given(A, List.of(tagged("E", "x")));
        JoinedTransaction joined = log().join(owner);
        joined.append(A, any(), tagged("F", "x"));
        assertThat(types(joined.read(A))).containsExactly("E", "F");
        assertThat(types(joined.read(EventQuery.tags("x")))).containsExactly("E", "F");
        owner.rollback();
        joined.afterCompletion(false);
    }

    @Test
    void without_an_append_only_the_work_is_committed() throws Exception {
        JoinedTransaction joined = log().join(owner);
        open(owner, "ann", 5);
        assertThat(joined.beforeCommit()).isEmpty();
        owner.commit();
        joined.afterCompletion(true);
        assertThat(accounts()).containsOnlyKeys("ann");
        assertThat(log().head()).isEqualTo(log().beginning());
    }

    @Test
    void a_conflict_is_told_before_the_commit() throws Exception {
        given(A, "E");
        JoinedTransaction joined = log().join(owner);
        joined.append(A, exactly(1), event("own"));
        meanwhile(other -> given(A, "others"));
        VersionConflict conflict = refused(VersionConflict.class, joined::beforeCommit);
        owner.rollback();
        joined.afterCompletion(false);
        assertThat(conflict.mismatches()).containsExactly(new Mismatch(A, exactly(1), 2));
        assertThat(typesOf(A)).containsExactly("E", "others");
    }

    @Test
    void after_a_conflict_no_append_is_stored_even_if_the_owner_commits() throws Exception {
        given(A, "E");
        JoinedTransaction joined = log().join(owner);
        joined.append(B, noStream(), event("own"));
        joined.append(A, noStream(), event("own"));
        refused(VersionConflict.class, joined::beforeCommit);
        try {
            owner.commit();
        } catch (SQLException e) {
            owner.rollback(); // better still
        }
        joined.afterCompletion(true);
        assertThat(types(log().read(EventQuery.all()))).containsExactly("E");
    }

    @Test
    void a_repeat_is_refused_with_the_first_result() throws Exception {
        Append append = Append.to(A, any(), event("E"));
        Appended first = log().append(append);
        JoinedTransaction joined = log().join(owner);
        joined.append(append);
        AlreadyAppended repeated = refused(AlreadyAppended.class, joined::beforeCommit);
        owner.rollback();
        joined.afterCompletion(false);
        assertThat(repeated.first().cursor()).isEqualTo(first.cursor());
    }

    @Test
    void the_appends_are_stored_once() throws Exception {
        JoinedTransaction joined = log().join(owner);
        joined.append(A, any(), event("E"));
        joined.beforeCommit();
        refused(IllegalStateException.class, joined::beforeCommit);
        refused(IllegalStateException.class, () -> joined.append(A, any(), event("late")));
        owner.commit();
        joined.afterCompletion(true);
        assertThat(typesOf(A)).containsExactly("E");
    }

    @Test
    void a_plain_append_between_the_check_and_the_end_is_refused_at_once() throws Exception {
        JoinedTransaction joined = log().join(owner);
        joined.append(A, any(), event("E"));
        joined.beforeCommit();
        refused(IllegalStateException.class, () -> log().append(A, any(), event("plain")));
        owner.commit();
        joined.afterCompletion(true);
        assertThat(log().append(A, exactly(1), event("after")).version()).isEqualTo(2);
    }

    @Test
    void a_waiter_is_woken_when_the_owner_has_committed() throws Exception {
        given(A, "E");
        assertWakesWaiters(work -> {
            JoinedTransaction joined = log().join(owner);
            joined.append(A, any(), event("F"));
            joined.beforeCommit();
            owner.commit();
            joined.afterCompletion(true);
        });
    }

    @Test
    void a_connection_that_commits_by_itself_cannot_be_joined() throws Exception {
        owner.setAutoCommit(true);
        refused(IllegalArgumentException.class, () -> log().join(owner));
    }

    @Test
    void an_append_on_a_lent_connection_is_there_when_the_owner_commits() throws Exception {
        open(owner, "ann", 5);
        Appended appended = log().appendAndHoldLockUntilCommit(owner, Append.to(A, noStream(), event("E")));
        assertThat(log().stream(A)).isEmpty();
        owner.commit();
        assertThat(appended.cursor()).isEqualTo(log().head());
        assertThat(typesOf(A)).containsExactly("E");
        assertThat(accounts()).containsOnlyKeys("ann");
        given(A, "after");
    }

    @Test
    void an_append_on_a_lent_connection_is_gone_when_the_owner_rolls_back() throws Exception {
        open(owner, "ann", 5);
        log().appendAndHoldLockUntilCommit(owner, Append.to(A, noStream(), event("E")));
        owner.rollback();
        assertNothingIsStored();
        given(A, "after");
    }

    @Test
    void several_appends_on_a_lent_connection_follow_each_other() throws Exception {
        log().appendAndHoldLockUntilCommit(owner, Append.to(A, noStream(), event("E")));
        log().appendAndHoldLockUntilCommit(owner, Append.to(A, exactly(1), event("F")));
        owner.commit();
        assertThat(typesOf(A)).containsExactly("E", "F");
        assertThat(log().history(log().beginning()).appends()).hasSize(2);
    }

    @Test
    void a_conflict_on_a_lent_connection_says_what_is_there() throws Exception {
        given(A, "E", "E");
        VersionConflict conflict = refused(
                VersionConflict.class,
                () -> log().appendAndHoldLockUntilCommit(owner, Append.to(A, exactly(1), event("F"))));
        owner.rollback();
        assertThat(conflict.mismatches()).containsExactly(new Mismatch(A, exactly(1), 2));
        given(A, "after");
    }

    @Test
    void a_repeat_on_a_lent_connection_is_refused() throws Exception {
        Append append = Append.to(A, any(), event("E"));
        log().append(append);
        refused(AlreadyAppended.class, () -> log().appendAndHoldLockUntilCommit(owner, append));
        owner.rollback();
    }

    @ParameterizedTest
    @ValueSource(ints = {Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE})
    void a_snapshot_that_is_too_old_is_stale_and_never_a_conflict(int isolation) throws Exception {
        given(A, "E");
        for (ExpectedVersion belief : List.of(exactly(1), exactly(2), any())) {
            beginWithOldSnapshot(isolation);
            JoinedTransaction joined = log().join(owner);
            joined.append(A, belief, event("own"));
            assertStale(joined::beforeCommit);
            joined.afterCompletion(false);
            beginWithOldSnapshot(isolation);
            assertStale(() -> log().appendAndHoldLockUntilCommit(owner, Append.to(A, belief, event("own"))));
        }
        assertThat(typesOf(A)).containsOnly("E", "others");
    }

    @ParameterizedTest
    @ValueSource(ints = {Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE})
    void a_snapshot_that_is_new_enough_commits(int isolation) throws Exception {
        given(A, "E");
        owner.setTransactionIsolation(isolation);
        assertThat(accounts(owner)).isEmpty();
        JoinedTransaction joined = log().join(owner);
        joined.append(A, exactly(1), event("own"));
        open(owner, "ann", 5);
        joined.beforeCommit();
        owner.commit();
        joined.afterCompletion(true);
        assertThat(typesOf(A)).containsExactly("E", "own");
        assertThat(accounts()).containsOnlyKeys("ann");
    }

    private void beginWithOldSnapshot(int isolation) throws Exception {
        owner.rollback();
        owner.setTransactionIsolation(isolation);
        assertThat(accounts(owner)).isEmpty();
        meanwhile(other -> given(A, "others"));
    }

    private void assertStale(Runnable attempt) throws SQLException {
        try {
            attempt.run();
            throw new AssertionError("The append went through on a snapshot that is older than the log.");
        } catch (Conflict conflict) {
            throw new AssertionError("A stale snapshot must not be taken for a conflict.", conflict);
        } catch (StaleTransaction stale) {
            assertThat(stale).hasMessageContaining("again");
        } finally {
            owner.rollback();
        }
    }

    private void assertNothingIsStored() throws SQLException {
        assertThat(log().stream(A)).isEmpty();
        assertThat(log().head()).isEqualTo(log().beginning());
        assertThat(accounts()).isEmpty();
    }
}
