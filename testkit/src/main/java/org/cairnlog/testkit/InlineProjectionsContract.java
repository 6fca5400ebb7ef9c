// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.exactly;
import static org.cairnlog.log.ExpectedVersion.noStream;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.cairnlog.codec.DecodedEvent;
import org.cairnlog.codec.UnknownEventType;
import org.cairnlog.consumer.ConsumerStore;
import org.cairnlog.consumer.InlineFailed;
import org.cairnlog.consumer.InlineProjection;
import org.cairnlog.decider.Repository;
import org.cairnlog.decider.Snapshot;
import org.cairnlog.decider.SnapshotStore;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.AlreadyAppended;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.log.VersionConflict;
import org.junit.jupiter.api.Test;

/** Inline projections have their part in every append, see decoded events, and undo it if they fail. */
public abstract class InlineProjectionsContract extends TransactionalLogContract {
    private static final StreamId PURSE = StreamId.of("purse", "p");
    private static final StreamId OTHER = StreamId.of("purse", "q");
    private static final EventQuery PURSES = EventQuery.category("purse");

    private final List<String> seen = new ArrayList<>();

    /** For a store's test. */
    protected InlineProjectionsContract() {}

    /**
     * Puts the projections under test into a log.
     *
     * @param log the log of a fixture
     * @param projections which
     * @return the log with them
     */
    protected TransactionalEventLog inline(TransactionalEventLog log, InlineProjection<?>... projections) {
        return InlineProjection.in(log, projections);
    }

    /** Opens an account for the first event of a purse, and adds what it gains. */
    private void balance(Connection connection, DecodedEvent<Purse.Event> event) throws SQLException {
        seen.add(event.stream().id() + event.version() + event.event());
        long change = switch (event.event()) {
            case Purse.Gained gained -> gained.cents();
            case Purse.Lost lost -> -lost.cents();
            case Purse.Counted counted -> 0;
        };
        if (event.version() == 1) {
            open(connection, event.stream().id(), change);
        } else {
            add(connection, event.stream().id(), change);
        }
    }

    private InlineProjection<Purse.Event> balances() {
        return InlineProjection.of("balances", PURSES, Purse.CODEC, this::balance);
    }

    private InlineProjection<Purse.Event> failing() {
        return InlineProjection.of("failing", PURSES, Purse.CODEC, (connection, event) -> {
            throw new IllegalStateException("broken by the test");
        });
    }

    private static EventData gained(long cents) {
        return Purse.CODEC.encode(new Purse.Gained(cents));
    }

    @Test
    void rows_are_there_when_the_append_is() throws SQLException {
        TransactionalEventLog log = inline(log(), balances());
        Appended appended = log.append(PURSE, noStream(), gained(5), gained(7));
        assertThat(appended.version()).isEqualTo(2);
        assertThat(appended.cursor()).isEqualTo(log.head());
        assertThat(accounts()).isEqualTo(Map.of("p", 12L));
        log.append(PURSE, any(), gained(1));
        assertThat(accounts()).isEqualTo(Map.of("p", 13L));
        assertThat(seen)
                .as("decoded, in order, with their versions")
                .containsExactly("p1Gained[cents=5]", "p2Gained[cents=7]", "p3Gained[cents=1]");
    }

    @Test
    void an_append_of_many_streams_is_projected_in_its_order() throws SQLException {
        inline(log(), balances())
                .append(Append.to(PURSE, noStream(), gained(1))
                        .and(OTHER, noStream(), gained(2))
                        .and(PURSE, gained(3)));
        assertThat(seen).containsExactly("p1Gained[cents=1]", "q1Gained[cents=2]", "p2Gained[cents=3]");
        assertThat(accounts()).isEqualTo(Map.of("p", 4L, "q", 2L));
    }

