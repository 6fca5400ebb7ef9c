// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.codec;

import org.cairnlog.event.CairnException;
import org.cairnlog.event.RecordedEvent;

/**
 * A stored event is of a type that is not registered. Next move: register the type, or what became of it, or deploy the
 * release that knows it; the event is intact.
 */
public final class UnknownEventType extends CairnException {
    private static final long serialVersionUID = 1L;

    private final transient RecordedEvent stored;

    /**
     * With the event.
     *
     * @param stored the event as the log gave it back
     */
    public UnknownEventType(RecordedEvent stored) {
        super(
                "The event type \"" + stored.type() + "\" is not registered. An event of it stands in stream "
                        + stored.stream() + " at version " + stored.version() + " (position " + stored.position()
                        + "). Register the type, or use a release that knows it.",
                null);
        this.stored = stored;
    }

    /**
     * The event.
     *
     * @return the event as the log gave it back
     */
    public RecordedEvent stored() {
        return stored;
    }
}
