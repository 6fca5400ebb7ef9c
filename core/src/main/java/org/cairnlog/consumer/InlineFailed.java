// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import org.cairnlog.event.CairnException;
import org.cairnlog.event.StreamId;

/**
 * An {@link InlineProjection} could not do its part of an append. Neither the append nor anything else of its
 * transaction is stored. Next move: mend the handler or what it met in its tables, which the cause tells; doing the
 * same again fails the same way.
 */
public final class InlineFailed extends CairnException {
    private static final long serialVersionUID = 1L;

    private final String projection;
    private final transient StreamId stream;

    /**
     * With what failed.
     *
     * @param projection the name of the projection
     * @param stream the first stream of the append that it was to handle
     * @param type the type of the first event that it was to handle
     * @param cause what its handler or its codec threw; its text may hold content, so it is no part of the message
     */
    public InlineFailed(String projection, StreamId stream, String type, Throwable cause) {
        super(
                "The inline projection \"" + projection + "\" failed on an append to " + stream + ", at its event \""
                        + type + "\" or one after it (" + cause.getClass().getName()
                        + "). Nothing of the transaction is stored, neither events nor rows. The cause tells what to"
                        + " mend.",
                cause);
        this.projection = projection;
        this.stream = stream;
    }

    /**
     * Which projection failed.
     *
     * @return its name
     */
    public String projection() {
        return projection;
    }

    /**
     * Where the events were to go.
     *
     * @return the stream of the first event that the projection was to handle
     */
    public StreamId stream() {
        return stream;
    }
}
