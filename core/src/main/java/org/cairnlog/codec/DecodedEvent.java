// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.codec;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.cairnlog.event.Metadata;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;

/**
 * An event of the application, and the stored event that it came from. If a stored event has become several, they have
 * the same place.
 *
 * @param event the event in the shape of today
 * @param stored what the log keeps
 * @param replaying whether a consumer gets it again that has handled it before, or only beside the one whose effects
 *     count: tables are to follow, and the outside world is not to notice
 * @param <E> the root of the application's events
 */
public record DecodedEvent<E>(E event, RecordedEvent stored, boolean replaying) {
    /**
     * An event that is not replayed.
     *
     * @param event the event in the shape of today
     * @param stored what the log keeps
     */
    public DecodedEvent(E event, RecordedEvent stored) {
        this(event, stored, false);
    }

    /**
     * The place in the log.
     *
     * @return the position, from 1
     */
    public long position() {
        return stored.position();
    }

    /**
     * The stream.
     *
     * @return the stream
     */
    public StreamId stream() {
        return stored.stream();
    }

    /**
     * The place in the stream.
     *
     * @return the version, from 1
     */
    public long version() {
        return stored.version();
    }

    /**
     * The id of the stored event.
     *
     * @return the id
     */
    public UUID id() {
        return stored.id();
    }

    /**
     * When the log took it in.
     *
     * @return the time, to the microsecond
     */
    public Instant recordedAt() {
        return stored.recordedAt();
    }

    /**
     * What is said beside the payload.
     *
     * @return the metadata
     */
    public Metadata metadata() {
        return stored.metadata();
    }

    /**
     * Its tags.
     *
     * @return the tags of the stored event
     */
    public Set<String> tags() {
        return stored.tags();
    }
}
