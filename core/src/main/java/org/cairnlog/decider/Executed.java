// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import java.util.List;
import org.cairnlog.log.Cursor;

/**
 * What came of a command.
 *
 * @param state the state after the events
 * @param events what happened, in order; none if the decision was that nothing is to happen, and then nothing was
 *     appended
 * @param version the version of the stream after them; if nothing happened, the version that it has
 * @param cursor the point just past them, for those who wait until a read model has seen them; if nothing happened, a
 *     point that covers everything that the decision rested on
 * @param retries how often it was decided again because somebody else was faster
 * @param <S> the state
 * @param <E> the root of the events
 */
public record Executed<S, E>(S state, List<E> events, long version, Cursor cursor, int retries) {
    /** Copies the list. */
    public Executed {
        events = List.copyOf(events);
    }
}
