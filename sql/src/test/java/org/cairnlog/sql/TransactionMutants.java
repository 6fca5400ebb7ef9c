// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cairnlog.event.CairnException;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.AlreadyAppended;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.PendingAppend;
import org.cairnlog.log.VersionConflict;

/** Transactions of the log in a SQLite file with one decision changed. */
final class TransactionMutants {
    /** Makes the transactions of a log; a mutant's constructor. */
    interface Maker {
        SqliteTransactions make(SqliteEventLog log, SqliteFile file, long key, SqliteTurns turns);
    }

    /**
     * One of them.
     *
     * @param name what it does wrong
     * @param test what must notice
     * @param timeout its patience
     * @param maker makes it
     */
    record Mutant(String name, String test, Duration timeout, Maker maker) {
        /** One that soon gives up, because it may wait for itself. */
        Mutant(String name, String test, Maker maker) {
            this(name, test, Duration.ofSeconds(2), maker);
        }

        /** A log whose waiters look for nothing that they are not told of. */
        SqliteFixture fixture() {
            return new SqliteFixture(
                    (file, first) -> new SqliteEventLog(file, first) {
                        @Override
                        SqliteTransactions transactions(long key, SqliteTurns turns) {
                            return maker.make(this, file, key, turns);
                        }

                        @Override
                        long firstLookNanos() {
                            return Duration.ofHours(1).toNanos();
                        }
                    },
                    options -> options.timeout(timeout));
        }
    }

    private TransactionMutants() {}

    static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "answers a repeat as if its work could be done again",
                        "a_repeat_is_refused_with_the_first_result_and_its_work_is_not_done_again",
                        storing((appends, store) -> {
                            List<Appended> stored = new ArrayList<>();
                            for (Append append : appends) {
                                stored.add(store.append(append));
                            }
                            return stored;
                        })),
                new Mutant(
                        "locks the log when something is appended, and not when the work is done",
                        "nobody_sees_and_nobody_waits_for_what_an_open_block_has_appended",
                        buffering(EagerBuffer::new)),
                new Mutant(
                        "appends again after a conflict, but does not do the work again",
                        "after_a_conflict_the_whole_work_is_done_again",
                        storing((appends, store) -> {
                            try {
                                return stored(appends, store);
                            } catch (VersionConflict conflict) {
                                return stored(
                                        appends.stream()
                                                .map(append -> new Append(
                                                        append.events(), Map.of(), append.conditions(), Map.of()))
                                                .toList(),
                                        store);
                            }
                        })),
                new Mutant(
                        "takes an old snapshot for a conflict",
                        "a_snapshot_that_is_too_old_is_stale_and_never_a_conflict",
                        (log, file, key, turns) -> new SqliteTransactions(log, file, key, turns) {
                            @Override
                            CairnException stale(SqliteSession session, List<Append> appends, SQLException cause)
                                    throws SQLException {
                                Append first = appends.getFirst();
                                StreamId stream = first.events().getFirst().stream();
                                long version = session.known(stream).version();
                                return new VersionConflict(
                                        List.of(new VersionConflict.Mismatch(stream, first.expected(stream), version)));
                            }
                        }),
                new Mutant(
                        "commits the work though its events were refused",
                        "a_wrong_belief_leaves_neither",
                        (log, file, key, turns) -> new SqliteTransactions(log, file, key, turns) {
                            @Override
                            void giveUp(SqliteConnection connection) {
                                try {
                                    connection.commit();
                                } catch (SQLException e) {
                                    throw new IllegalStateException(e);
                                }
                            }
                        }),
                new Mutant(
                        "holds the transaction's own events against its conditions",
                        "conditions_are_about_what_others_have_appended",
                        storing((appends, store) -> {
                            checkIds(appends, store);
                            List<Appended> stored = new ArrayList<>();
                            for (Append append : appends) {
                                stored.add(store.appendNew(append, store.lastPosition()));
                            }
                            return stored;
                        })),
                new Mutant(
                        "looks at the ids of an append when its turn comes",
                        "ids_are_checked_before_the_beliefs_of_every_append",
                        storing((appends, store) -> {
                            long others = store.lastPosition();
                            List<Appended> stored = new ArrayList<>();
                            for (Append append : appends) {
                                checkIds(List.of(append), store);
                                stored.add(store.appendNew(append, others));
                            }
                            return stored;
                        })),
                new Mutant(
                        "stores the appends of a transaction as one",
                        "appends_of_a_transaction_stay_appends_of_their_own_in_their_order",
                        storing((appends, store) -> {
                            checkIds(appends, store);
                            List<Append.NewEvent> events = new ArrayList<>();
                            appends.forEach(append -> events.addAll(append.events()));
                            return List.of(store.append(new Append(
                                    events,
                                    Map.of(),
                                    List.of(),
                                    appends.getFirst().labels())));
                        })),
                new Mutant(
                        "wakes nobody",
                        "a_waiter_is_woken_by_a_commit",
                        (log, file, key, turns) -> new SqliteTransactions(log, file, key, turns) {
                            @Override
                            void wake() {}
                        }),
                new Mutant(
                        "lets a plain append through inside the block",
                        "a_plain_append_inside_the_block_is_refused_at_once",
                        (log, file, key, turns) -> new SqliteTransactions(log, file, key, turns) {
                            @Override
                            void checkOutside() {}
                        }),
                new Mutant(
                        "does not show its reads what is buffered",
                        "a_stream_shows_what_is_stored_and_then_what_is_buffered",
                        buffering((connection, log) ->
                                new TransactionBuffer(
                                        connection,
                                        log::page,
                                        query -> log.read(query).toList()) {
                                    @Override
                                    List<Append> visible() {
                                        return List.of();
                                    }
                                })));
    }

    /** Stores what was buffered. */
    private interface Storing {
        List<Appended> store(List<Append> appends, SqliteAppends store) throws SQLException;
    }

    private static Maker storing(Storing storing) {
        return (log, file, key, turns) -> new SqliteTransactions(log, file, key, turns) {
            @Override
            List<Appended> store(SqliteAppends store, List<Append> appends) throws SQLException {
                return storing.store(appends, store);
            }
        };
    }

    /** Makes the buffer of a transaction. */
    private interface Buffering {
        TransactionBuffer make(Connection connection, SqliteEventLog log);
    }

    private static Maker buffering(Buffering buffering) {
        return (log, file, key, turns) -> new SqliteTransactions(log, file, key, turns) {
            @Override
            TransactionBuffer buffer(Connection connection) {
                return buffering.make(connection, log);
            }
        };
    }

    private static final class EagerBuffer extends TransactionBuffer {
        EagerBuffer(Connection connection, SqliteEventLog log) {
            super(connection, log::page, query -> log.read(query).toList());
        }

        @Override
        public PendingAppend append(Append append) {
            try (Statement statement = connection().createStatement()) {
                statement.execute("DELETE FROM cairn_log WHERE FALSE");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            return super.append(append);
        }
    }

    private static List<Appended> stored(List<Append> appends, SqliteAppends store) throws SQLException {
        checkIds(appends, store);
        long others = store.lastPosition();
        List<Appended> stored = new ArrayList<>();
        for (Append append : appends) {
            stored.add(store.appendNew(append, others));
        }
        return stored;
    }

    private static void checkIds(List<Append> appends, SqliteAppends store) throws SQLException {
        for (Append append : appends) {
            store.repeatOf(append).ifPresent(first -> {
                throw new AlreadyAppended(first);
            });
        }
    }
}
