// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.List;
import org.cairnlog.event.EventData;
import org.cairnlog.event.StreamId;

/**
 * A log that stores events of many streams together or not at all, under beliefs about streams and conditions on the
 * whole log. Its positions have no gaps.
 */
public interface AtomicEventLog extends EventLog {
    /**
     * Stores the whole append, or nothing of it. It is checked in this order: ids, deleted streams, expected versions
     * and guards, conditions.
     *
     * @param append what to store and what is believed
     * @return where it is; for a repeat, the first result
     * @throws DuplicateIds if an id is taken and this is no repeat
     * @throws StreamDeleted if a stream was deleted and the writer did not expect exactly its version
     * @throws VersionConflict with every stream about which the belief is wrong
     * @throws ConditionFailed if an event matches a condition
     * @throws CursorFromAnotherHistory if a condition's point is not one of this log
     * @throws IllegalArgumentException if a stream would have too many labels
     * @throws LogBusy if the log had no time for it
     * @throws AppendInterrupted if the thread was interrupted while the append waited
     * @throws OutcomeUnknown if nobody can tell whether the append is stored
     */
    Appended append(Append append);

    @Override
    default Appended repeat(OutcomeUnknown unknown) {
        return append(unknown.append());
    }

    @Override
    default Appended append(StreamId stream, ExpectedVersion expected, List<EventData> events) {
        return append(Append.to(stream, expected, events));
    }
}
