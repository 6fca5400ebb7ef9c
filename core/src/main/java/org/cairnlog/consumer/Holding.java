// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.cairnlog.codec.DecodedEvent;
import org.cairnlog.codec.UnknownEventType;
import org.cairnlog.consumer.ConsumerStatus.State;
import org.cairnlog.consumer.ConsumerStore.Step;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.LogPage;
import org.jspecify.annotations.Nullable;

/**
 * A consumer at work under one lease: read a page up to the searched-through mark, handle it, write the checkpoint,
 * and wait when there is no more. Only the ends of pages are checkpoints, so nothing here knows what a cursor consists
 * of.
 */
class Holding<E> {
    // A checkpoint that passes over events of others is written no more often than that.
    private static final long PASSING_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    // How long to wait for another generation before looking again.
    private static final long SWITCH_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    // After so long a switch that waits is something to look after.
    private static final long LONG_SWITCH_NANOS = TimeUnit.SECONDS.toNanos(1);

    final Worker<E> worker;
    final Subscription<E> subscription;
    final ConsumerStore.Claim claim;
    private final Set<StreamId> parked = new HashSet<>();
    private @Nullable Cursor committed;
    private @Nullable Cursor cursor;
    private long committedNanos;
    private int careful;
    private long asks = -1;
    private boolean active = true;
    private @Nullable Cursor replayUpTo;
    private boolean awaitsLevel;
    private long levelAwaitedNanos;
    private @Nullable UUID failing;
    private int failures;

    Holding(Worker<E> worker, ConsumerStore.Claim claim) {
        this.worker = worker;
        this.subscription = worker.subscription;
        this.claim = claim;
    }

    /** Takes up the checkpoint, or makes the first one. */
    void begin(Cursor start) {
        at(claim.cursor());
        if (committed == null) {
            worker.store.advance(new Step(claim, null, start, List.of()));
            at(start);
        }
        learn(known());
        parkedAgain();
    }

    /** What is known of the consumer, as long as the lease is this one. */
    private ConsumerStore.Known known() {
        return worker.store
                .consumer(claim.name())
                .filter(row -> row.token() == claim.token())
                .orElseThrow(() -> new LeaseLost(claim.name(), claim.token()));
    }

    /** Who makes another generation the active one takes this lease away, so what is learnt holds while it is held. */
    private void learn(ConsumerStore.Known known) {
        active = known.active();
        replayUpTo = known.replayUpTo();
    }

    private void at(@Nullable Cursor checkpoint) {
        committed = checkpoint;
        cursor = checkpoint;
        committedNanos = System.nanoTime();
        if (checkpoint != null) {
            worker.committed(checkpoint);
        }
    }

    /** Begins again at the checkpoint as it is, after something went wrong that may have been done all the same. */
    void refresh() {
        ConsumerStore.Known known = known();
        worker.observe(known);
        learn(known);
        if (known.cursor() == null) {
            begin(worker.subscription.start.apply(worker.log));
        } else {
            at(known.cursor());
            parkedAgain();
        }
    }

    private void parkedAgain() {
        parked.clear();
        parked.addAll(worker.store.parkedStreams(claim.name()));
    }

    /** Works until something is in the way, or somebody wants it to stop. */
    void work() throws InterruptedException {
        while (worker.mayWork()) {
            long seen = worker.signal.count();
            if (!worker.isLeaseFresh()) {
                checkLease();
            }
            ConsumerStore.Known known = worker.known();
            if (known != null && known.asks() != asks) {
                // Only what is done to its end counts: whatever is in the way now, it is wanted afterwards too.
                if (redrive(known)) {
                    asks = known.asks();
                }
                continue;
            }
            if (known != null && known.switching() && switchOver()) {
                continue;
            }
            Cursor from = here();
            LogPage page = page(from, careful > 0 ? 1 : subscription.batch);
            if (page.events().isEmpty() && page.searched().equals(from)) {
                idle(seen);
            } else {
                step(page);
            }
        }
    }

    private Cursor here() {
        if (cursor == null) {
            throw new IllegalStateException("The consumer \"" + claim.name() + "\" has no place yet.");
        }
        return cursor;
    }

