// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import org.cairnlog.event.CairnException;
import org.cairnlog.event.StreamId;

/**
 * While a stream was being read, the part that came next was removed, so that what was read so far has no
 * continuation. Next move: read the stream again from its beginning.
 */
public final class HistoryRemoved extends CairnException {
    private static final long serialVersionUID = 1L;

    private final transient StreamId stream;
    private final long removedBefore;

    /**
     * With what was removed.
     *
     * @param stream the stream
     * @param removedBefore the events before this version are gone
     */
    public HistoryRemoved(StreamId stream, long removedBefore) {
        super(
                "While " + stream + " was being read, its events before version " + removedBefore
                        + " were removed. Read it again from the beginning.",
                null);
        this.stream = stream;
        this.removedBefore = removedBefore;
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
     * The first version that may still be there.
     *
     * @return the events before it are gone
     */
    public long removedBefore() {
        return removedBefore;
    }
}
