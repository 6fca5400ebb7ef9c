// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.cairnlog.event.CairnException;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.EventLog;
import org.jspecify.annotations.Nullable;

/**
 * The consumers of a log: those that this process runs, and a view of all, wherever they run. Each has one thread
 * here, and of several processes that run a consumer of one name, one works and the others wait to take over. What
 * fails is tried again, and whatever keeps a consumer from going on shows in {@link #status}: none stops without
 * saying so. Safe for use by many threads.
 *
 * <p>Started without any subscription, it is a view only. Every call may throw {@link org.cairnlog.log.LogUnavailable}.
 */
public final class Consumers implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(Consumers.class.getName());
    private static final long FIRST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long RARE_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final Duration LAST_WAIT = Duration.ofSeconds(5);

    private final EventLog log;
    private final ConsumerStore store;
    private final ConsumersOptions options;
    private final List<Worker<?>> workers = new ArrayList<>();
    private final List<Share> shares = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Growth growth;
    private final Heartbeat heartbeat;
    private final ReentrantLock closing = new ReentrantLock();
    private boolean closed;

    /** Makes the worker of a subscription; so that a test can make another one. */
    interface Hiring {
        <E> Worker<E> hire(Subscription<E> subscription, EventLog log, ConsumerStore store, ConsumersOptions options);
    }

    private Consumers(EventLog log, ConsumersOptions options, List<Subscription<?>> subscriptions, Hiring hiring) {
        this.log = log;
        this.store = ConsumerStore.of(log);
        this.options = options;
        Set<String> names = new HashSet<>();
        for (Subscription<?> subscription : subscriptions) {
            for (String name : ConsumerStore.partitions(subscription.name, subscription.partitions)) {
                if (!names.add(name)) {
                    throw new IllegalArgumentException(
                            "Two consumers have the name \"" + name + "\"; each needs a checkpoint of its own.");
                }
            }
            subscription.delivery.check(subscription.name, log);
        }
        for (Subscription<?> subscription : subscriptions) {
            store.register(subscription.name, subscription.partitions);
            if (!subscription.base.isEmpty()) {
                store.registerGeneration(subscription.name, subscription.base);
            }
            hire(subscription, hiring);
        }
        this.growth = new Growth(log, () -> workers.forEach(worker -> worker.signal.give()));
        this.heartbeat = new Heartbeat(store, options, workers, shares);
    }

    private <E> void hire(Subscription<E> subscription, Hiring hiring) {
        if (subscription.partitions == 1) {
            workers.add(hiring.hire(subscription, log, store, options));
            return;
        }
        String member = options.holder() + " " + Long.toHexString(new SecureRandom().nextLong());
        var share = new Share(subscription.name, member);
        for (Subscription<E> part : subscription.divided()) {
            Worker<E> worker = hiring.hire(part, log, store, options);
            share.add(worker);
            workers.add(worker);
        }
        shares.add(share);
    }

    /**
     * Starts consumers.
     *
     * @param log what they read, and where their checkpoints are kept; stays open when they are closed
     * @param subscriptions what is to be done
     * @return the running consumers, to be closed before the log
     * @throws IllegalArgumentException if two have one name, a projection needs a log in a database, or the log keeps
     *     no checkpoints
     * @throws org.cairnlog.log.LogUnusable if the log's user may not keep checkpoints, or its tables are missing
     */
    public static Consumers start(EventLog log, Subscription<?>... subscriptions) {
        return start(log, options -> options, List.of(subscriptions));
    }

    /**
     * Starts consumers.
     *
     * @param log what they read, and where their checkpoints are kept; stays open when they are closed
     * @param options what differs from the defaults
     * @param subscriptions what is to be done
     * @return the running consumers, to be closed before the log
     * @throws IllegalArgumentException as {@link #start(EventLog, Subscription...)}
     * @throws org.cairnlog.log.LogUnusable as {@link #start(EventLog, Subscription...)}
     */
    public static Consumers start(
            EventLog log, UnaryOperator<ConsumersOptions> options, List<? extends Subscription<?>> subscriptions) {
        return start(log, options.apply(ConsumersOptions.defaults()), List.copyOf(subscriptions), new Hiring() {
            @Override
            public <E> Worker<E> hire(
                    Subscription<E> subscription, EventLog of, ConsumerStore store, ConsumersOptions chosen) {
                return new Worker<>(subscription, of, store, chosen, new SecureRandom());
            }
        });
    }

    static Consumers start(EventLog log, ConsumersOptions options, List<Subscription<?>> subscriptions, Hiring hiring) {
        var consumers = new Consumers(log, options, subscriptions, hiring);
        if (!consumers.workers.isEmpty()) {
            consumers.thread("cairn-consumers-growth", consumers.growth);
            consumers.thread("cairn-consumers-heartbeat", consumers.heartbeat);
            consumers.workers.forEach(worker -> consumers.thread("cairn-consumer " + worker.name(), worker));
        }
        return consumers;
    }

    private void thread(String name, Runnable work) {
        threads.add(Thread.ofPlatform().daemon().name(name).start(work));
    }

    /**
     * What every consumer of the log does, those of other processes included. One that is divided shows as a whole, by
     * the part that needs looking after most, and each of its partitions by itself.
     *
     * @return in byte order of their names
     */
    public List<ConsumerStatus> status() {
        return new StatusReader(log, store, workers).all();
    }

    /**
     * What a consumer does.
     *
     * @param name the consumer
     * @return its status
     * @throws IllegalArgumentException if there is no such consumer
     */
    public ConsumerStatus status(String name) {
        return status().stream()
                .filter(status -> status.name().equals(name))
                .findFirst()
                .orElseThrow(() -> unknown(name));
    }

    private IllegalArgumentException unknown(String name) {
        List<String> names =
                store.consumers().stream().map(ConsumerStore.Known::name).toList();
        return new IllegalArgumentException("There is no consumer \"" + name + "\"; there are " + names + ".");
    }

    /**
     * Waits until the committed checkpoint of a consumer, wherever it runs, has passed a point of the log: everything
     * up to there was handled, skipped or parked.
     *
     * @param name the consumer
     * @param cursor the point, for example that of an append
     * @param timeout how long to wait at most; zero or less only looks
     * @return whether it has
     * @throws InterruptedException if the thread is interrupted while waiting
     * @throws IllegalArgumentException if there is no such consumer, or the point is one of another log
     */
    public boolean awaitPassed(String name, Cursor cursor, Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
        for (String part : parts(name)) {
            if (!awaitPassed(part, cursor, end)) {
                return false;
            }
        }
        return true;
    }

    private boolean awaitPassed(String name, Cursor cursor, long end) throws InterruptedException {
        Worker<?> local = worker(name).orElse(null);
        Signal moved = local == null ? new Signal() : local.moved;
        long pause = FIRST_LOOK_NANOS;
        while (true) {
            long seen = moved.count();
            if (hasPassed(name, local, cursor)) {
                return true;
            }
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            moved.await(seen, Math.min(left, pause));
            pause = Math.min(2 * pause, RARE_LOOK_NANOS);
        }
    }

    private boolean hasPassed(String name, @Nullable Worker<?> local, Cursor cursor) {
        Cursor own = local == null ? null : local.committed();
        if (own != null && own.covers(cursor)) {
            return true;
        }
        if (local != null && local.claim() != null) {
            return false;
        }
        Cursor committed = store.consumer(name).orElseThrow(() -> unknown(name)).cursor();
        return committed != null && committed.covers(cursor);
    }

    private Optional<Worker<?>> worker(String name) {
        return workers.stream().filter(worker -> worker.name().equals(name)).findFirst();
    }

    /** The names under which the parts of a consumer are kept. */
    private List<String> parts(String name) {
        ConsumerStore.Known known = store.consumer(name).orElseThrow(() -> unknown(name));
        return ConsumerStore.partitions(name, known.partitions());
    }

    /** Lets the workers here know of a change at once; others look every second. */
    private void changed(List<String> names) {
        for (String name : names) {
            worker(name).ifPresent(worker -> worker.observe(store.consumer(name).orElse(null)));
        }
        heartbeat.now();
    }

    /**
     * Has a consumer rest, wherever it runs, until somebody resumes it; also over restarts. It ends what it is doing
     * first.
     *
     * @param name the consumer
     * @param why for whoever sees that it rests
     * @throws IllegalArgumentException if there is no such consumer
     */
    public void pause(String name, String why) {
        List<String> parts = parts(name);
        parts.forEach(part -> store.halt(part, false, why));
        changed(parts);
    }

    /**
     * Has a consumer go on that was paused or gave up. A rebuild that was asked for and could not be done is forgotten.
     *
     * @param name the consumer
     * @throws IllegalArgumentException if there is no such consumer
     */
    public void resume(String name) {
        List<String> parts = parts(name);
        parts.forEach(store::resume);
        changed(parts);
    }

    /**
     * What a consumer has set aside, in the order in which that happened; partition by partition if it is divided.
     *
     * @param name the consumer
     * @return parked and skipped events
     * @throws IllegalArgumentException if there is no such consumer
     */
    public List<ParkedEvent> setAside(String name) {
        return parts(name).stream()
                .flatMap(part -> store.setAside(part).stream())
                .toList();
    }

    /**
     * Has everything that is parked handled again, soon and by whoever runs the consumer: in each stream in order, up
     * to the first event that fails again.
     *
     * @param name the consumer
     * @return how many events this is about
     * @throws IllegalArgumentException if there is no such consumer
     */
    public long retry(String name) {
        return ask(name, Set.of(), ParkedEvent.Wish.RETRY);
    }

    /**
     * Has an event that was set aside handled again, and then what is parked behind it. One that is parked behind
     * another waits for that one first.
     *
     * @param name the consumer
     * @param event its id
     * @return whether such an event is set aside
     * @throws IllegalArgumentException if there is no such consumer
     */
    public boolean retry(String name, UUID event) {
        return ask(name, Set.of(event), ParkedEvent.Wish.RETRY) > 0;
    }

    /**
     * Has an event that was set aside forgotten, and what is parked behind it handled. The log keeps the event.
     *
     * @param name the consumer
     * @param event its id
     * @return whether such an event is set aside
     * @throws IllegalArgumentException if there is no such consumer
     */
    public boolean discard(String name, UUID event) {
        return ask(name, Set.of(event), ParkedEvent.Wish.DISCARD) > 0;
    }

    private long ask(String name, Set<UUID> events, ParkedEvent.Wish wish) {
        List<String> parts = parts(name);
        long meant =
                parts.stream().mapToLong(part -> store.ask(part, events, wish)).sum();
        changed(parts);
        return meant;
    }

    /**
     * Has a consumer begin again from the beginning of the log, soon and by whoever runs it. A projection empties its
     * tables in the transaction that takes its checkpoint back; one that does not say how ({@link
     * Projection#clearedBy}) stops and says so. A subscription gets every event again. What is set aside is forgotten.
     *
     * @param name the consumer
     * @throws IllegalArgumentException if there is no such consumer
     */
    public void rebuild(String name) {
        List<String> parts = parts(name);
        parts.forEach(store::askRebuild);
        changed(parts);
    }

    /**
     * Has readers see another generation of a read model, soon and by whoever runs it: as soon as it has caught up with
     * the one that is active, it handles what is left, {@linkplain Projection.Switching switches} and takes over, all
     * in one transaction. From then on the other one is beside it, and can be switched back to for as long as it runs.
     *
     * @param name the generation, like {@code balances@2}
     * @throws IllegalArgumentException if there is no such consumer, or it is no generation
     */
    public void switchTo(String name) {
        store.askSwitch(name);
        changed(List.of(name));
    }

    /**
     * Stops what runs here: handlers may end what they have begun, within the bound of the options, and are interrupted
     * then. Checkpoints are written and leases given back, so that others go on at once. Closing again does nothing.
     */
    @Override
    public void close() {
        closing.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            workers.forEach(Worker::stop);
            long end = System.nanoTime() + options.stopTimeout().toNanos();
            join(end, threads.subList(Math.min(2, threads.size()), threads.size()));
            growth.stop();
            heartbeat.stop();
            threads.forEach(Thread::interrupt);
            join(System.nanoTime() + LAST_WAIT.toNanos(), threads);
            leave();
            threads.stream()
                    .filter(Thread::isAlive)
                    .forEach(thread -> LOGGER.log(
                            System.Logger.Level.WARNING,
                            "The thread \"" + thread.getName() + "\" does not end, though it was interrupted."));
        } finally {
            closing.unlock();
        }
    }

    private void leave() {
        try {
            shares.forEach(share -> store.leave(share.consumer, share.member));
        } catch (CairnException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "Others find out in time that this process has ended.", e);
        }
    }

    private static void join(long end, List<Thread> threads) {
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
