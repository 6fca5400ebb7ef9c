// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.Map;
import org.cairnlog.event.StreamId;

/**
 * What an append has done. A repeat of an earlier append gets the same answer as the first time.
 *
 * @param firstPosition the position of the append's first event
 * @param cursor the point just past its last event
 * @param versions the version of the last event that this append wrote, for each stream that it wrote to
 * @param repeated whether the events had been stored before, so that nothing was added
 */
public record Appended(long firstPosition, Cursor cursor, Map<StreamId, Long> versions, boolean repeated) {
    /** Copies the map. */
    public Appended {
        versions = Map.copyOf(versions);
    }

    /**
     * The version of the last event, for an append to one stream.
     *
     * @return the stream's version after the append
     * @throws IllegalStateException if the append wrote to several streams; ask with {@link #version(StreamId)}
     */
    public long version() {
        if (versions.size() != 1) {
            throw new IllegalStateException(
                    "The append wrote to " + versions.size() + " streams; ask for the version of one of them.");
        }
        return versions.values().iterator().next();
    }

    /**
     * The version of the last event that this append wrote to a stream.
     *
     * @param stream the stream
     * @return its version after the append
     * @throws IllegalArgumentException if the append did not write to it
     */
    public long version(StreamId stream) {
        Long version = versions.get(stream);
        if (version == null) {
            throw new IllegalArgumentException("The append did not write to " + stream + ".");
        }
        return version;
    }
}
