// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.cairnlog.event.EventData;
import org.cairnlog.log.OutcomeUnknown;
import org.jspecify.annotations.Nullable;

/**
 * A thing that changes itself by events and records them until they are saved: the style of those who do not want a
 * {@link Decider}. What was recorded stays pending until it is stored, however often a save fails. For use by one
 * thread.
 *
 * @param <E> the root of the events
 */
public abstract class AggregateRoot<E> {
    private final List<E> pending = new ArrayList<>();
    private final List<EventData> encoded = new ArrayList<>();
    private @Nullable OutcomeUnknown unknown;
    private long version;

    /** A root to which nothing has happened. */
    protected AggregateRoot() {}

    /**
     * Changes the state. It happened, so this cannot refuse it.
     *
     * @param event what happened
     */
    protected abstract void apply(E event);

    /**
     * Lets something happen: applies the event, and records it to be saved. To refuse, throw before.
     *
     * @param event what happens
     */
    protected final void record(E event) {
        apply(event);
        pending.add(event);
    }

    /**
     * What happened and is not known to be stored.
     *
     * @return the recorded events in order
     */
    public final List<E> pending() {
        return List.copyOf(pending);
    }

    /**
     * The version of the last stored event that the root knows; what is pending does not count.
     *
     * @return 0 if nothing is stored
     */
    public final long version() {
        return version;
    }

    void loaded(long at) {
        version = at;
    }

    /** The pending events as bytes. Their ids are fixed at the first attempt to save them, so the next is a repeat. */
    List<EventData> encoded(Function<List<E>, List<EventData>> codec) {
        encoded.addAll(codec.apply(pending.subList(encoded.size(), pending.size())));
        return List.copyOf(encoded);
    }

    /** So many of the pending events are stored. */
    void saved(int events, long at) {
        pending.subList(0, events).clear();
        encoded.subList(0, events).clear();
        version = at;
        unknown = null;
    }

    /** What the last attempt to save left open; null if nothing. */
    @Nullable OutcomeUnknown unknown() {
        return unknown;
    }

    void unknown(@Nullable OutcomeUnknown outcome) {
        unknown = outcome;
    }
}
