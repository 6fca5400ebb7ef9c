// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.cairnlog.consumer.ConsumerStatus.State;
import org.cairnlog.event.CairnException;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.CursorFromAnotherHistory;
import org.cairnlog.log.EventLog;
import org.jspecify.annotations.Nullable;

/**
 * The thread of one consumer: it waits for the lease, works as long as it holds it, and after whatever goes wrong
 * begins again. It ends only when it is stopped.
 */
class Worker<E> implements Runnable {
    private static final System.Logger LOGGER = System.getLogger(Worker.class.getName());
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int DOUBLINGS = 20;

    final Subscription<E> subscription;
    final EventLog log;
    final ConsumerStore store;
    final ConsumersOptions options;
    final RandomGenerator random;
    final Signal signal = new Signal();
    final Signal moved = new Signal();
    final AtomicLong handled = new AtomicLong();
    private final Cursor start;
    private Share share = Share.whole();
    private volatile Doing doing = Doing.now(State.WAITING_FOR_LEASE, "");
    private volatile boolean stopping;
    private volatile ConsumerStore.@Nullable Claim claim;
    private volatile long renewedNanos;
    private volatile ConsumerStore.@Nullable Known known;
    private volatile @Nullable Cursor committed;
    private volatile long handlingSinceNanos;
    private volatile double rate;
    private int troubles;

    Worker(
            Subscription<E> subscription,
            EventLog log,
            ConsumerStore store,
            ConsumersOptions options,
            RandomGenerator random) {
        this.subscription = subscription;
        this.log = log;
        this.store = store;
        this.options = options;
        this.random = random;
        this.start = subscription.start.apply(log);
    }

    String name() {
        return subscription.name;
    }

    /** Before it runs: what it is a part of. */
    void takesPartIn(Share all) {
        share = all;
    }

    /** Work under one lease. */
    Holding<E> holding(ConsumerStore.Claim held) {
        return new Holding<>(this, held);
    }

    @Override
    public void run() {
        try {
            while (!stopping) {
                try {
                    if (awaitResumed()) {
                        holdWhenFree();
                    }
                } catch (LeaseLost e) {
                    LOGGER.log(System.Logger.Level.INFO, e.getMessage());
                } catch (RuntimeException | Error e) {
                    trouble(e);
                }
            }
        } catch (InterruptedException e) {
            // Whoever stops it in the end interrupts it.
            return;
        } finally {
            claim = null;
            say(State.STOPPED, "");
        }
    }

    /** Waits as long as nobody is to run the consumer. */
    private boolean awaitResumed() throws InterruptedException {
        long seen = signal.count();
        ConsumerStore.Known current = store.consumer(name()).orElse(null);
        if (current == null) {
            store.register(name(), 1);
            return true;
        }
        known = current;
        ConsumerStore.Halt halt = current.halt();
        if (halt == null) {
            return true;
        }
        say(halt.failed() ? State.STOPPED : State.PAUSED, halt.why());
        signal.await(seen, options.lease().toNanos());
        return false;
    }

    private void holdWhenFree() throws InterruptedException {
        long seen = signal.count();
        boolean held = false;
        if (share.take(this)) {
            try {
                Optional<ConsumerStore.Claim> free = claimed();
                held = free.isPresent();
                if (held) {
                    hold(free.get());
                }
            } finally {
                share.give(this);
            }
        }
        if (!held) {
            say(State.WAITING_FOR_LEASE, "");
            signal.await(seen, options.lease().toNanos());
        }
    }

    Optional<ConsumerStore.Claim> claimed() {
        return store.claim(name(), options.holder(), options.lease());
    }

    private void hold(ConsumerStore.Claim held) throws InterruptedException {
        renewedNanos = System.nanoTime();
        claim = held;
        Holding<E> holding = holding(held);
        try {
            work(holding);
        } finally {
            claim = null;
            release(holding, held);
        }
    }

    /** Works, and after trouble goes on under the same lease, if it still is. */
    private void work(Holding<E> holding) throws InterruptedException {
        boolean begun = false;
        while (mayWork()) {
            try {
                if (begun) {
                    holding.refresh();
                } else {
                    holding.begin(start);
                    begun = true;
                }
                holding.work();
            } catch (LeaseLost e) {
                throw e;
            } catch (CursorFromAnotherHistory e) {
                store.halt(name(), true, String.valueOf(e.getMessage()));
                observe(store.consumer(name()).orElse(null));
            } catch (RuntimeException | Error e) {
                begun = true;
                trouble(e);
            }
        }
    }

