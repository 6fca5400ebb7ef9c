// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.Map;
import java.util.OptionalLong;
import org.cairnlog.event.StreamId;

/**
 * What is known of an append that waits for its transaction to commit.
 *
 * @param versions the version that the last event gets in each stream for which the belief is exact; if it is wrong,
 *     the transaction fails
 */
public record PendingAppend(Map<StreamId, Long> versions) {
    /** Copies the map. */
    public PendingAppend {
        versions = Map.copyOf(versions);
    }

    /**
     * The version that the last event gets in a stream.
     *
     * @param stream the stream
     * @return empty if the belief about it is not exact
     */
    public OptionalLong version(StreamId stream) {
        Long version = versions.get(stream);
        return version == null ? OptionalLong.empty() : OptionalLong.of(version);
    }
}
