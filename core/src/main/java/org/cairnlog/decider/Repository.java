// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import static org.cairnlog.log.ExpectedVersion.exactly;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.event.CairnException;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Limits;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.AppendInterrupted;
import org.cairnlog.log.Appended;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.Conflict;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.EventLog;
import org.cairnlog.log.LogBusy;
import org.cairnlog.log.LogIterator;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.LogTransaction;
import org.cairnlog.log.LogUnavailable;
import org.cairnlog.log.OutcomeUnknown;
import org.cairnlog.log.Removal;
import org.cairnlog.log.StreamIterator;

/**
 * Loads a state, lets a decider decide, and appends what it decided unless something has changed since; then it loads
 * and decides again. Each stream of one category has a state of its own. Immutable and safe for use by many threads.
 *
 * {@snippet :
 * var accounts = Repository.of(log, "account", new Account(), codec);
 * Executed<State, AccountEvent> executed = accounts.execute("42", new Deposit(100));
 * State now = accounts.load("42").state();
 * }
 *
 * <p>A log that stores many streams at once gives an {@link AtomicRepository}, which decides over queries too.
 *
 * @param <C> the commands
 * @param <S> the state
 * @param <E> the root of the events
 */
public class Repository<C, S, E> {
    private static final int RETRIES = 10;
    private static final int REPEATS = 10;

    final EventLog log;
    final Model<C, S, E> model;
    final Patience patience;

    /** How often to try again, and how to wait before. */
    record Patience(int retries, Backoff backoff) {
        static final Patience STANDARD = new Patience(RETRIES, Backoff.STANDARD);

        /** Appends; while nobody can tell whether that worked, appends the same again, which stores it once. */
        Appended settled(EventLog log, Supplier<Appended> append) {
            try {
                return append.get();
            } catch (OutcomeUnknown unknown) {
                for (int failures = 1; ; failures++) {
                    tryAgain(failures, REPEATS, unknown);
                    try {
                        return log.repeat(unknown);
                    } catch (OutcomeUnknown | LogUnavailable | LogBusy | AppendInterrupted still) {
                        // The repeat stored nothing. Whether the first time did is as unknown as before.
                        unknown.addSuppressed(still);
                    }
                }
            }
        }

        /** Waits, or throws what went wrong if that was often enough. */
        void tryAgain(int failures, int most, CairnException failure) {
            if (failures > most) {
                throw failure;
            }
            try {
                backoff.pause(failures);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw failure;
            }
        }
    }

    Repository(EventLog log, Model<C, S, E> model, Patience patience) {
        this.log = log;
        this.model = model;
        this.patience = patience;
    }

    /**
     * The states of a category's streams.
     *
     * @param log where their events are
     * @param category the category of the streams
     * @param decider decides, and says how events change a state
     * @param codec knows every type of event that such a stream may hold
     * @param <C> the commands
     * @param <S> the state
     * @param <E> the root of the events
     * @return the repository
     */
    public static <C, S, E> Repository<C, S, E> of(
            EventLog log, String category, Decider<C, S, E> decider, EventCodec<E> codec) {
        return new Repository<>(log, Model.of(category, decider, codec), Patience.STANDARD);
    }

    /**
     * The states of a category's streams, and of queries.
     *
     * @param log where their events are
     * @param category the category of the streams
     * @param decider decides, and says how events change a state
     * @param codec knows every type of event that such a stream may hold
     * @param <C> the commands
     * @param <S> the state
     * @param <E> the root of the events
     * @return the repository
     */
    public static <C, S, E> AtomicRepository<C, S, E> of(
            AtomicEventLog log, String category, Decider<C, S, E> decider, EventCodec<E> codec) {
        return new AtomicRepository<>(
                log, Model.of(category, decider, codec), Patience.STANDARD, UnaryOperator.identity());
    }

    /** A copy with other settings. */
    Repository<C, S, E> with(Model<C, S, E> model, Patience patience) {
        return new Repository<>(log, model, patience);
    }

    /**
     * Loads and decides again if somebody else was faster, more or less often than 10 times.
     *
     * @param times how often at most, besides the first time; 0 or more
     * @return a repository with that patience
     * @throws IllegalArgumentException if the number is negative
     */
    public Repository<C, S, E> retryingConflicts(int times) {
        if (times < 0) {
            throw new IllegalArgumentException("A decision cannot be made again " + times + " times; say 0 or more.");
        }
        return with(model, new Patience(times, patience.backoff()));
    }

    /**
     * Waits in another way before it tries again.
     *
     * @param backoff in place of {@link Backoff#STANDARD}
     * @return a repository that waits so
     */
    public Repository<C, S, E> pausing(Backoff backoff) {
        return with(model, new Patience(patience.retries(), backoff));
    }

