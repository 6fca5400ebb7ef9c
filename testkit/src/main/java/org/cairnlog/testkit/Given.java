// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.util.ArrayList;
import java.util.List;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.decider.Decider;
import org.cairnlog.decider.Rejected;
import org.cairnlog.log.TransactionalEventLog;

/**
 * Tests of a decider, without a log: what happened, what is wanted, what is to come of it. Immutable.
 *
 * {@snippet :
 * given(new Account()).events(new Opened("ada"), new Deposited(100)).when(new Withdraw(30)).then(new Withdrawn(30));
 * given(new Account()).events(new Opened("ada")).when(new Withdraw(30)).rejected("insufficient-funds");
 * }
 *
 * <p>Every decision is made twice, so that a decider that is not pure is found out. Events and states are compared with
 * {@code equals}.
 *
 * @param <C> the commands
 * @param <S> the state
 * @param <E> the root of the events
 */
public final class Given<C, S, E> {
    private final Decider<C, S, E> decider;
    private final S state;
    private final List<String> story;

    private Given(Decider<C, S, E> decider, S state, List<String> story) {
        this.decider = decider;
        this.state = state;
        this.story = List.copyOf(story);
    }

    /**
     * A decider to which nothing has happened.
     *
     * @param decider under test
     * @param <C> the commands
     * @param <S> the state
     * @param <E> the root of the events
     * @return where its tests begin
     */
    public static <C, S, E> Given<C, S, E> given(Decider<C, S, E> decider) {
        S initial = decider.initial();
        Differences.require(
                initial.equals(decider.initial()),
                "initial() must give an equal state each time, and gave " + initial + " and " + decider.initial());
        return new Given<>(decider, initial, List.of("nothing has happened"));
    }

    /**
     * A decider over a query: its events go through the codec into a log in memory, so that tags and queries are tested
     * too.
     *
     * @param category of the streams that get the events
     * @param decider under test
     * @param codec knows the events
     * @param <C> the commands
     * @param <S> the state
     * @param <E> the root of the events
     * @return where its tests begin
     */
    public static <C, S, E> GivenLog<C, S, E> given(String category, Decider<C, S, E> decider, EventCodec<E> codec) {
        return new GivenLog<>(category, decider, codec);
    }

    /**
     * A log in which nothing has happened, for tests of what follows it.
     *
     * @param log empty, with the tables of the read models beside it; stays open
     * @param codec writes the events
     * @param <E> the root of the events
     * @return where the tests of a projection begin
     */
    public static <E> GivenEvents<E> given(TransactionalEventLog log, EventCodec<E> codec) {
        return new GivenEvents<>(log, codec);
    }

    /**
     * These have happened, after those before.
     *
     * @param events in order
     * @return the state that they lead to
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is read only
    public final Given<C, S, E> events(E... events) {
        return events(List.of(events));
    }

    /**
     * These have happened, after those before.
     *
     * @param events in order
     * @return the state that they lead to
     */
    public Given<C, S, E> events(List<? extends E> events) {
        S after = state;
        List<String> all = new ArrayList<>(story);
        for (E event : events) {
            after = decider.evolve(after, event);
            all.add(event.toString());
        }
        return new Given<>(decider, after, all);
    }

    /**
     * The state that the events lead to.
     *
     * @return the state as the decider's {@code evolve} made it
     */
    public S state() {
        return state;
    }

    /**
     * Checks the state that the events lead to.
     *
     * @param expected the state
     * @return this
     * @throws AssertionError if it is another one
     */
    public Given<C, S, E> state(S expected) {
        Differences.same("state", story, List.of(expected), List.of(state));
        return this;
    }

    /**
     * Lets the decider decide.
     *
     * @param command what is wanted
     * @return what comes of it
     */
    public Outcome<C, S, E> when(C command) {
        List<String> all = new ArrayList<>(story);
        all.add("when " + command);
        try {
            List<E> events = List.copyOf(decider.decide(command, state));
            List<E> again = List.copyOf(decider.decide(command, state));
            Differences.require(
                    events.equals(again),
                    "decide() must be pure, and decided " + events + " and then " + again + " on the same state");
            return new Outcome<>(new Given<>(decider, state, all), events, null);
        } catch (Rejected rejected) {
            return new Outcome<>(new Given<>(decider, state, all), List.of(), rejected);
        }
    }

    List<String> story() {
        return story;
    }
}
