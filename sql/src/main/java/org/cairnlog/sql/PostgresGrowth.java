// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Those who wait for one log to grow: however many they are, one of them looks, and hints make it look at once. */
final class PostgresGrowth implements AutoCloseable {
    private static final long LISTENING_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long FIRST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long RARE_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final PostgresEventLog log;
    private final PostgresWakeUp wakeUp;
    private final int key;
    private final Runnable wake = this::hint;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long known;
    private long hints;
    private long changes;
    private boolean looking;
    private boolean registered;
    private long pause = FIRST_LOOK_NANOS;

    PostgresGrowth(PostgresEventLog log, PostgresWakeUp wakeUp, int key) {
        this.log = log;
        this.wakeUp = wakeUp;
        this.key = key;
    }

    /** This node has appended. */
    void grown() {
        hint();
        wakeUp.grown(key);
    }

    private void hint() {
        lock.lock();
        try {
            hints++;
            signal();
        } finally {
            lock.unlock();
        }
    }

    boolean await(long position, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + Math.max(0, TimeUnit.NANOSECONDS.convert(timeout));
        long hintsSeen = -1;
        lock.lockInterruptibly();
        try {
            boolean first = true;
            while (known <= position) {
                long left = deadline - System.nanoTime();
                boolean hinted = hintsSeen != hints;
                if (!looking && (first || hinted || left > 0)) {
                    hintsSeen = hints;
                    look();
                    if (known > position) {
                        break;
                    }
                    first = false;
                    left = deadline - System.nanoTime();
                }
                if (log.isClosed()) {
                    log.beginning();
                }
                if (left <= 0) {
                    return false;
                }
                register();
                if (hintsSeen == hints || looking) {
                    waitForChange(left);
                }
            }
            pause = FIRST_LOOK_NANOS;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void signal() {
        changes++;
        changed.signalAll();
    }

    private void waitForChange(long left) throws InterruptedException {
        long most = pause;
        if (wakeUp.isListening()) {
            most = LISTENING_NANOS;
        } else {
            pause = Math.min(pause * 2, RARE_LOOK_NANOS);
        }
        long before = changes;
        long wait = Math.min(left, most);
        while (changes == before && wait > 0) {
            wait = changed.awaitNanos(wait);
        }
    }

    /** Asks the database, without the lock, so that nobody waits for the answer who need not. */
    private void look() {
        looking = true;
        lock.unlock();
        long head = known;
        try {
            head = log.headPosition();
        } finally {
            lock.lock();
            looking = false;
            known = head;
            signal();
        }
    }

    private void register() {
        if (!registered) {
            registered = true;
            wakeUp.listen(key, wake);
        }
    }

    @Override
    public void close() {
        wakeUp.forget(key, wake);
        hint();
    }
}
