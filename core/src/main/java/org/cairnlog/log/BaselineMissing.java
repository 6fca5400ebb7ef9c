// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import org.cairnlog.event.CairnException;
import org.cairnlog.event.StreamId;

/**
 * A stream was to be truncated, but no baseline at or after that place carries its state. Nothing was removed. Next
 * move: append a baseline, or use {@link LogMaintenance#truncateWithoutBaseline} if the state may be lost.
 */
public final class BaselineMissing extends CairnException {
    private static final long serialVersionUID = 1L;

    private final transient StreamId stream;
    private final long before;

    /**
     * With what was asked.
     *
     * @param stream the stream
     * @param before the events before this version were to be removed
     */
    public BaselineMissing(StreamId stream, long before) {
        super(
                "The stream " + stream + " has no baseline at or after version " + before
                        + ", so removing the events before it would lose its state. Nothing was removed; append a"
                        + " baseline"
                        + " first, or truncate without one on purpose.",
                null);
        this.stream = stream;
        this.before = before;
    }

    /**
     * The stream.
     *
     * @return its name
     */
    public StreamId stream() {
        return stream;
    }

    /**
     * Where the stream was to be truncated.
     *
     * @return the events before this version were to be removed
     */
    public long before() {
        return before;
    }
}
