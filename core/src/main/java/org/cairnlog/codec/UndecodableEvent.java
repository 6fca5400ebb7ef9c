// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.codec;

import org.cairnlog.event.CairnException;
import org.cairnlog.event.RecordedEvent;
import org.jspecify.annotations.Nullable;

/**
 * A stored event is of a registered type and cannot be read all the same. Next move: mend the class or the step that
 * fails; the event is intact.
 */
public final class UndecodableEvent extends CairnException {
    private static final long serialVersionUID = 1L;

    private final transient RecordedEvent stored;
    private final String step;

    /**
     * With the event and what failed.
     *
     * @param stored the event as the log gave it back
     * @param step what was being done, for example "decode" or the step from one schema version to the next
     * @param cause what went wrong, or null; its text may hold content, so it is no part of the message
     */
    public UndecodableEvent(RecordedEvent stored, String step, @Nullable Throwable cause) {
        super(
                "The event of type \"" + stored.type() + "\", schema version "
                        + stored.data().schemaVersion() + ", in stream " + stored.stream() + " at version "
                        + stored.version() + " (position " + stored.position() + ") cannot be read: " + step
                        + " failed. The event is intact; mend what reads it.",
                cause);
        this.stored = stored;
        this.step = step;
    }

    /**
     * The event.
     *
     * @return the event as the log gave it back
     */
    public RecordedEvent stored() {
        return stored;
    }

    /**
     * What was being done.
     *
     * @return the step
     */
    public String step() {
        return step;
    }
}
