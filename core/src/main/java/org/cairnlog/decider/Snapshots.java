// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.jspecify.annotations.Nullable;

/**
 * Which snapshots a repository takes, and where it keeps them. They are taken after the commit; one that fails is
 * logged and counted, and fails nothing. Safe for use by many threads.
 *
 * @param <S> the state
 */
public final class Snapshots<S> {
    private static final System.Logger LOGGER = System.getLogger(Snapshots.class.getName());

    private final SnapshotStore store;
    private final StateCodec<S> codec;
    private final SnapshotPolicy policy;
    private final Executor executor;
    private final InstantSource clock;
    private final AtomicLong taken;
    private final AtomicLong failures;

    /** A snapshot that could be read. */
    record Kept<S>(Snapshot snapshot, S state) {}

    private Snapshots(
            SnapshotStore store,
            StateCodec<S> codec,
            SnapshotPolicy policy,
            Executor executor,
            InstantSource clock,
            AtomicLong taken,
            AtomicLong failures) {
        this.store = store;
        this.codec = codec;
        this.policy = policy;
        this.executor = executor;
        this.clock = clock;
        this.taken = taken;
        this.failures = failures;
    }

    /**
     * Snapshots that are taken by the thread that has appended, before it gets its answer.
     *
     * @param store where they are kept
     * @param codec turns states into bytes
     * @param policy when to take one
     * @param <S> the state
     * @return what to give to {@link Repository#snapshots(Snapshots)}
     */
    public static <S> Snapshots<S> of(SnapshotStore store, StateCodec<S> codec, SnapshotPolicy policy) {
        return new Snapshots<>(
                store, codec, policy, Runnable::run, SystemTime.CLOCK, new AtomicLong(), new AtomicLong());
    }

    /**
     * Takes them elsewhere, so that the thread that has appended need not wait.
     *
     * @param executor runs each taking; one that it refuses counts as failed
     * @return snapshots with the same counts
     */
    public Snapshots<S> inBackground(Executor executor) {
        return new Snapshots<>(store, codec, policy, executor, clock, taken, failures);
    }

    /**
     * Takes the time from a clock.
     *
     * @param clock tells how old a snapshot is
     * @return snapshots with the same counts
     */
    public Snapshots<S> clock(InstantSource clock) {
        return new Snapshots<>(store, codec, policy, executor, clock, taken, failures);
    }

    /**
     * How many snapshots have been taken.
     *
     * @return since this was made; not those that found a newer one in their place
     */
    public long taken() {
        return taken.get();
    }

    /**
     * How often a snapshot could not be read or taken.
     *
     * @return since this was made; each time was logged as a warning
     */
    public long failures() {
        return failures.get();
    }

    /** The latest snapshot of a stream; empty if there is none or it cannot be looked for. */
    Optional<Snapshot> latest(StreamId stream) {
        try {
            return store.latest(stream, codec.schema());
        } catch (RuntimeException e) {
            failed("found", stream, e);
            return Optional.empty();
        }
    }

    /** What a snapshot holds; null if it cannot be read. */
    @Nullable Kept<S> read(Snapshot snapshot) {
        try {
            return new Kept<>(snapshot, codec.decode(snapshot.state()));
        } catch (RuntimeException e) {
            failed("read", snapshot.stream(), e);
            return null;
        }
    }

    /** Takes a snapshot after an append, if it is wanted, or if the one before was of no use. */
    void appended(Fold<S, ?> before, Append append, long version, S state) {
        StreamId stream = append.events().getFirst().stream();
        try {
            Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
            Snapshot useless = before.uselessSnapshot();
            if (useless != null || policy.wants(moment(before, append, version, now))) {
                UUID last = append.events().getLast().event().id();
                executor.execute(() -> take(useless, stream, version, last, now, state));
            }
        } catch (RuntimeException e) {
            failed("taken", stream, e);
        }
    }

    private static SnapshotPolicy.Moment moment(Fold<?, ?> before, Append append, long version, Instant now) {
        Snapshot snapshot = before.snapshot();
        List<String> types =
                append.events().stream().map(event -> event.event().type()).toList();
        return new SnapshotPolicy.Moment(
                append.events().getFirst().stream(),
                before.version(),
                version,
                types,
                before.events() + types.size(),
                before.bytes() + append.size(),
                Optional.ofNullable(snapshot).map(last -> Duration.between(last.takenAt(), now)));
    }

    private void take(@Nullable Snapshot useless, StreamId stream, long version, UUID event, Instant now, S state) {
        try {
            if (useless != null) {
                store.discard(useless);
            }
            byte[] bytes = codec.encode(state);
            if (store.save(new Snapshot(stream, codec.schema(), version, event, now, bytes))) {
                taken.incrementAndGet();
            }
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            failed("taken", stream, e);
        }
    }

    private void failed(String what, StreamId stream, Throwable e) {
        failures.incrementAndGet();
        LOGGER.log(
                System.Logger.Level.WARNING,
                "A snapshot of " + stream + ", schema " + codec.schema() + ", could not be " + what
                        + ". Nothing is lost: the state is made from the events.",
                e);
    }
}