    @Test
    void what_fails_leaves_neither_rows_nor_events() throws SQLException {
        TransactionalEventLog log = inline(log(), balances(), failing());
        InlineFailed failed = refusedWithoutTrace(InlineFailed.class, () -> log.append(PURSE, noStream(), gained(5)));
        assertThat(failed.projection()).isEqualTo("failing");
        assertThat(failed.stream()).isEqualTo(PURSE);
        assertThat(failed).hasMessageContaining("failing").hasMessageContaining("purse/p");
        assertThat(failed).hasMessageNotContaining("broken by the test").cause().hasMessage("broken by the test");
        assertThat(accounts()).isEmpty();
    }

    @Test
    void what_the_log_refuses_leaves_no_rows() throws SQLException {
        TransactionalEventLog log = inline(log(), balances());
        log.append(PURSE, noStream(), gained(5));
        refusedWithoutTrace(VersionConflict.class, () -> log.append(PURSE, exactly(3), gained(7)));
        assertThat(accounts()).isEqualTo(Map.of("p", 5L));
    }

    @Test
    void who_is_slower_meets_the_conflict_and_not_the_row_of_who_was_faster() throws SQLException {
        TransactionalEventLog log = inline(log(), balances());
        log.append(PURSE, noStream(), gained(5));
        VersionConflict conflict =
                refusedWithoutTrace(VersionConflict.class, () -> log.append(PURSE, noStream(), gained(7)));
        assertThat(conflict.mismatches()).containsExactly(new VersionConflict.Mismatch(PURSE, noStream(), 1));
        assertThat(accounts()).isEqualTo(Map.of("p", 5L));
    }

    @Test
    void a_repeat_has_the_first_result_and_changes_no_row() throws SQLException {
        TransactionalEventLog log = inline(log(), balances());
        EventData first = gained(5);
        Appended appended = log.append(PURSE, noStream(), first);
        Appended again = log.append(PURSE, noStream(), first);
        assertThat(again.repeated()).isTrue();
        assertThat(again.cursor()).isEqualTo(appended.cursor());
        EventData second = gained(7);
        log.append(PURSE, exactly(1), second);
        assertThat(log.append(PURSE, exactly(1), second).repeated()).isTrue();
        assertThat(accounts()).isEqualTo(Map.of("p", 12L));
    }

    @Test
    void a_block_commits_its_own_work_its_appends_and_their_rows_together() throws SQLException {
        TransactionalEventLog log = inline(log(), balances());
        log.inTransaction(tx -> {
                    open(tx.connection(), "ada", 1);
                    tx.append(PURSE, noStream(), gained(5));
                    assertThat(accounts(tx.connection())).isEqualTo(Map.of("ada", 1L, "p", 5L));
                    return tx.append(PURSE, exactly(1), gained(6));
                })
                .run();
        assertThat(accounts()).isEqualTo(Map.of("ada", 1L, "p", 11L));
        assertThat(seen).containsExactly("p1Gained[cents=5]", "p2Gained[cents=6]");
    }

    @Test
    void a_block_that_catches_the_failure_is_rolled_back_all_the_same() throws SQLException {
        TransactionalEventLog log = inline(log(), failing());
        refusedWithoutTrace(
                InlineFailed.class,
                () -> log.inTransaction(tx -> {
                            open(tx.connection(), "ada", 1);
                            refused(InlineFailed.class, () -> tx.append(PURSE, noStream(), gained(5)));
                            return 0;
                        })
                        .run());
        assertThat(accounts()).isEmpty();
    }

    @Test
    void a_repeat_in_a_block_is_refused_as_without_projections() throws SQLException {
        TransactionalEventLog log = inline(log(), balances());
        EventData first = gained(5);
        log.append(PURSE, noStream(), first);
        refusedWithoutTrace(
                AlreadyAppended.class,
                () -> log.inTransaction(tx -> tx.append(PURSE, noStream(), first))
                        .run());
        assertThat(accounts()).isEqualTo(Map.of("p", 5L));
    }