    /**
     * Adds to each event before it is appended, for example metadata or tags. It must keep the id.
     *
     * @param enriching makes the event that is stored; after what was said before
     * @return a repository that does so
     */
    public Repository<C, S, E> enriching(UnaryOperator<EventData> enriching) {
        return with(model.enriching(enriching), patience);
    }

    /**
     * Takes snapshots, and loads from them: beside the events, where the log keeps them.
     *
     * @param codec turns states into bytes
     * @param policy when to take one
     * @return a repository with snapshots
     * @throws IllegalArgumentException if the log keeps none; then say where, with {@link #snapshots(Snapshots)}
     */
    public Repository<C, S, E> snapshots(StateCodec<S> codec, SnapshotPolicy policy) {
        return snapshots(Snapshots.of(SnapshotStore.of(log), codec, policy));
    }

    /**
     * Takes snapshots, and loads from them. They are of streams only: a decision over a query reads all of it, and one
     * in a transaction takes none.
     *
     * @param snapshots which, and where they are kept
     * @return a repository with snapshots
     */
    public Repository<C, S, E> snapshots(Snapshots<S> snapshots) {
        return with(model.snapshots(snapshots), patience);
    }

    /**
     * Executes a command on a stream.
     *
     * @param id which of the category's streams
     * @param command what is wanted
     * @return what came of it
     * @throws Rejected if the decider refuses the command
     * @throws Conflict if somebody else was faster the last time too
     * @throws org.cairnlog.log.StreamDeleted if the stream was deleted and something is to happen on it
     * @throws OutcomeUnknown if nobody can tell whether the events are stored, though it was tried to find out for
     *     some time. Give it to {@link EventLog#repeat} before the command is executed again
     * @throws org.cairnlog.codec.UnknownEventType if the stream holds what the codec does not know
     * @throws org.cairnlog.codec.UndecodableEvent if the stream holds what the codec cannot read
     * @throws LogBusy if the log had no time for it; nothing was stored
     * @throws AppendInterrupted if the thread was interrupted while the append waited; nothing was stored
     */
    public Executed<S, E> execute(String id, C command) {
        StreamId stream = model.stream(id);
        return decide(
                new Boundary<>() {
                    @Override
                    public StreamId stream() {
                        return stream;
                    }

                    @Override
                    public Fold<S, E> read() {
                        return Repository.this.read(stream);
                    }

                    @Override
                    public Append append(Fold<S, E> seen, List<EventData> events) {
                        return Append.to(stream, exactly(seen.version()), events);
                    }

                    @Override
                    public void appended(Fold<S, E> seen, Append append, long version, S after) {
                        model.appended(seen, append, version, after);
                    }

                    @Override
                    public Executed<S, E> unchanged(Fold<S, E> seen, int retries) {
                        return new Executed<>(seen.state(), List.of(), seen.version(), log.head(), retries);
                    }
                },
                command);
    }

    /** Reads, decides and appends, until nobody comes between. A round that failed has moved nothing. */
    Executed<S, E> decide(Boundary<S, E> boundary, C command) {
        for (int retries = 0; ; retries++) {
            Fold<S, E> seen = boundary.read();
            List<E> events = model.decide(command, seen.state());
            if (events.isEmpty()) {
                return boundary.unchanged(seen, retries);
            }
            Append append = boundary.append(seen, model.encode(events));
            try {
                Appended appended = append(append);
                S after = model.after(seen.state(), events);
                long version = appended.version(boundary.stream());
                boundary.appended(seen, append, version, after);
                return new Executed<>(after, events, version, appended.cursor(), retries);
            } catch (Conflict conflict) {
                patience.tryAgain(retries + 1, patience.retries(), conflict);
            }
        }
    }

    Appended append(Append append) {
        return patience.settled(log, () -> store(append));
    }

    Appended store(Append append) {
        StreamId stream = append.events().getFirst().stream();
        List<EventData> events =
                append.events().stream().map(Append.NewEvent::event).toList();
        return log.append(stream, append.expected(stream), events);
    }

    Fold<S, E> read(StreamId stream) {
        return model.load(log::read, stream, Long.MAX_VALUE);
    }

    /**
     * The state of a stream as it is now.
     *
     * @param id which of the category's streams
     * @return the state; that nobody has written to the stream is an answer and no error
     * @throws org.cairnlog.codec.UnknownEventType if the stream holds what the codec does not know
     * @throws org.cairnlog.codec.UndecodableEvent if the stream holds what the codec cannot read
     */
    public Loaded<S> load(String id) {
        return read(model.stream(id)).loaded();
    }

