// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.cairnlog.event.CairnException;
import org.cairnlog.log.AppendInterrupted;
import org.cairnlog.log.LogBusy;
import org.cairnlog.log.LogStatus;
import org.cairnlog.log.LogUnavailable;
import org.jspecify.annotations.Nullable;

/**
 * One writer for many callers: callers queue their work, a single platform thread does all that waits in one
 * transaction, commits once, and only then answers each. A caller who is alone, as those before were, does its work
 * itself, since to wake the thread and to be woken by it costs much of what a short commit does. What it cannot finish
 * at once it leaves to the thread.
 *
 * <p>While work waits it can be withdrawn, by its deadline or an interrupt, and nothing is stored. Once it is under
 * way, an interrupted caller gets an unknown outcome. Work that fails for a reason of its own is answered with it; if
 * the database fails, the whole batch is rolled back and done again one by one, so that bad data hurts its owner only.
 *
 * @param <S> what the work is done on
 */
final class GroupCommit<S> implements AutoCloseable {
    private static final int BATCH_EVENTS = 1_000;
    private static final long BATCH_BYTES = 8L << 20;
    private static final int QUEUE_WORKS = 10_000;
    private static final long QUEUE_BYTES = 64L << 20;
    // How long a caller whose time is over waits to hear what became of work under way.
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final Duration IDLE = Duration.ofSeconds(10);
    // After so many batches of one work each, whoever comes is taken to be alone.
    private static final int ALONE = 8;
    // One of a few callers comes back at once more often than not, and to be woken takes longer than this.
    private static final long LOOK_AROUND_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    // A batch that is under way for longer is in the way of the others.
    private static final Duration LONG = Duration.ofMillis(250);

    /** Where the work is stored. Used by one thread at a time: the writer's, or that of a caller who is alone. */
    interface Store<S> {
        /** Begins a transaction as the only writer; false if somebody else is that for now. */
        boolean begin() throws SQLException;

        /** What work is done on, within the transaction. */
        S session();

        /** Makes the transaction durable; false if somebody else was the only writer, so that nothing was stored. */
        boolean commit() throws SQLException;

        /**
         * The same on a caller's thread, without waiting longer than for one answer; false if that did not settle it.
         * Then the writer's thread goes on with {@link #commit}.
         */
        default boolean commitAtOnce() throws SQLException {
            return commit();
        }

        /** Undoes the transaction; must not fail. */
        void rollback();

        /** Who is in the way when {@link #begin} or {@link #commit} says false. */
        String blocker();

        /** Whether nothing was stored for sure, when {@link #commit} failed like this. */
        boolean nothingStored(SQLException failure);

        /** Whether each would fail like this, so that none needs an attempt of its own, when nothing was stored. */
        default boolean concernsAll(SQLException failure) {
            return false;
        }

        /** What to tell the caller. */
        CairnException translate(SQLException failure);

        /** Called by the writer's thread when it ends; it may begin again later. */
        void close();

        /** Called after each durable commit, before the callers are answered. */
        void committed();
    }

    /** Something to do within a transaction. */
    interface Work<S, T> {
        T on(S session) throws SQLException;
    }

    private final Store<S> store;
    private final String name;
    private final Duration timeout;
    private @Nullable Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Waiting<S, ?>> queue = new ArrayDeque<>();
    private long queuedBytes;
    private boolean closed;
    private volatile boolean ready;
    // Whether a thread has the store.
    private boolean working;
    private long idleSince;
    // What a caller has begun and left to the writer's thread.
    private @Nullable List<Waiting<S, ?>> begun;
    private volatile @Nullable Blocked blocked;
    private volatile @Nullable Long sent;
    private volatile @Nullable String lastError;
    private volatile Figures figures = new Figures(0, 0, 0, 0, 0);

    /** Who is in the way, and since when by the nano clock. */
    record Blocked(String by, long since) {}

    /** What was committed so far; single = how many batches of one work were the last. */
    record Figures(long batches, long works, int last, int largest, int single) {
        Figures plus(int batch) {
            int singles = batch == 1 ? Math.min(single + 1, ALONE) : 0;
            return new Figures(batches + 1, works + batch, batch, Math.max(largest, batch), singles);
        }
    }

    GroupCommit(String name, Store<S> store, Duration timeout) {
        this.name = name;
        this.store = store;
        this.timeout = timeout;
    }

