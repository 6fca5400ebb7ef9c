// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.exactly;

import java.util.List;
import java.util.function.UnaryOperator;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.LogEvents;
import org.cairnlog.log.LogTransaction;

/**
 * A repository inside a transaction; see {@link Repository#in}. It decides once: who was slower is told by the commit,
 * and then the whole transaction is done again. For use by one thread.
 *
 * @param <C> the commands
 * @param <S> the state
 * @param <E> the root of the events
 */
public final class TransactionRepository<C, S, E> {
    private final LogTransaction transaction;
    private final Model<C, S, E> model;
    private final UnaryOperator<Append> adding;

    TransactionRepository(LogTransaction transaction, Model<C, S, E> model, UnaryOperator<Append> adding) {
        this.transaction = transaction;
        this.model = model;
        this.adding = adding;
    }

    /**
     * Executes a command on a stream.
     *
     * @param id which of the category's streams
     * @param command what is wanted
     * @return what comes of it if the transaction commits
     * @throws Rejected if the decider refuses the command; let it roll the transaction back, or catch it and go on
     * @throws org.cairnlog.codec.UnknownEventType if the stream holds what the codec does not know
     * @throws org.cairnlog.codec.UndecodableEvent if the stream holds what the codec cannot read
     */
    public Decided<S, E> execute(String id, C command) {
        StreamId stream = model.stream(id);
        Fold<S, E> seen = model.load(transaction::read, stream, Long.MAX_VALUE);
        List<E> events = model.decide(command, seen.state());
        if (events.isEmpty()) {
            return new Decided<>(seen.state(), events, seen.version());
        }
        append(Append.to(stream, exactly(seen.version()), model.encode(events)));
        return new Decided<>(model.after(seen.state(), events), events, seen.version() + events.size());
    }

    /**
     * Executes a command on what matches a query, what the transaction has appended included.
     *
     * @param query what the decision rests on
     * @param id the stream of the category that gets the events
     * @param command what is wanted
     * @return what comes of it if the transaction commits
     * @throws IllegalArgumentException if the query asks for a time or for metadata, which no condition can
     * @throws Rejected if the decider refuses the command; let it roll the transaction back, or catch it and go on
     * @throws org.cairnlog.codec.UnknownEventType as {@link Repository#load(EventQuery)}
     * @throws org.cairnlog.codec.UndecodableEvent as {@link Repository#load(EventQuery)}
     */
    public Decided<S, E> execute(EventQuery query, String id, C command) {
        Model.checkCondition(query);
        LogEvents read = transaction.read(query);
        S state = model.fold(read).state();
        List<E> events = model.decide(command, state);
        if (!events.isEmpty()) {
            append(Append.to(model.stream(id), any(), model.encode(events)).unless(query, read.cursor()));
        }
        return new Decided<>(model.after(state, events), events, 0);
    }

    private void append(Append append) {
        transaction.append(adding.apply(append));
    }

    /**
     * The state of a stream, with what the transaction has appended.
     *
     * @param id which of the category's streams
     * @return the state; that nobody has written to the stream is an answer and no error
     * @throws org.cairnlog.codec.UnknownEventType if the stream holds what the codec does not know
     * @throws org.cairnlog.codec.UndecodableEvent if the stream holds what the codec cannot read
     */
    public Loaded<S> load(String id) {
        return model.load(transaction::read, model.stream(id), Long.MAX_VALUE).loaded();
    }

    /**
     * The state that the events of a query make, with what the transaction has appended.
     *
     * @param query which events
     * @return the state, and the point of the log up to which stored events are in it
     * @throws org.cairnlog.codec.UnknownEventType as {@link Repository#load(EventQuery)}
     * @throws org.cairnlog.codec.UndecodableEvent as {@link Repository#load(EventQuery)}
     */
    public Seen<S> load(EventQuery query) {
        LogEvents read = transaction.read(query);
        Fold<S, E> fold = model.fold(read);
        fold.endsAt(read.cursor());
        return fold.seen();
    }
}