    LogPage page(Cursor from, int limit) {
        return worker.log.page(worker.log.read(subscription.query).after(from).limit(limit));
    }

    /** Whether what has been handled before, or counts elsewhere, is handled again. */
    private boolean isReplaying(RecordedEvent event) {
        return !active || (replayUpTo != null && replayUpTo.covers(place(event)));
    }

    Cursor place(RecordedEvent event) {
        return Cursor.of(worker.log.id(), new Cursor.Place(event.position(), event.id()));
    }

    /** Becomes the generation that readers see, if it is where the other one is, or near enough. */
    private boolean switchOver() throws InterruptedException {
        flush();
        if (!parked.isEmpty()) {
            halt("It was to become what readers see, but events of it are parked: have them retried or discarded, and"
                    + " then switched again.");
            return true;
        }
        var over = new Takeover<>(this, here(), page(here(), subscription.batch));
        try {
            subscription.delivery.switchOver(worker.log, over);
        } catch (NotLevel e) {
            if (!e.behind) {
                // The other one is behind, and what this one handled beyond it would count nowhere: let it come.
                awaitLevel();
            }
            return !e.behind;
        } catch (HandlingFailed e) {
            if (e.at >= 0) {
                return false;
            }
            halt("It was to become what readers see: " + describe(e.reason == null ? e : e.reason));
            return true;
        }
        awaitsLevel = false;
        at(over.to());
        refresh();
        return true;
    }

    private void awaitLevel() throws InterruptedException {
        long now = System.nanoTime();
        if (!awaitsLevel) {
            awaitsLevel = true;
            levelAwaitedNanos = now;
        } else if (now - levelAwaitedNanos > LONG_SWITCH_NANOS) {
            worker.say(
                    State.RETRYING,
                    "It is to become what readers see, and waits for the generation that they see now, which is further"
                            + " back: have that one run.");
        }
        worker.awaitUnlessStopped(SWITCH_NANOS);
        worker.observe(known());
    }

    /** Does what somebody has asked for; false if it had to stop on the way. */
    private boolean redrive(ConsumerStore.Known known) throws InterruptedException {
        flush();
        if (known.rebuilding()) {
            restart();
        } else if (!parked.isEmpty() || known.skipped() > 0) {
            boolean done = new Redrive<>(this).run();
            parkedAgain();
            return done;
        }
        return true;
    }

    private void restart() {
        Step step = new Step(claim, committed, worker.log.beginning(), List.of());
        boolean further = committed != null && (replayUpTo == null || committed.covers(replayUpTo));
        Cursor handled = further ? committed : replayUpTo;
        try {
            subscription.delivery.restart(worker.log, new Delivery.Commit() {
                @Override
                public void alone() {
                    worker.store.restart(null, step, handled);
                }

                @Override
                public void in(Connection connection) {
                    worker.store.restart(connection, step, handled);
                }
            });
            at(step.after());
            replayUpTo = handled;
            parked.clear();
            careful = 0;
        } catch (HandlingFailed e) {
            halt(String.valueOf(e.reason));
        }
    }

    private void halt(String why) {
        worker.store.halt(claim.name(), true, why);
        worker.observe(worker.store.consumer(claim.name()).orElse(null));
    }

    private void idle(long seen) throws InterruptedException {
        worker.noTrouble();
        long put = subscription.checkpointAfter.toNanos();
        long due = Math.max(put, PASSING_NANOS) - (System.nanoTime() - committedNanos);
        if (isBehind() && due <= 0) {
            flush();
        }
        worker.say(
                parked.isEmpty() ? State.IDLE : State.PARKED,
                parked.isEmpty()
                        ? ""
                        : "events of " + parked.size() + (parked.size() == 1 ? " stream are" : " streams are")
                                + " parked: have them retried or discarded");
        worker.signal.await(seen, isBehind() ? due : worker.options.lease().toNanos());
    }

    private boolean isBehind() {
        return cursor != null && !cursor.equals(committed);
    }

