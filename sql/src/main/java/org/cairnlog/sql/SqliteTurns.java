// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.sqlite.BusyHandler;

/**
 * Lets transactions of this process have the file between two batches of the log's own writer. SQLite keeps no queue:
 * whoever asks at the right moment is next, and a busy writer leaves hardly a moment.
 */
final class SqliteTurns {
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(300);
    private static final long MARK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_YIELD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private volatile long wantedUntil = System.nanoTime();

    /** A transaction waits for the file now, and will ask again within that time. */
    void want(long nanos) {
        wantedUntil = System.nanoTime() + nanos;
    }

    /** To be called by the writer before it takes the file: gives way to those who wait. */
    void giveWay() {
        long end = System.nanoTime() + LONGEST_YIELD_NANOS;
        for (long now = System.nanoTime(); now - wantedUntil < 0 && now - end < 0; now = System.nanoTime()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** Waits on a connection's behalf whenever the file is busy; for one thread. */
    final class Waiter extends BusyHandler {
        private final long patienceNanos;
        private final boolean first;
        private long since;

        /**
         * For one connection.
         *
         * @param patience after which the statement fails
         * @param first whether the writer gives way to it
         */
        Waiter(Duration patience, boolean first) {
            this.patienceNanos = patience.toNanos();
            this.first = first;
        }

        @Override
        protected int callback(int before) throws SQLException {
            long now = System.nanoTime();
            if (before == 0) {
                since = now;
            }
            if (now - since >= patienceNanos || Thread.currentThread().isInterrupted()) {
                return 0;
            }
            if (first) {
                want(MARK_NANOS);
            }
            LockSupport.parkNanos(LOOK_NANOS);
            return 1;
        }
    }
}
