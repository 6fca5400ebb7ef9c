// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;
import org.cairnlog.event.StreamId;
import org.jspecify.annotations.Nullable;

/**
 * The state of a stream at a version, as bytes. A cache: whoever loses it loses time and nothing else.
 *
 * @param stream the stream
 * @param schema which state this is, and which shape of it; see {@link StateCodec#schema}
 * @param version the version of the last event that is in it, from 1
 * @param event the id of that event, by which a snapshot of another history is found out
 * @param takenAt when it was taken, by the clock of who took it, to the microsecond
 * @param state what the state codec made of the state
 */
@SuppressWarnings("ArrayRecordComponent") // copied in and out, and compared by content
public record Snapshot(StreamId stream, String schema, long version, UUID event, Instant takenAt, byte[] state) {
    /**
     * Copies the bytes.
     *
     * @throws IllegalArgumentException if the version is less than 1
     */
    public Snapshot {
        Objects.requireNonNull(event, "event");
        if (version < 1) {
            throw new IllegalArgumentException(
                    "A snapshot of " + stream + " at version " + version + "; versions count from 1.");
        }
        state = state.clone();
    }

    /**
     * The state.
     *
     * @return a copy
     */
    @Override
    public byte[] state() {
        return state.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Snapshot that
                && stream.equals(that.stream)
                && schema.equals(that.schema)
                && version == that.version
                && event.equals(that.event)
                && takenAt.equals(that.takenAt)
                && Arrays.equals(state, that.state);
    }

    @Override
    public int hashCode() {
        return event.hashCode();
    }

    @Override
    public String toString() {
        return "snapshot of " + stream + " at version " + version + ", schema " + schema + " (" + state.length
                + " bytes)";
    }
}
