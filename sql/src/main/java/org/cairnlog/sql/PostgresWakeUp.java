// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Tells the nodes that wait for a log that it has grown. A hint only: it is sent after the commit, on a connection of
 * its own, because NOTIFY in the appender's transaction would take a lock on the whole database; hints for one log that
 * come close together are sent as one; and whoever waits looks by itself now and then.
 *
 * <p>Whether hints arrive is tried out: the listener has one sent to itself by the other connection, at the beginning
 * and then again and again. Behind a pooler that shares sessions, and on a standby, none arrives; then the state says
 * that this node polls.
 */
final class PostgresWakeUp implements AutoCloseable {
    private static final int LOOK_MILLIS = 500;
    private static final long PROBE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    // A hint is a transaction, which an appender waits behind for processor and disk; none needs to come sooner.
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    // A network that stands still is not waited for.
    private static final Duration NETWORK = Duration.ofSeconds(5);
    // How long closing waits until the last hints are sent.
    private static final long LAST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final String PROBE = "probe ";

    private final DataSource connections;
    private final PostgresSchema schema;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<String> unsent = new LinkedHashSet<>();
    private final Map<Integer, Set<Runnable>> waiting = new HashMap<>();
    private @Nullable Thread notifier;
    private @Nullable Thread listener;
    private boolean closed;
    private volatile boolean listening;
    private volatile @Nullable String problem;

    PostgresWakeUp(DataSource connections, PostgresSchema schema) {
        this.connections = connections;
        this.schema = schema;
    }

    /** Has other nodes told that a log has grown. */
    void grown(int log) {
        send(Integer.toString(log));
    }

    private void send(String payload) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            unsent.add(payload);
            if (notifier == null) {
                notifier = Thread.ofPlatform().daemon().name("cairn-notifier").start(this::runNotifier);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Has something run whenever a log may have grown on another node. */
    void listen(int log, Runnable wake) {
        lock.lock();
        try {
            waiting.computeIfAbsent(log, key -> new LinkedHashSet<>()).add(wake);
            if (listener == null && !closed) {
                listener = Thread.ofPlatform().daemon().name("cairn-listener").start(this::runListener);
            }
        } finally {
            lock.unlock();
        }
    }

    void forget(int log, Runnable wake) {
        lock.lock();
        try {
            Set<Runnable> wakes = waiting.get(log);
            if (wakes != null) {
                wakes.remove(wake);
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isListening() {
        return listening;
    }

    /** Why this node polls; null if it does not, or has not tried to listen. */
    @Nullable String problem() {
        return problem;
    }

    private void runNotifier() {
        OwnConnection own = null;
        while (true) {
            Set<String> payloads = awaitUnsent();
            if (payloads.isEmpty()) {
                break;
            }
            try {
                own = own == null ? OwnConnection.open(connections, NETWORK) : own;
                notify(own.connection(), payloads);
                LockSupport.parkNanos(PAUSE_NANOS);
            } catch (SQLException | RuntimeException e) {
                problem = "hints cannot be sent: " + e.getMessage();
                if (own != null) {
                    own.close();
                    own = null;
                }
                awaitClose(RETRY_NANOS);
            }
        }
        if (own != null) {
            own.close();
        }
        lock.lock();
        try {
            notifier = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void notify(Connection connection, Set<String> payloads) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT pg_notify(?, p) FROM unnest(?) AS payload (p)")) {
            statement.setString(1, channel());
            statement.setArray(2, connection.createArrayOf("text", payloads.toArray()));
            statement.execute();
        }
    }

    /** Names of channels end after 63 bytes, so a long schema is told by its hash. */
    private String channel() {
        return "cairn " + Integer.toHexString(schema.name().hashCode());
    }

    private Set<String> awaitUnsent() {
        lock.lock();
        try {
            while (unsent.isEmpty() && !closed) {
                changed.awaitUninterruptibly();
            }
            Set<String> taken = new LinkedHashSet<>(unsent);
            unsent.clear();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Waits, but not beyond the closing; true if it is closed. */
    private boolean awaitClose(long nanos) {
        lock.lock();
        try {
            long left = nanos;
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return closed;
        } catch (InterruptedException e) {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private void runListener() {
        do {
            try (var own = OwnConnection.open(connections, NETWORK)) {
                execute(own.connection(), "LISTEN " + PostgresSchema.quoted(channel()));
                hear(own.connection());
                listening = false;
                execute(own.connection(), "UNLISTEN *");
            } catch (SQLException | RuntimeException e) {
                problem = "hints cannot be heard: " + e.getMessage();
            }
            listening = false;
        } while (!awaitClose(RETRY_NANOS));
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void hear(Connection connection) throws SQLException {
        PGConnection postgres = connection.unwrap(PGConnection.class);
        long probe = 0;
        long sent = System.nanoTime();
        boolean answered = false;
        send(PROBE + System.identityHashCode(this) + " " + probe);
        while (!isClosed()) {
            PGNotification[] heard = postgres.getNotifications(LOOK_MILLIS);
            if (heard != null) {
                for (PGNotification notification : heard) {
                    String payload = notification.getParameter();
                    if (payload.equals(PROBE + System.identityHashCode(this) + " " + probe)) {
                        answered = true;
                        problem = null;
                        if (!listening) {
                            listening = true;
                            wakeAll();
                        }
                    } else if (!payload.startsWith(PROBE)) {
                        wake(payload);
                    }
                }
            }
            long since = System.nanoTime() - sent;
            if (!answered && since > ANSWER_NANOS) {
                problem = "hints do not arrive, as behind a pooler that shares sessions";
                return;
            }
            if (answered && since > PROBE_NANOS) {
                probe++;
                answered = false;
                sent = System.nanoTime();
                send(PROBE + System.identityHashCode(this) + " " + probe);
            }
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private void wake(String log) {
        lock.lock();
        try {
            waiting.getOrDefault(Integer.valueOf(log), Set.of()).forEach(Runnable::run);
        } catch (NumberFormatException e) {
            // Somebody else uses the channel; a hint may be ignored.
            return;
        } finally {
            lock.unlock();
        }
    }

    private void wakeAll() {
        lock.lock();
        try {
            waiting.values().forEach(wakes -> wakes.forEach(Runnable::run));
        } finally {
            lock.unlock();
        }
    }

    /** Sends what is still to be sent, if that is soon done, and ends. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            long left = LAST_NANOS;
            while (notifier != null && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
