// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.decider.AtomicRepository;
import org.cairnlog.decider.Decider;
import org.cairnlog.decider.Repository;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.ExpectedVersion;

/** What the contracts of a repository have: purses in a log, and rivals that come between reading and appending. */
public abstract class RepositoryContract extends AtomicLogContract {
    static final StreamId PURSE = StreamId.of("purse", "p");
    static final StreamId OTHER = StreamId.of("purse", "q");

    /** Everything that belongs to ada. */
    static final EventQuery ADAS = EventQuery.tags("owner:ada");

    /** The back-off notes how often it failed, and no time passes. */
    final List<Integer> pauses = new ArrayList<>();

    /** For the contracts of this package. */
    RepositoryContract() {}

    /**
     * Makes the repository under test.
     *
     * @param log its log
     * @param decider decides
     * @param codec knows the events
     * @param <C> the commands
     * @param <S> the state
     * @param <E> the root of the events
     * @return a repository of the category "purse"
     */
    protected <C, S, E> AtomicRepository<C, S, E> repository(
            AtomicEventLog log, Decider<C, S, E> decider, EventCodec<E> codec) {
        return Repository.of(log, "purse", decider, codec);
    }

    AtomicRepository<Purse.Command, Purse.State, Purse.Event> purses(AtomicEventLog log, Purse purse) {
        return repository(log, purse, Purse.CODEC).pausing(pauses::add);
    }

    AtomicRepository<Purse.Command, Purse.State, Purse.Event> purses() {
        return purses(log(), new Purse());
    }

    /** Purses whose events carry the tag of their owner. */
    AtomicRepository<Purse.Command, Purse.State, Purse.Event> adas(Purse purse) {
        return purses(log(), purse).enriching(event -> event.withTags("owner:ada"));
    }

    static Purse.State purse(long cents, int moves) {
        return new Purse.State(cents, moves);
    }

    void gain(StreamId stream, long cents) {
        log().append(stream, ExpectedVersion.any(), gained(cents));
    }

    static EventData gained(long cents) {
        return Purse.CODEC.encode(new Purse.Gained(cents));
    }

    static EventData lost(long cents) {
        return Purse.CODEC.encode(new Purse.Lost(cents));
    }

    /** A purse with somebody who acts each time that the decider thinks. */
    static final class Watched extends Purse {
        private final Consumer<Integer> rival;
        private int decisions;

        /** With what happens when it is decided for the first time, the second time and so on, from 1. */
        Watched(Consumer<Integer> rival) {
            this.rival = rival;
        }

        @Override
        public List<Event> decide(Command command, State state) {
            List<Event> events = super.decide(command, state);
            rival.accept(++decisions);
            return events;
        }

        int decisions() {
            return decisions;
        }
    }

    /** A rival that acts so many times, then never again. */
    static Watched rivalOnce(Runnable act) {
        return rival(1, act);
    }

    static Watched rival(int times, Runnable act) {
        return new Watched(decision -> {
            if (decision <= times) {
                act.run();
            }
        });
    }
}
