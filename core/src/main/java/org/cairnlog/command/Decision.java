// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.command;

import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.cairnlog.decider.AtomicRepository;
import org.cairnlog.decider.Executed;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.log.Append;
import org.cairnlog.log.AtomicEventLog;

/** Where a command is to be decided: by which repository, on what. Nothing has been read or decided yet. */
public final class Decision {
    private final AtomicEventLog log;
    private final BiFunction<UnaryOperator<EventData>, UnaryOperator<Append>, Executed<?, ?>> execution;

    private Decision(
            AtomicEventLog log, BiFunction<UnaryOperator<EventData>, UnaryOperator<Append>, Executed<?, ?>> execution) {
        this.log = log;
        this.execution = execution;
    }

    /**
     * A decision on a stream, as {@link AtomicRepository#execute(String, Object)} makes it.
     *
     * @param repository decides; the reply is kept in its log
     * @param id which of its category's streams
     * @param command what is wanted
     * @param <C> the decider's commands
     * @param <S> the state
     * @param <E> the root of the events
     * @return the decision to make
     */
    public static <C, S, E> Decision on(AtomicRepository<C, S, E> repository, String id, C command) {
        return new Decision(
                repository.log(),
                (enriching, adding) ->
                        repository.enriching(enriching).adding(adding).execute(id, command));
    }

    /**
     * A decision on what matches a query, as {@link AtomicRepository#execute(EventQuery, String, Object)} makes it.
     *
     * @param repository decides; the reply is kept in its log
     * @param query what the decision rests on
     * @param id the stream of its category that gets the events
     * @param command what is wanted
     * @param <C> the decider's commands
     * @param <S> the state
     * @param <E> the root of the events
     * @return the decision to make
     */
    public static <C, S, E> Decision on(AtomicRepository<C, S, E> repository, EventQuery query, String id, C command) {
        return new Decision(
                repository.log(),
                (enriching, adding) ->
                        repository.enriching(enriching).adding(adding).execute(query, id, command));
    }

    AtomicEventLog log() {
        return log;
    }

    Executed<?, ?> execute(UnaryOperator<EventData> enriching, UnaryOperator<Append> adding) {
        return execution.apply(enriching, adding);
    }
}