    /** Handles a page. */
    void step(LogPage page) throws InterruptedException {
        List<ParkedEvent> behind = new ArrayList<>();
        List<RecordedEvent> wanted = new ArrayList<>();
        for (RecordedEvent event : page.events()) {
            if (isParked(event.stream())) {
                behind.add(behind(event));
            } else {
                wanted.add(event);
            }
        }
        if (wanted.isEmpty()) {
            pass(page, behind);
            return;
        }
        if (failing == null) {
            worker.say(page.searched().covers(page.head()) ? State.RUNNING : State.CATCHING_UP, "");
        }
        long began = System.nanoTime();
        try {
            handle(wanted, to(page.searched(), behind));
            arrived(page.searched(), page.events().size());
            worker.handled.addAndGet(wanted.size());
            failing = null;
            worker.noTrouble();
            worker.tell(() -> worker.options
                    .listener()
                    .handled(claim.name(), wanted.size(), Duration.ofNanos(System.nanoTime() - began)));
            if (!page.searched().covers(page.head())) {
                pace(wanted.size(), began);
            }
        } catch (HandlingFailed failure) {
            failed(page, wanted, failure);
        }
    }

    /** Takes as long for so many events as the subscription says. */
    void pace(int events, long began) throws InterruptedException {
        long nanos = Math.round((double) events * TimeUnit.SECONDS.toNanos(1) / subscription.perSecond);
        worker.awaitUnlessStopped(began + nanos - System.nanoTime());
    }

    boolean isParked(StreamId stream) {
        return parked.contains(stream);
    }

    private ParkedEvent behind(RecordedEvent event) {
        return ParkedEvent.of(
                event, ParkedEvent.Cause.BEHIND, "an earlier event of its stream is parked", 0, worker.store.now());
    }

    /** Decodes and hands out; whichever of the two fails, it is the event that fails. */
    void handle(List<RecordedEvent> events, Delivery.Commit commit) throws HandlingFailed {
        List<List<DecodedEvent<E>>> decoded = new ArrayList<>();
        HandlingFailed undecodable = null;
        for (RecordedEvent event : events) {
            try {
                decoded.add(decode(event));
            } catch (RuntimeException e) {
                undecodable = new HandlingFailed(decoded.size(), e);
                break;
            }
        }
        if (undecodable != null) {
            throw undecodable;
        }
        worker.handling(true);
        try {
            subscription.delivery.deliver(worker.log, decoded, commit, worker::mayHandOut);
        } finally {
            worker.handling(false);
        }
    }

    List<DecodedEvent<E>> decode(RecordedEvent event) {
        if (!subscription.codec.knows(event.type())) {
            if (subscription.passesOverUnknown) {
                return List.of();
            }
            throw new UnknownEventType(event);
        }
        return subscription.codec.decode(event).stream()
                .map(e -> new DecodedEvent<>(e, event, isReplaying(event)))
                .toList();
    }

    /** The checkpoint at the end of a page, as what is committed with its events. */
    private Delivery.Commit to(Cursor after, List<ParkedEvent> setAside) {
        return new Delivery.Commit() {
            @Override
            public void alone() {
                if (setAside.isEmpty() && isTooEarly(subscription.checkpointAfter.toNanos())) {
                    return;
                }
                worker.store.advance(new Step(claim, committed, after, setAside));
                at(after);
            }

            @Override
            public void in(Connection connection) {
                worker.store.advance(connection, new Step(claim, committed, after, setAside));
            }
        };
    }

    private boolean isTooEarly(long interval) {
        return System.nanoTime() - committedNanos < interval;
    }

    /** What was handled is behind; its checkpoint is written, or may be later. */
    private void arrived(Cursor after, int events) {
        careful = Math.max(0, careful - events);
        if (!subscription.delivery.mayDeferCheckpoint()) {
            at(after);
        }
        cursor = after;
    }

    /** Goes on over a page of which nothing is to be handled. */
    void pass(LogPage page, List<ParkedEvent> behind) {
        careful = Math.max(0, careful - page.events().size());
        cursor = page.searched();
        if (!behind.isEmpty() || !isTooEarly(PASSING_NANOS)) {
            advance(page.searched(), behind);
        }
    }

