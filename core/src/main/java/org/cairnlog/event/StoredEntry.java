// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.event;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/**
 * One place of a log: an event, or the husk that removal left of one. What is named here stays when the event is
 * removed, so that ids, conditions and cursors keep working.
 */
public sealed interface StoredEntry permits RecordedEvent, Husk {
    /**
     * The place in the log.
     *
     * @return from 1
     */
    long position();

    /**
     * The stream.
     *
     * @return its name
     */
    StreamId stream();

    /**
     * The place in the stream.
     *
     * @return from 1
     */
    long version();

    /**
     * When the log took it in: never decreasing with the position, to the microsecond.
     *
     * @return the log's time
     */
    Instant recordedAt();

    /**
     * The id that the writer gave.
     *
     * @return unique within the log
     */
    UUID id();

    /**
     * What happened.
     *
     * @return the event type
     */
    String type();

    /**
     * The tags.
     *
     * @return in byte order
     */
    Set<String> tags();
}
