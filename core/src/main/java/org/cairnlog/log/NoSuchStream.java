// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import org.cairnlog.event.CairnException;
import org.cairnlog.event.StreamId;

/** Nobody has written to the stream that was to be labelled, truncated or deleted. Next move: check the name. */
public final class NoSuchStream extends CairnException {
    private static final long serialVersionUID = 1L;

    private final transient StreamId stream;

    /**
     * With the unknown stream.
     *
     * @param stream its name
     */
    public NoSuchStream(StreamId stream) {
        super("Nobody has written to the stream " + stream + "; check its category and id.", null);
        this.stream = stream;
    }

    /**
     * The unknown stream.
     *
     * @return its name
     */
    public StreamId stream() {
        return stream;
    }
}