    private void release(Holding<E> holding, ConsumerStore.Claim held) {
        try {
            if (troubles == 0) {
                holding.flush();
            }
            ConsumerStore.Known current = known;
            ConsumerStore.Halt halt = current == null ? null : current.halt();
            String why = halt == null ? "" : halt.why();
            State state = halt != null && !halt.failed() ? State.PAUSED : State.STOPPED;
            store.release(new ConsumerStore.Renewal(held, new ConsumerStore.Report(state, Duration.ZERO, why, 0)));
        } catch (CairnException e) {
            // What was not written is handed out again, and the lease is over in time.
            LOGGER.log(System.Logger.Level.DEBUG, "The lease of \"" + name() + "\" could not be given back.", e);
        }
    }

    /** Something other than an event is in the way: wait longer each time, and say so from the second time on. */
    private void trouble(Throwable e) throws InterruptedException {
        troubles++;
        String text = e instanceof CairnException ? e.getMessage() : e.toString();
        if (troubles > 1) {
            say(State.RETRYING, String.valueOf(text));
        }
        LOGGER.log(System.Logger.Level.DEBUG, "The consumer \"" + name() + "\" tries again.", e);
        long pause = Math.min(LONGEST_PAUSE_NANOS, FIRST_PAUSE_NANOS << Math.min(DOUBLINGS, troubles));
        awaitUnlessStopped(pause);
    }

    void noTrouble() {
        troubles = 0;
    }

    /** Waits for that time, or until it must stop working. */
    void awaitUnlessStopped(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !stopping; left = end - System.nanoTime()) {
            long seen = signal.count();
            if (stopping || (claim != null && !mayWork())) {
                return;
            }
            signal.await(seen, left);
        }
    }

    /** Whether nobody wants it to stop working under its lease. */
    boolean mayWork() {
        ConsumerStore.Known current = known;
        return !stopping && (current == null || current.halt() == null) && !isTooMuch();
    }

    /** Whether others are to do its work from now on. */
    boolean isTooMuch() {
        return share.isTooMuch(this);
    }

    /**
     * Whether an event may be handed out: nobody wants it to stop, and the lease is not over as far as this process can
     * tell. A process that stood still for long finds here that it may not.
     */
    boolean mayHandOut() {
        return mayWork() && isLeaseFresh();
    }

    boolean isLeaseFresh() {
        return System.nanoTime() - renewedNanos < options.lease().toNanos();
    }

    ConsumerStore.@Nullable Claim claim() {
        return claim;
    }

    void renewed(ConsumerStore.Claim held, long askedNanos) {
        if (held.equals(claim)) {
            renewedNanos = askedNanos;
        }
    }

    /** Somebody else holds it. */
    void lost(ConsumerStore.Claim held) {
        if (held.equals(claim)) {
            renewedNanos = System.nanoTime() - options.lease().toNanos();
            signal.give();
        }
    }

    /** What the store knows of the consumer, from time to time. */
    void observe(ConsumerStore.@Nullable Known current) {
        ConsumerStore.Known before = known;
        known = current;
        boolean changed = before == null
                || current == null
                || before.asks() != current.asks()
                || (before.halt() == null) != (current.halt() == null);
        if (changed) {
            signal.give();
        }
    }

    /** The same, seen by somebody who knows the time: a lease that is free is to be taken. */
    void observe(ConsumerStore.@Nullable Known current, Instant now) {
        observe(current);
        boolean free = current != null
                && (current.lease() == null || !current.lease().until().isAfter(now));
        if (free && claim == null) {
            signal.give();
        }
    }

    ConsumerStore.@Nullable Known known() {
        return known;
    }

    void committed(Cursor cursor) {
        committed = cursor;
        moved.give();
    }

    @Nullable Cursor committed() {
        return committed;
    }

    void handling(boolean begins) {
        handlingSinceNanos = begins ? Math.max(1, System.nanoTime()) : 0;
    }

    void rate(double eventsPerSecond) {
        rate = eventsPerSecond;
    }

    void say(State state, String why) {
        Doing before = doing;
        if (!before.isSame(state, why)) {
            doing = before.state() == state ? new Doing(state, before.sinceNanos(), why) : Doing.now(state, why);
            tell(() -> options.listener().changed(name(), state, why));
        }
    }

    void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException e) {
            LOGGER.log(System.Logger.Level.WARNING, "The listener of \"" + name() + "\" has failed.", e);
        }
    }

    /** How it is doing, for others. */
    ConsumerStore.Report report() {
        Doing now = doing;
        long since = handlingSinceNanos;
        long busy = since == 0 ? 0 : System.nanoTime() - since;
        String why = now.why();
        if (why.isEmpty() && busy > options.lease().toNanos()) {
            why = "its handler has not come back for " + Duration.ofNanos(busy).toSeconds() + " seconds";
        }
        return new ConsumerStore.Report(now.state(), now.lasting(), why, rate);
    }

    void stop() {
        stopping = true;
        signal.give();
    }

    boolean isStopping() {
        return stopping;
    }
}
