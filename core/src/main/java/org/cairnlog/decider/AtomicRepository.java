// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import static org.cairnlog.log.ExpectedVersion.any;

import java.util.List;
import java.util.function.UnaryOperator;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.LogTransaction;
import org.cairnlog.log.StreamInfo;

/**
 * A repository that decides over a query too: what a decision rests on is then everything that matches, in whatever
 * streams it is.
 *
 * @param <C> the commands
 * @param <S> the state
 * @param <E> the root of the events
 */
public class AtomicRepository<C, S, E> extends Repository<C, S, E> {
    final AtomicEventLog atomic;
    final UnaryOperator<Append> adding;

    AtomicRepository(AtomicEventLog log, Model<C, S, E> model, Patience patience, UnaryOperator<Append> adding) {
        super(log, model, patience);
        this.atomic = log;
        this.adding = adding;
    }

    /**
     * The log that it decides on.
     *
     * @return the log that it was made with
     */
    public AtomicEventLog log() {
        return atomic;
    }

    @Override
    AtomicRepository<C, S, E> with(Model<C, S, E> model, Patience patience) {
        return new AtomicRepository<>(atomic, model, patience, adding);
    }

    @Override
    public AtomicRepository<C, S, E> retryingConflicts(int times) {
        return (AtomicRepository<C, S, E>) super.retryingConflicts(times);
    }

    @Override
    public AtomicRepository<C, S, E> pausing(Backoff backoff) {
        return (AtomicRepository<C, S, E>) super.pausing(backoff);
    }

    @Override
    public AtomicRepository<C, S, E> enriching(UnaryOperator<EventData> enriching) {
        return (AtomicRepository<C, S, E>) super.enriching(enriching);
    }

    @Override
    public AtomicRepository<C, S, E> snapshots(StateCodec<S> codec, SnapshotPolicy policy) {
        return (AtomicRepository<C, S, E>) super.snapshots(codec, policy);
    }

    @Override
    public AtomicRepository<C, S, E> snapshots(Snapshots<S> snapshots) {
        return (AtomicRepository<C, S, E>) super.snapshots(snapshots);
    }

    /**
     * Adds to each append, those in transactions included: a label, a guard, a condition, an event on another stream.
     *
     * @param adding makes the append that is stored, each time it is decided; after what was said before. It may throw
     *     to stop the decision
     * @return a repository that does so
     */
    public AtomicRepository<C, S, E> adding(UnaryOperator<Append> adding) {
        return new AtomicRepository<>(atomic, model, patience, append -> adding.apply(this.adding.apply(append)));
    }

    @Override
    public TransactionRepository<C, S, E> in(LogTransaction transaction) {
        return new TransactionRepository<>(transaction, model, adding);
    }

    @Override
    Appended store(Append append) {
        return atomic.append(adding.apply(append));
    }

    /**
     * Executes a command on what matches a query: reads it, decides, and appends unless another event matches by then.
     *
     * @param query what the decision rests on
     * @param id the stream of the category that gets the events
     * @param command what is wanted
     * @return what came of it
     * @throws IllegalArgumentException if the query asks for a time or for metadata, which no condition can
     * @throws Rejected if the decider refuses the command
     * @throws org.cairnlog.log.Conflict if somebody else was faster the last time too
     * @throws org.cairnlog.log.StreamDeleted if the stream was deleted and something is to happen on it
     * @throws org.cairnlog.log.OutcomeUnknown as {@link #execute(String, Object)}
     * @throws org.cairnlog.codec.UnknownEventType as {@link #load(EventQuery)}
     * @throws org.cairnlog.codec.UndecodableEvent as {@link #load(EventQuery)}
     */
    public Executed<S, E> execute(EventQuery query, String id, C command) {
        Model.checkCondition(query);
        StreamId stream = model.stream(id);
        return decide(
                new Boundary<>() {
                    @Override
                    public StreamId stream() {
                        return stream;
                    }

                    @Override
                    public Fold<S, E> read() {
                        return AtomicRepository.this.read(atomic.read(query).iterator());
                    }

                    @Override
                    public Append append(Fold<S, E> seen, List<EventData> events) {
                        return Append.to(stream, any(), events).unless(query, seen.cursor());
                    }

                    @Override
                    public void appended(Fold<S, E> seen, Append append, long version, S after) {
                        // A query has no version, so there is nothing that a snapshot could be of.
                    }

                    @Override
                    public Executed<S, E> unchanged(Fold<S, E> seen, int retries) {
                        long version =
                                atomic.stream(stream).map(StreamInfo::version).orElse(0L);
                        return new Executed<>(seen.state(), List.of(), version, seen.cursor(), retries);
                    }
                },
                command);
    }
}
