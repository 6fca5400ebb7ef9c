// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import java.util.List;

/**
 * What comes of a command if the transaction commits that it was decided in. Where the events are in the log is known
 * then, and not before.
 *
 * @param state the state after the events
 * @param events what happens, in order; none if nothing is to happen, and then nothing will be appended
 * @param version the version of the stream after them; for a decision over a query 0, because others may append to the
 *     stream meanwhile
 * @param <S> the state
 * @param <E> the root of the events
 */
public record Decided<S, E>(S state, List<E> events, long version) {
    /** Copies the list. */
    public Decided {
        events = List.copyOf(events);
    }
}