    /** Work in the queue. */
    private static final class Waiting<S, T> {
        final Work<S, T> work;
        final int events;
        final long bytes;
        final CompletableFuture<T> answer = new CompletableFuture<>();
        final Function<@Nullable Throwable, CairnException> unknown;
        final long started = System.nanoTime();
        volatile boolean expired;
        private @Nullable T result;
        private @Nullable RuntimeException refusal;

        Waiting(Work<S, T> work, int events, long bytes, Function<@Nullable Throwable, CairnException> unknown) {
            this.work = work;
            this.events = events;
            this.bytes = bytes;
            this.unknown = unknown;
        }

        void perform(S session) throws SQLException {
            refusal = null;
            try {
                result = work.on(session);
            } catch (CairnException | IllegalArgumentException e) {
                refusal = e;
            }
        }

        @SuppressWarnings("NullAway") // a work's result may be null only if T is
        void answer() {
            if (refusal == null) {
                answer.complete(result);
            } else {
                answer.completeExceptionally(refusal);
            }
        }
    }

    /** Does the work in some transaction and returns after its commit. */
    <T> T submit(Work<S, T> work, int events, long bytes, Function<@Nullable Throwable, CairnException> unknown) {
        long started = System.nanoTime();
        var waiting = new Waiting<>(work, events, bytes, unknown);
        if (isAlone()) {
            doAlone(waiting);
        } else {
            enqueue(waiting, started);
        }
        try {
            return waiting.answer.get(left(started), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            waiting.expired = true;
            // Asked first: when nothing waits any more, the writer forgets what was in the way.
            LogBusy busy = busy(started, e);
            if (withdraw(waiting)) {
                throw busy;
            }
            return underWay(waiting);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            waiting.expired = true;
            if (withdraw(waiting)) {
                throw new AppendInterrupted();
            }
            throw unknown.apply(e);
        } catch (ExecutionException e) {
            throw rethrown(e);
        }
    }

    private <T> T underWay(Waiting<S, T> waiting) {
        try {
            // Whoever did the work itself may have waited for that long already.
            long past = System.nanoTime() - waiting.started - TimeUnit.NANOSECONDS.convert(timeout);
            return waiting.answer.get(GRACE.toNanos() - past, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw waiting.unknown.apply(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw waiting.unknown.apply(e);
        } catch (ExecutionException e) {
            throw rethrown(e);
        }
    }

    private static RuntimeException rethrown(ExecutionException e) {
        if (e.getCause() instanceof RuntimeException refusal) {
            // The stack of the writer's thread says nothing to the caller.
            refusal.setStackTrace(new Throwable().getStackTrace());
            return refusal;
        }
        return new IllegalStateException("The writer answered with what it never answers with.", e);
    }

    /** Takes the store, if nobody works or waits, and nobody has for a while. */
    private boolean isAlone() {
        if (figures.single() < ALONE) {
            return false;
        }
        lockUnlessInterrupted();
        try {
            if (closed || working || begun != null || !queue.isEmpty()) {
                return false;
            }
            startThread();
            working = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void doAlone(Waiting<S, ?> waiting) {
        List<Waiting<S, ?>> batch = List.of(waiting);
        try {
            if (!store.begin()) {
                block();
                putBack(batch);
            } else if (work(batch)) {
                commit(batch, true);
            }
        } catch (SQLException | RuntimeException | Error e) {
            waiting.answer.completeExceptionally(refusal(e));
        } finally {
            release();
        }
    }

    private void release() {
        lock.lock();
        try {
            working = false;
            idleSince = System.nanoTime();
            if (closed || begun != null || !queue.isEmpty()) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void lockUnlessInterrupted() {
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AppendInterrupted();
        }
    }

    /** Starts the writer's thread, which also has the store closed when nobody has used it for a while. */
    private void startThread() {
        if (thread == null) {
            idleSince = System.nanoTime();
            Thread fresh = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
            fresh.start();
            thread = fresh;
        }
    }

    private void enqueue(Waiting<S, ?> waiting, long started) {
        lockUnlessInterrupted();
        try {
            while (!closed && isFull(waiting)) {
                if (changed.awaitNanos(left(started)) <= 0) {
                    throw busy(started, null);
                }
            }
            if (closed) {
                throw closed();
            }
            startThread();
            queue.add(waiting);
            queuedBytes += waiting.bytes;
            ready = true;
            changed.signalAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AppendInterrupted();
        } finally {
            lock.unlock();
        }
    }

    /** How much work is in the queue. */
    int waiting() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    /** What waits, what was done and what is in the way. */
    LogStatus status(LogStatus.WakeUp wakeUp, @Nullable String problem) {
        Figures done = figures;
        Blocked reason = blocked;
        Optional<String> blocker = obstacle(reason);
        lock.lock();
        try {
            return new LogStatus(
                    queue.size(),
                    queuedBytes,
                    done.batches(),
                    done.works(),
                    done.last(),
                    done.largest(),
                    reason == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - reason.since()),
                    blocker,
                    wakeUp,
                    Optional.ofNullable(problem),
                    Optional.ofNullable(lastError));
        } finally {
            lock.unlock();
        }
    }

    /** What is in the way: somebody else, or else a batch whose end does not come. */
    private Optional<String> obstacle(@Nullable Blocked reason) {
        if (reason != null) {
            return Optional.of(reason.by());
        }
        Long since = sent;
        long nanos = since == null ? 0 : System.nanoTime() - since;
        return nanos < LONG.toNanos()
                ? Optional.empty()
                : Optional.of("no answer has come for " + TimeUnit.NANOSECONDS.toMillis(nanos)
                        + " ms to what was to be stored last");
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private boolean isFull(Waiting<S, ?> waiting) {
        return queue.size() >= QUEUE_WORKS || (!queue.isEmpty() && queuedBytes + waiting.bytes > QUEUE_BYTES);
    }

    private long left(long started) {
        return Math.max(0, TimeUnit.NANOSECONDS.convert(timeout) - (System.nanoTime() - started));
    }

    private boolean withdraw(Waiting<S, ?> waiting) {
        lock.lock();
        try {
            boolean withdrawn = queue.remove(waiting);
            if (withdrawn) {
                queuedBytes -= waiting.bytes;
                changed.signalAll();
            }
            return withdrawn;
        } finally {
            lock.unlock();
        }
    }

    private LogBusy busy(long started, @Nullable Throwable cause) {
        return new LogBusy(
                obstacle(blocked).orElse("too many appends wait"),
                Duration.ofNanos(System.nanoTime() - started),
                cause);
    }

    private static LogUnavailable closed() {
        return new LogUnavailable("The log is closed. Nothing was stored; open it again, or stop using it.", null);
    }

    private void run() {
        while (awaitWork()) {
            try {
                doWork();
            } catch (RuntimeException | Error e) {
                error(e); // whoever it concerned is answered, and the others need a writer
            } finally {
                release();
            }
        }
    }

    private void doWork() {
        List<Waiting<S, ?>> left = begun();
        if (left != null) {
            commit(left, false);
            return;
        }
        try {
            if (!store.begin()) {
                block();
                return;
            }
        } catch (SQLException | RuntimeException | Error e) {
            take().forEach(waiting -> waiting.answer.completeExceptionally(refusal(e)));
            return;
        }
        List<Waiting<S, ?>> batch = take();
        if (batch.isEmpty()) {
            store.rollback();
        } else if (!perform(batch) && batch.size() > 1) {
            batch.forEach(this::performAlone);
        }
        if (batch.size() == 1 && figures.single() < ALONE) {
            lookAround();
        }
    }

    private void lookAround() {
        long started = System.nanoTime();
        while (!ready && System.nanoTime() - started < LOOK_AROUND_NANOS) {
            Thread.onSpinWait();
        }
    }

    /** What a caller has begun. */
    private @Nullable List<Waiting<S, ?>> begun() {
        lock.lock();
        try {
            List<Waiting<S, ?>> left = begun;
            begun = null;
            return left;
        } finally {
            lock.unlock();
        }
    }

    private void block() {
        obstacle(store.blocker());
    }

    /** Says what is in the way, until something is committed again; for a store that tries again by itself. */
    void obstacle(String reason) {
        Blocked before = blocked;
        blocked = new Blocked(reason, before == null ? System.nanoTime() : before.since());
    }

    void error(Throwable failure) {
        // One line: drivers add details below.
        lastError = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    /** Takes the store when there is work; false if there is none for so long that the thread may end. */
    private boolean awaitWork() {
        lock.lock();
        try {
            while (true) {
                if (!working && (begun != null || !queue.isEmpty())) {
                    working = true;
                    return true;
                }
                if (!working) {
                    blocked = null;
                }
                long left = IDLE.toNanos() - (System.nanoTime() - idleSince);
                if (!working && (closed || left <= 0)) {
                    thread = null;
                    changed.signalAll();
                    store.close();
                    return false;
                }
                try {
                    changed.awaitNanos(working ? IDLE.toNanos() : left);
                } catch (InterruptedException e) {
                    // Nobody has a reason to interrupt this thread, and close() says what to do.
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Puts work back that was not done, in front; who is out of time is told so. */
    private void putBack(List<Waiting<S, ?>> batch) {
        lock.lock();
        try {
            for (Waiting<S, ?> waiting : batch.reversed()) {
                if (waiting.expired || left(waiting.started) == 0) {
                    waiting.answer.completeExceptionally(busy(waiting.started, null));
                } else {
                    queue.addFirst(waiting);
                    queuedBytes += waiting.bytes;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private List<Waiting<S, ?>> take() {
        List<Waiting<S, ?>> batch = new ArrayList<>();
        long events = 0;
        long bytes = 0;
        lock.lock();
        try {
            while (!queue.isEmpty()) {
                Waiting<S, ?> next = queue.peek();
                events += next.events;
                bytes += next.bytes;
                if (!batch.isEmpty() && (events > BATCH_EVENTS || bytes > BATCH_BYTES)) {
                    break;
                }
                batch.add(queue.remove());
                queuedBytes -= next.bytes;
            }
            ready = !queue.isEmpty();
            changed.signalAll();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void performAlone(Waiting<S, ?> waiting) {
        long started = System.nanoTime();
        try {
            while (!store.begin()) {
                if (left(started) == 0) {
                    waiting.answer.completeExceptionally(busy(started, null));
                    return;
                }
            }
        } catch (SQLException | RuntimeException | Error e) {
            waiting.answer.completeExceptionally(refusal(e));
            return;
        }
        perform(List.of(waiting));
    }

    /** False if the batch was rolled back and nobody was answered, unless it was one caller's. */
    private boolean perform(List<Waiting<S, ?>> batch) {
        return work(batch) && commit(batch, false);
    }

    /** The same of the work without the commit. */
    private boolean work(List<Waiting<S, ?>> batch) {
        try {
            for (Waiting<S, ?> waiting : batch) {
                waiting.perform(store.session());
            }
        } catch (SQLException | RuntimeException | Error e) {
            store.rollback();
            if (batch.size() == 1) {
                batch.getFirst().answer.completeExceptionally(refusal(e));
            }
            return false;
        }
        return true;
    }

    /** The same of the commit; alone = on the thread of the only caller. */
    private boolean commit(List<Waiting<S, ?>> batch, boolean alone) {
        sent = System.nanoTime();
        try {
            if (alone && !store.commitAtOnce()) {
                leave(batch);
                return true;
            }
            if (!alone && !store.commit()) {
                block();
                putBack(batch);
                return true;
            }
        } catch (SQLException e) {
            store.rollback();
            error(e);
            if (store.nothingStored(e) && batch.size() > 1 && !store.concernsAll(e)) {
                return false;
            }
            for (Waiting<S, ?> waiting : batch) {
                waiting.answer.completeExceptionally(
                        store.nothingStored(e) ? store.translate(e) : waiting.unknown.apply(e));
            }
            return true;
        } catch (RuntimeException | Error e) {
            error(e);
            batch.forEach(waiting -> waiting.answer.completeExceptionally(waiting.unknown.apply(e)));
            throw e;
        } finally {
            sent = null;
        }
        blocked = null;
        figures = figures.plus(batch.size());
        try {
            store.committed();
        } finally {
            batch.forEach(Waiting::answer);
        }
        return true;
    }

    private void leave(List<Waiting<S, ?>> batch) {
        lock.lock();
        try {
            begun = batch;
        } finally {
            lock.unlock();
        }
    }

    private RuntimeException refusal(Throwable failure) {
        error(failure);
        return switch (failure) {
            case SQLException e -> store.translate(e);
            case RuntimeException e -> e;
            default -> new LogUnavailable("The writer failed (" + failure + "). Nothing was stored.", failure);
        };
    }

    /** Waits a while until the thread has ended; true if this one was interrupted meanwhile. */
    private boolean awaitEnd() {
        lock.lock();
        try {
            long left = TimeUnit.NANOSECONDS.convert(timeout);
            while (thread != null && left > 0) {
                left = changed.awaitNanos(left);
            }
            return false;
        } catch (InterruptedException e) {
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more work, gives what waits some time to finish, and answers the rest. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = awaitEnd();
        for (List<Waiting<S, ?>> left = take(); !left.isEmpty(); left = take()) {
            left.forEach(waiting -> waiting.answer.completeExceptionally(closed()));
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