    void advance(Cursor after, List<ParkedEvent> setAside) {
        worker.store.advance(new Step(claim, committed, after, setAside));
        at(after);
    }

    /** Writes a checkpoint that was put off. */
    void flush() {
        if (isBehind()) {
            advance(here(), List.of());
        }
    }

    private void failed(LogPage page, List<RecordedEvent> wanted, HandlingFailed failure) throws InterruptedException {
        RecordedEvent event = failure.at < 0 ? null : wanted.get(failure.at);
        boolean stopped = failure.reason == null;
        if (stopped && !subscription.delivery.isDoneOneByOne()) {
            return;
        }
        if (failure.reason instanceof InterruptedException interrupted && worker.isStopping()) {
            throw interrupted;
        }
        if (!stopped) {
            // If the log cannot be reached, the event is not to blame: this throws what is.
            checkLease();
        }
        if (page.events().size() > 1) {
            int at = event == null ? page.events().size() - 1 : page.events().indexOf(event);
            if (!subscription.delivery.isDoneOneByOne()) {
                careful = at + 1;
            } else {
                careful = stopped ? 0 : 1;
                keep(page.events().subList(0, at));
            }
            return;
        }
        if (failure.reason != null && event != null) {
            decide(page, event, failure.reason);
        }
    }

    private void checkLease() {
        var renewal = new ConsumerStore.Renewal(claim, worker.report());
        long asked = System.nanoTime();
        if (worker.store.renew(List.of(renewal), worker.options.lease()).isEmpty()) {
            throw new LeaseLost(claim.name(), claim.token());
        }
        worker.renewed(claim, asked);
    }

    /** Writes the checkpoint after the first events of a page, which were handled. */
    private void keep(List<RecordedEvent> done) {
        if (done.isEmpty()) {
            return;
        }
        LogPage again = page(here(), done.size());
        List<UUID> ids = again.events().stream().map(RecordedEvent::id).toList();
        // If some were removed meanwhile, the page reaches further than what was handled.
        if (ids.equals(done.stream().map(RecordedEvent::id).toList())) {
            List<ParkedEvent> behind = new ArrayList<>();
            for (RecordedEvent event : done) {
                if (isParked(event.stream())) {
                    behind.add(behind(event));
                }
            }
            worker.handled.addAndGet(done.size() - behind.size());
            advance(again.searched(), behind);
        }
    }

    void decide(LogPage page, RecordedEvent event, Throwable reason) throws InterruptedException {
        failures = event.id().equals(failing) ? failures + 1 : 1;
        failing = event.id();
        FailurePolicy policy = subscription.policy;
        String why = describe(reason);
        ParkedEvent.Cause cause =
                policy.end() == FailurePolicy.End.SKIP ? ParkedEvent.Cause.SKIPPED : ParkedEvent.Cause.FAILED;
        ParkedEvent failed = ParkedEvent.of(event, cause, why, failures, worker.store.now());
        worker.tell(() -> worker.options.listener().failed(claim.name(), failed, reason));
        if (failures <= policy.retries()) {
            worker.say(State.RETRYING, where(event) + ", attempt " + failures + ": " + why);
            worker.awaitUnlessStopped(policy.pauseNanos(failures, worker.random));
            return;
        }
        failing = null;
        if (policy.end() == FailurePolicy.End.FAIL) {
            halt("It gave up at " + where(event) + " after " + failures + (failures == 1 ? " attempt: " : " attempts: ")
                    + why + ". Mend what fails, and resume it.");
            return;
        }
        careful = 0;
        cursor = page.searched();
        advance(page.searched(), List.of(failed));
        if (failed.waits()) {
            parked.add(event.stream());
        }
    }

    static String describe(Throwable reason) {
        return reason.getMessage() == null
                ? reason.getClass().getName()
                : reason.getClass().getSimpleName() + ": " + reason.getMessage();
    }

    private static String where(RecordedEvent event) {
        return event.type() + " in " + event.stream() + " at version " + event.version() + " (position "
                + event.position() + ")";
    }
}
