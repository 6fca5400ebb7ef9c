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
    private final Projection.Switching switching;

    private JdbcDelivery(
            Projection.Handler<E> handler, Projection.@Nullable Clearing clearing, Projection.Switching switching) {
        this.handler = handler;
        this.clearing = clearing;
        this.switching = switching;
    }

    static <E> JdbcDelivery<E> of(Projection.Handler<E> handler) {
        return new JdbcDelivery<>(handler, null, connection -> {});
    }

    JdbcDelivery<E> clearedBy(Projection.Clearing newClearing) {
        return new JdbcDelivery<>(handler, newClearing, switching);
    }

    JdbcDelivery<E> switchedBy(Projection.Switching newSwitching) {
        return new JdbcDelivery<>(handler, clearing, newSwitching);
    }

    @Override
    public Delivery<E> inParts() {
        return clearedBy(connection -> {
            throw new IllegalStateException("A projection that is divided into partitions is not rebuilt in place,"
                    + " because its tables are emptied as a whole. Resume it, and start it under another name with"
                    + " other tables beside this one.");
        });
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
    public void switchOver(EventLog log, Switchover<E> over) throws HandlingFailed, NotLevel {
        NotLevel[] apart = new NotLevel[1];
        try {
            inTransaction(log, NOTHING, connection -> {
                try {
                    List<List<DecodedEvent<E>>> rest = over.rest(connection);
                    for (int at = 0; at < rest.size(); at++) {
                        for (DecodedEvent<E> event : rest.get(at)) {
                            guarded(at, () -> handler.handle(connection, event));
                        }
                    }
                } catch (NotLevel e) {
                    apart[0] = e;
                    throw new HandlingFailed(0, e);
                }
                guarded(-1, () -> switching.switchTo(connection));
                over.commit(connection);
            });
        } catch (HandlingFailed e) {
            if (apart[0] != null) {
                throw apart[0];
            }
            throw e;
        }
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

    private static final Commit NOTHING = new Commit() {
        @Override
        public void alone() {}

        @Override
        public void in(Connection connection) {}
    };

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