    @Test
    void a_joined_transaction_is_projected_and_a_failure_in_it_stops_its_commit() throws SQLException {
        for (boolean fails : new boolean[] {true, false}) {
            TransactionalEventLog log = fails ? inline(log(), balances(), failing()) : inline(log(), balances());
            try (Connection owner = fixture.connect()) {
                owner.setAutoCommit(false);
                var joined = log.join(owner);
                if (fails) {
                    refused(InlineFailed.class, () -> joined.append(PURSE, noStream(), gained(5)));
                    refused(InlineFailed.class, joined::beforeCommit);
                    owner.rollback();
                } else {
                    joined.append(PURSE, noStream(), gained(5));
                    joined.beforeCommit();
                    owner.commit();
                }
                joined.afterCompletion(!fails);
            }
            assertThat(accounts()).isEqualTo(fails ? Map.of() : Map.of("p", 5L));
            assertThat(typesOf(PURSE)).hasSize(fails ? 0 : 1);
        }
    }

    @Test
    void a_decision_is_projected_and_made_again_if_somebody_else_was_faster() throws SQLException {
        TransactionalEventLog log = inline(log(), balances());
        List<Long> decided = new ArrayList<>();
        var purse = new Purse() {
            @Override
            public List<Event> decide(Command command, State state) {
                decided.add(state.cents());
                if (decided.size() == 1) {
                    log.append(PURSE, noStream(), gained(100));
                }
                return super.decide(command, state);
            }
        };
        var executed = Repository.of(log, "purse", purse, Purse.CODEC).execute("p", new Purse.Put(1));
        assertThat(decided).containsExactly(0L, 100L);
        assertThat(executed.state().cents()).isEqualTo(101);
        assertThat(accounts()).isEqualTo(Map.of("p", 101L));
    }

    @Test
    void a_handler_of_appends_gets_what_matches_at_once_and_is_not_asked_for_nothing() {
        List<Integer> sizes = new ArrayList<>();
        var log = inline(
                log(),
                InlineProjection.ofAppends(
                        "sizes", PURSES, Purse.CODEC, (connection, events) -> sizes.add(events.size())));
        log.append(Append.to(PURSE, any(), gained(1), gained(2)).and(A, any(), event("E1")));
        log.append(A, any(), event("E2"));
        log.append(PURSE, any(), Purse.old("admired", 1), Purse.old("swapped", 1));
        log.append(PURSE, any(), Purse.old("admired", 1));
        assertThat(sizes).containsExactly(2, 2);
        assertThat(log.read(A).toList()).hasSize(2);
    }

    @Test
    void an_unknown_type_is_a_failure_unless_it_is_to_be_passed_over() throws SQLException {
        var everything = InlineProjection.of("all", EventQuery.all(), Purse.CODEC, this::balance);
        InlineFailed failed = refusedWithoutTrace(
                InlineFailed.class, () -> inline(log(), everything).append(A, any(), event("foreign")));
        assertThat(failed).hasCauseInstanceOf(UnknownEventType.class);
        inline(log(), everything.passingOverUnknownTypes())
                .append(Append.to(A, any(), event("foreign")).and(PURSE, noStream(), gained(3)));
        assertThat(accounts()).isEqualTo(Map.of("p", 3L));
    }

    @Test
    void what_is_kept_beside_the_log_is_found_through_it() {
        TransactionalEventLog log = inline(log(), balances());
        UUID id = log.append(PURSE, noStream(), gained(5)).cursor().log();
        assertThat(id).isEqualTo(log().id());
        var snapshot = new Snapshot(PURSE, "s", 1, id, Instant.EPOCH, new byte[] {1});
        SnapshotStore.of(log).save(snapshot);
        assertThat(SnapshotStore.of(log()).latest(PURSE, "s")).contains(snapshot);
        assertThat(ConsumerStore.of(log).now()).isAfterOrEqualTo(Instant.EPOCH);
    }

    @Test
    void many_who_append_at_once_leave_the_rows_that_their_events_make() throws Exception {
        TransactionalEventLog log = inline(log(), balances());
        log.append(PURSE, noStream(), gained(0));
        Crowd.run(8, thread -> {
            for (int i = 1; i <= 5; i++) {
                log.append(PURSE, any(), gained(1));
            }
        });
        assertThat(accounts()).isEqualTo(Map.of("p", 40L));
        assertThat(log.stream(PURSE).orElseThrow().version()).isEqualTo(41);
    }
}
