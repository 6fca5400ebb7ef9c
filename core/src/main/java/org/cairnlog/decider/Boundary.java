// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import java.util.List;
import org.cairnlog.event.EventData;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;

/** What a decision rests on: how it is read, and what an append says about it. */
interface Boundary<S, E> {
    /** Where the events go. */
    StreamId stream();

    /** The state as it is now. */
    Fold<S, E> read();

    /** To be stored only if nothing has changed since. */
    Append append(Fold<S, E> seen, List<EventData> events);

    /** The append is stored. */
    void appended(Fold<S, E> seen, Append append, long version, S after);

    /** The answer if nothing is to happen. */
    Executed<S, E> unchanged(Fold<S, E> seen, int retries);
}
