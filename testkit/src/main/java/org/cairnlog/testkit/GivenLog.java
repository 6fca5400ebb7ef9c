// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.cairnlog.codec.DecodedEvent;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.decider.AtomicRepository;
import org.cairnlog.decider.Decider;
import org.cairnlog.decider.Executed;
import org.cairnlog.decider.Rejected;
import org.cairnlog.decider.Repository;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.MemoryEventLog;

/**
 * Tests of a decider on a log in memory: what happened is encoded and stored, and a decision rests on what its query
 * finds. So a tag that is missing is found out. The clock stands still unless the test moves it.
 *
 * {@snippet :
 * given("enrolment", new Enrolment(), codec)
 *         .events("c1", new CourseOffered("c1", 1), new Enrolled("c1", "ada"))
 *         .when(tags("course:c1"), "c1", new Enrol("c1", "bob"))
 *         .rejected("course-full");
 * }
 *
 * @param <C> the commands
 * @param <S> the state
 * @param <E> the root of the events
 */
public final class GivenLog<C, S, E> {
    private final String category;
    private final EventCodec<E> codec;
    private final ControllableClock clock = ControllableClock.at(Instant.parse("2026-01-01T00:00:00Z"));
    private final AtomicEventLog log = MemoryEventLog.open(clock);
    private final AtomicRepository<C, S, E> repository;
    private final List<String> story = new ArrayList<>(List.of("an empty log"));

    GivenLog(String category, Decider<C, S, E> decider, EventCodec<E> codec) {
        this.category = category;
        this.codec = codec;
        this.repository = Repository.of(log, category, decider, codec);
    }

    /**
     * These have happened on a stream.
     *
     * @param id the stream's id
     * @param events in order
     * @return this
     */
    @SafeVarargs
    public final GivenLog<C, S, E> events(String id, E... events) {
        for (E event : events) {
            append(StreamId.of(category, id), codec.encode(event), event + " on " + id);
        }
        return this;
    }

    /**
     * This stands in the log as it is, for example in an old shape, or in a stream of somebody else's.
     *
     * @param stream the stream
     * @param event the event
     * @return this
     */
    public GivenLog<C, S, E> stored(StreamId stream, EventData event) {
        append(stream, event, event.type() + " on " + stream);
        return this;
    }

    private void append(StreamId stream, EventData event, String told) {
        log.append(stream, ExpectedVersion.any(), event);
        story.add(told);
    }

    /**
     * The clock of the log.
     *
     * @return moves the recorded time of what happens next
     */
    public ControllableClock clock() {
        return clock;
    }

    /**
     * What happened, decoded; for what handles events, like a projection.
     *
     * @param query which events
     * @return the events with their places, in order
     */
    public List<DecodedEvent<E>> decoded(EventQuery query) {
        List<DecodedEvent<E>> all = new ArrayList<>();
        for (RecordedEvent stored : log.read(query)) {
            codec.decode(stored).forEach(event -> all.add(new DecodedEvent<>(event, stored)));
        }
        return all;
    }

    /**
     * Lets the decider decide on what a query finds, and keeps what comes of it.
     *
     * @param query what the decision rests on
     * @param id the stream that gets the events
     * @param command what is wanted
     * @return what comes of it
     */
    public LogOutcome<C, S, E> when(EventQuery query, String id, C command) {
        S before = repository.load(query).state();
        List<String> told = new ArrayList<>(story);
        told.add("where " + query + " makes " + before);
        told.add("when " + command);
        try {
            Executed<S, E> executed = repository.execute(query, id, command);
            executed.events().forEach(event -> story.add(event + " on " + id));
            return new LogOutcome<>(this, told, executed.events(), null);
        } catch (Rejected rejected) {
            return new LogOutcome<>(this, told, List.of(), rejected);
        }
    }
}
