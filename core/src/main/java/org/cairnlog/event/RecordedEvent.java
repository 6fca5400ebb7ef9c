// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.event;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/**
 * An event as the log gives it back: what the writer handed over, and the place that it has.
 *
 * @param position the place in the log, from 1
 * @param stream the stream
 * @param version the place in the stream, from 1
 * @param recordedAt when the log took it in, to the microsecond; never decreasing with the position
 * @param data what the writer handed over
 */
public record RecordedEvent(long position, StreamId stream, long version, Instant recordedAt, EventData data)
        implements StoredEntry {
    @Override
    public UUID id() {
        return data.id();
    }

    @Override
    public String type() {
        return data.type();
    }

    @Override
    public Set<String> tags() {
        return data.tags();
    }

    /**
     * The payload.
     *
     * @return a copy
     */
    public byte[] payload() {
        return data.payload();
    }

    /**
     * The payload as text.
     *
     * @return the bytes read as UTF-8
     */
    public String payloadText() {
        return data.payloadText();
    }

    /**
     * What is said beside the payload.
     *
     * @return the metadata
     */
    public Metadata metadata() {
        return data.metadata();
    }

    /**
     * What removal leaves of this event.
     *
     * @return the husk
     */
    public Husk husk() {
        return new Husk(position, stream, version, recordedAt, id(), type(), tags());
    }
}
