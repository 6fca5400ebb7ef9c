// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;

/**
 * An event that a consumer could not handle and has set aside, or that stands behind such an event in its stream. The
 * event itself is in the log.
 *
 * @param id the event
 * @param stream its stream
 * @param version its place there
 * @param type its type
 * @param cause why it is here
 * @param why what went wrong, or which event it stands behind; never longer than {@link #WHY_CHARS}
 * @param attempts how often the handler was tried; 0 for one that stands behind another
 * @param at the time, by the log's clock
 * @param wish what somebody has asked to be done with it
 */
public record ParkedEvent(
        UUID id,
        StreamId stream,
        long version,
        String type,
        Cause cause,
        String why,
        int attempts,
        Instant at,
        Optional<Wish> wish) {
    /** The longest reason that is kept, in characters. */
    public static final int WHY_CHARS = 1000;

    /** Why an event was set aside. */
    public enum Cause {
        /** It failed, and waits to be tried again or discarded. */
        FAILED,

        /** An earlier event of its stream waits. */
        BEHIND,

        /** It failed, and the consumer went on without it; this only remembers it. */
        SKIPPED
    }

    /** What can be done with an event that was set aside. */
    public enum Wish {
        /** Hand it to the consumer again, and then what stands behind it. */
        RETRY,

        /** Forget it, and hand on what stands behind it. */
        DISCARD
    }

    /** Cuts a reason that is too long. */
    public ParkedEvent {
        why = why.length() > WHY_CHARS ? why.substring(0, WHY_CHARS) : why;
    }

    static ParkedEvent of(RecordedEvent event, Cause cause, String why, int attempts, Instant at) {
        return new ParkedEvent(
                event.id(), event.stream(), event.version(), event.type(), cause, why, attempts, at, Optional.empty());
    }

    ParkedEvent failedAgain(String reason, Instant time) {
        Cause now = waits() ? Cause.FAILED : Cause.SKIPPED;
        return new ParkedEvent(id, stream, version, type, now, reason, attempts + 1, time, Optional.empty());
    }

    /**
     * Whether it waits, so that the later events of its stream wait behind it.
     *
     * @return false if it was skipped
     */
    public boolean waits() {
        return cause != Cause.SKIPPED;
    }
}