    /**
     * The state of a stream as it was at a version.
     *
     * @param id which of the category's streams
     * @param version from 1; beyond the last it is the state as it is now
     * @return the state, and the version that it is of
     * @throws IllegalArgumentException if the version is less than 1, or was removed
     * @throws org.cairnlog.codec.UnknownEventType if the stream holds what the codec does not know
     * @throws org.cairnlog.codec.UndecodableEvent if the stream holds what the codec cannot read
     */
    public Loaded<S> load(String id, long version) {
        return model.load(log::read, model.stream(id), version).loaded();
    }

    /**
     * The state of a stream as it was when the log ended at a point.
     *
     * @param id which of the category's streams
     * @param at a point of the log, for example {@link EventLog#cursorAt(java.time.Instant)}
     * @return the state, and the version that it is of
     * @throws IllegalArgumentException if the events up to there were removed
     * @throws org.cairnlog.log.CursorFromAnotherHistory if it is not a point of this log
     * @throws org.cairnlog.codec.UnknownEventType if the stream holds what the codec does not know
     * @throws org.cairnlog.codec.UndecodableEvent if the stream holds what the codec cannot read
     */
    public Loaded<S> load(String id, Cursor at) {
        Fold<S, E> fold = model.initial();
        StreamId stream = model.stream(id);
        LogIterator events = log.read(EventQuery.streams(stream)).upTo(at).iterator();
        events.forEachRemaining(fold::ofStream);
        if (fold.events() == 0 && events.husks() > 0) {
            throw new IllegalArgumentException(
                    "The stream " + stream + " has no state at that point any more: its events"
                            + " up to there were removed. Ask for a later point.");
        }
        return fold.loaded();
    }

    /**
     * The state that the events of a query make. Events of other categories whose type the codec does not know are
     * passed over, as are those that delete streams.
     *
     * @param query which events
     * @return the state, and the point of the log that it is of
     * @throws org.cairnlog.codec.UnknownEventType if a stream of the repository's own category holds what the codec
     *     does not know
     * @throws org.cairnlog.codec.UndecodableEvent if one of the events cannot be read
     */
    public Seen<S> load(EventQuery query) {
        return read(log.read(query).iterator()).seen();
    }

    /**
     * The state that the events of a query made when the log ended at a point.
     *
     * @param query which events
     * @param at a point of the log
     * @return the state
     * @throws org.cairnlog.log.CursorFromAnotherHistory if it is not a point of this log
     */
    public Seen<S> load(EventQuery query, Cursor at) {
        return read(log.read(query).upTo(at).iterator()).seen();
    }

    Fold<S, E> read(LogIterator events) {
        Fold<S, E> fold = model.initial();
        events.forEachRemaining(event -> fold.ofQuery(event, model.category()));
        fold.endsAt(events.cursor());
        return fold;
    }

    /**
     * Closes the books of a stream: appends an event that carries the whole state, a baseline, and removes the events
     * before it. If something fails after the append, call it again: it goes on with the removal.
     *
     * @param id which of the category's streams
     * @param baseline the event that leads from the initial state to this one
     * @param maintenance removes; of this repository's log
     * @param reason why; not personal, it is kept
     * @return what was removed; empty if there is no state to carry, and then nothing was done
     * @throws IllegalArgumentException if the event does not lead to an equal state, or the reason is empty or too
     *     long; then nothing was done
     * @throws Conflict if somebody else was faster the last time too
     * @throws OutcomeUnknown as {@link #execute}
     */
    public Optional<Removal> closeTheBooks(
            String id, Function<S, E> baseline, LogMaintenance maintenance, String reason) {
        Limits.text("reason of a removal", reason, log.limits().labelBytes());
        StreamId stream = model.stream(id);
        for (int failures = 1; ; failures++) {
            Fold<S, E> seen = read(stream);
            if (!seen.loaded().found()) {
                return Optional.empty();
            }
            try {
                if (!endsWithBaseline(stream)) {
                    EventData carrying = model.baseline(stream, seen, baseline);
                    append(Append.to(stream, exactly(seen.version()), carrying));
                    return Optional.of(maintenance.truncate(stream, seen.version() + 1, reason));
                }
                return Optional.of(maintenance.truncate(stream, seen.version(), reason));
            } catch (Conflict conflict) {
                patience.tryAgain(failures, patience.retries(), conflict);
            }
        }
    }

    private boolean endsWithBaseline(StreamId stream) {
        StreamIterator last = log.read(stream).backward().limit(1).iterator();
        return last.hasNext() && last.next().data().baseline();
    }

    /**
     * The same repository inside a transaction: it sees what the transaction has appended, and what it appends is
     * stored when the transaction commits. Conflicts come from the commit, so it is the whole transaction that is done
     * again.
     *
     * @param transaction a transaction of this repository's log
     * @return for use by the transaction's thread, until it ends
     */
    public TransactionRepository<C, S, E> in(LogTransaction transaction) {
        return new TransactionRepository<>(transaction, model, UnaryOperator.identity());
    }
}
