// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import org.cairnlog.event.CairnException;
import org.cairnlog.event.StreamId;

/**
 * The stream was deleted, and the writer does not seem to know. Nothing was stored. Next move: give up, or, to write to
 * it again on purpose, expect {@link ExpectedVersion#deletedAt} with {@link #version}.
 */
public final class StreamDeleted extends CairnException {
    private static final long serialVersionUID = 1L;

    private final transient StreamId stream;
    private final long version;

    /**
     * With the deleted stream.
     *
     * @param stream the stream, written to or guarded
     * @param version the version of the event that deleted it
     */
    public StreamDeleted(StreamId stream, long version) {
        super(
                "The stream " + stream + " was deleted at version " + version
                        + ". Nothing was stored; to write to it again on purpose, expect deletedAt(" + version + ").",
                null);
        this.stream = stream;
        this.version = version;
    }

    /**
     * The deleted stream.
     *
     * @return its name
     */
    public StreamId stream() {
        return stream;
    }

    /**
     * The version of the event that deleted it.
     *
     * @return the stream's present version
     */
    public long version() {
        return version;
    }
}
