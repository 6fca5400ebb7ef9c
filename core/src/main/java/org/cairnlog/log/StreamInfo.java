// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.time.Instant;
import java.util.SortedMap;
import org.cairnlog.event.StreamId;

/**
 * What the directory knows of a stream.
 *
 * @param stream the stream
 * @param version the version of its last event
 * @param createdAt when its first event was recorded, even if that was removed since
 * @param changedAt when its last event was recorded
 * @param removedBefore the first version that was not removed; 1 if nothing was, version + 1 if everything was
 * @param deleted whether its last event deleted it
 * @param labels its labels by name
 */
public record StreamInfo(
        StreamId stream,
        long version,
        Instant createdAt,
        Instant changedAt,
        long removedBefore,
        boolean deleted,
        SortedMap<String, Label> labels) {}
