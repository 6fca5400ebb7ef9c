// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.cairnlog.codec.DecodedEvent;
import org.cairnlog.log.EventLog;
import org.cairnlog.log.StaleTransaction;
import org.cairnlog.log.TransactionalEventLog;
import org.jspecify.annotations.Nullable;

/** Handles events in a transaction of the log's database, which the checkpoint is part of: once. */
final class JdbcDelivery<E> implements Delivery<E> {
    private final Projection.Handler<E> handler;
    private final Projection.@Nullable Clearing clearing;

    JdbcDelivery(Projection.Handler<E> handler, Projection.@Nullable Clearing clearing) {
        this.handler = handler;
        this.clearing = clearing;
    }

    JdbcDelivery<E> clearedBy(Projection.Clearing newClearing) {
        return new JdbcDelivery<>(handler, newClearing);
    }

    @Override
    public void check(String name, EventLog log) {
        if (!(log instanceof TransactionalEventLog)) {
            throw new IllegalArgumentException(
                    "The projection \"" + name + "\" commits with the log's database, and the" + " log " + log.id()
                            + " has none. Use a log in SQLite or PostgreSQL, or a subscription.");
        }
    }

    @Override
    public void deliver(EventLog log, List<List<DecodedEvent<E>>> events, Commit commit, BooleanSupplier mayGoOn)
            throws HandlingFailed {
        inTransaction(log, commit, connection -> {
            for (int at = 0; at < events.size(); at++) {
                if (!mayGoOn.getAsBoolean()) {
                    throw new HandlingFailed(at, null);
                }
                for (DecodedEvent<E> event : events.get(at)) {
                    int failing = at;
                    guarded(failing, () -> handler.handle(connection, event));
                }
            }
        });
    }

    @Override
    public void restart(EventLog log, Commit commit) throws HandlingFailed {
        if (clearing == null) {
            throw new HandlingFailed(
                    -1,
                    new IllegalStateException("It was to be rebuilt, but does not say how its tables are emptied. Say"
                            + " clearedBy, or resume it to go on without the rebuild."));
        }
        inTransaction(log, commit, connection -> guarded(-1, () -> clearing.clear(connection)));
    }

    /** Something on a connection. */
    private interface Work {
        void on(Connection connection) throws HandlingFailed;
    }

    /** Something of the user's. */
    private interface Foreign {
        void run() throws Exception;
    }

    private static void guarded(int at, Foreign work) throws HandlingFailed {
        try {
            work.run();
        } catch (Throwable e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                // The database has ended the transaction for the sake of another one: nobody's fault.
                if (cause instanceof SQLException given
                        && given.getSQLState() != null
                        && given.getSQLState().startsWith("40")) {
                    throw new StaleTransaction("the database ended it (" + given.getMessage() + ")", given);
                }
            }
            throw new HandlingFailed(at, e);
        }
    }

    private static void inTransaction(EventLog log, Commit commit, Work work) throws HandlingFailed {
        if (log instanceof TransactionalEventLog transactional) {
            transactional
                    .<Commit, HandlingFailed>inTransaction(tx -> {
                        work.on(tx.connection());
                        commit.in(tx.connection());
                        return commit;
                    })
                    .run();
        }
    }

    @Override
    public boolean isDoneOneByOne() {
        return false;
    }

    @Override
    public boolean mayDeferCheckpoint() {
        return false;
    }
}
