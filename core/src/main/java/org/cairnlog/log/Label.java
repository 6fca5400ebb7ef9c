// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.time.Instant;
import org.cairnlog.event.Limits;
import org.cairnlog.event.StreamId;

/**
 * A label of a stream: for listing streams, never for deciding anything. It can change, unlike a tag.
 *
 * @param value the present value
 * @param changedAt when it was last set, also if to the same value; the log's time
 */
public record Label(String value, Instant changedAt) {
    /**
     * Checks a label; for stores.
     *
     * @param name at most 255 UTF-8 bytes
     * @param value at most 1,024 UTF-8 bytes, may be empty
     * @throws IllegalArgumentException if a text is too long or malformed
     */
    public static void check(String name, String value) {
        Limits.text("label name", name, Limits.STANDARD.nameBytes());
        Limits.textOrEmpty("value of label " + name, value, Limits.STANDARD.labelBytes());
    }

    /**
     * Checks how many labels a stream has; for stores.
     *
     * @param stream the stream
     * @param labels how many it would have
     * @throws IllegalArgumentException if that is too many
     */
    public static void checkCount(StreamId stream, int labels) {
        if (labels > Limits.STANDARD.labels()) {
            throw new IllegalArgumentException("The stream " + stream + " would have " + labels + " labels; at most "
                    + Limits.STANDARD.labels() + " are allowed. Nothing was stored.");
        }
    }
}
