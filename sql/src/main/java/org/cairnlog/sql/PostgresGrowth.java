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
    private long looks;
    private long hints;
    private long hintsLookedAt;
    private boolean looking;
    private long lookAgain = System.nanoTime();
    private long pause = FIRST_LOOK_NANOS;
    private boolean registered;

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
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How many looks there have been; what an earlier one has found may be of another history by now. */
    long looks() {
        lock.lock();
        try {
            return looks;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the head is beyond a position.
     *
     * @param head what the caller has just found the head to be
     * @param looksBefore the number of {@link #looks} before it has looked
     */
    boolean await(long position, long head, long looksBefore, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + Math.max(0, TimeUnit.NANOSECONDS.convert(timeout));
        lock.lockInterruptibly();
        try {
            // As good as a look of one who waits, unless somebody has looked later.
            if (!looking && looks == looksBefore) {
                known = head;
                looks++;
                rest();
            }
            while (looks == looksBefore || known <= position) {
                if (log.isClosed()) {
                    log.beginning();
                }
                long now = System.nanoTime();
                if (deadline - now <= 0) {
                    return false;
                }
                register();
                if (looking) {
                    changed.awaitNanos(deadline - now);
                } else if (hints != hintsLookedAt || lookAgain - now <= 0) {
                    look(position);
                } else {
                    changed.awaitNanos(Math.min(deadline - now, lookAgain - now));
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Asks the database, without the lock, so that nobody waits for the answer who need not. */
    private void look(long position) {
        looking = true;
        hintsLookedAt = hints;
        lock.unlock();
        Long head = null;
        try {
            head = log.headPosition();
        } finally {
            lock.lock();
            if (head != null) {
                pause = head > position ? FIRST_LOOK_NANOS : Math.min(pause * 2, RARE_LOOK_NANOS);
                known = head;
                looks++;
            }
            looking = false;
            rest();
        }
    }

    private void rest() {
        lookAgain = System.nanoTime() + (wakeUp.isListening() ? LISTENING_NANOS : pause);
        changed.signalAll();
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
