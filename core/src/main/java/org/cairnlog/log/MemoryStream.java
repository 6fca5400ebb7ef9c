// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.time.Instant;
import java.util.Collections;
import java.util.TreeMap;
import org.cairnlog.event.Limits;
import org.cairnlog.event.StreamId;

/** A stream of the log in memory. */
final class MemoryStream {
    final StreamId id;
    final int number;
    final Positions positions = new Positions();
    final TreeMap<String, Label> labels = new TreeMap<>(Limits.BYTE_ORDER);
    long removedBefore = 1;

    MemoryStream(StreamId id, int number) {
        this.id = id;
        this.number = number;
    }

    long version() {
        return positions.size();
    }

    StreamInfo info(Instant createdAt, Instant changedAt, boolean deleted) {
        return new StreamInfo(
                id,
                version(),
                createdAt,
                changedAt,
                removedBefore,
                deleted,
                Collections.unmodifiableSortedMap(new TreeMap<>(labels)));
    }
}
