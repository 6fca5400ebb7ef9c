// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.command;

import static org.cairnlog.log.ExpectedVersion.noStream;

import org.cairnlog.decider.Executed;
import org.cairnlog.decider.Rejected;
import org.cairnlog.event.CairnException;
import org.cairnlog.event.EventData;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.log.Append;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.StreamIterator;
import org.jspecify.annotations.Nullable;

/**
 * Has one command decided. Whoever stores the first event on the stream of the reply has answered, together with the
 * events of that decision; everybody else finds that reply.
 */
class Answering {
    final Command command;
    final Decision decision;
    final KeptReply kept;
    private int rounds;
    private int stored;

    /** How a bus answers. */
    interface Maker {
        Answering of(Command command, String type, Decision decision);
    }

    Answering(Command command, String type, Decision decision) {
        this.command = command;
        this.decision = decision;
        this.kept = new KeptReply(command, type);
    }

    AtomicEventLog log() {
        return decision.log();
    }

    Reply answer() {
        Reply first = first();
        if (first != null) {
            return first;
        }
        try {
            return decide();
        } catch (RuntimeException failure) {
            return firstAfter(failure);
        }
    }

    /** Null if nobody has answered yet. */
    @Nullable Reply first() {
        StreamIterator events = log().read(kept.stream()).iterator();
        if (events.version() == 0) {
            return null;
        }
        if (events.removedBefore() > 1 || !events.hasNext()) {
            throw new IllegalStateException("The " + command + " was answered, and its reply was removed from "
                    + kept.stream() + ". It is not decided again; what is wanted anew is a command with a new id.");
        }
        RecordedEvent event = events.next();
        return kept.read(event.data(), log().cursorAt(event.position()));
    }

    /** Somebody else may have been faster, or the outcome was called unknown and the reply is there. */
    Reply firstAfter(RuntimeException failure) {
        try {
            Reply first = first();
            if (first != null) {
                return first;
            }
        } catch (CairnException again) {
            failure.addSuppressed(again);
        }
        throw failure;
    }

    Reply decide() {
        try {
            Executed<?, ?> executed = decision.execute(this::enriched, this::adding);
            return executed.events().isEmpty() ? keep(kept.accepted(0)) : accepted(executed.cursor());
        } catch (Rejected rejected) {
            return keep(kept.rejected(rejected));
        }
    }

    EventData enriched(EventData event) {
        return kept.enrich(event);
    }

    private Append adding(Append append) {
        if (rounds++ > 0 && answeredMeanwhile()) {
            // The repository would go on deciding, and losing.
            throw new IllegalStateException("The " + command + " was answered meanwhile.");
        }
        stored = append.events().size();
        return with(append, kept.accepted(stored));
    }

    boolean answeredMeanwhile() {
        return log().stream(kept.stream()).isPresent();
    }

    Append with(Append append, EventData reply) {
        return append.and(kept.stream(), noStream(), reply);
    }

    private Reply accepted(Cursor cursor) {
        return kept.read(kept.accepted(stored), cursor);
    }

    /** Keeps a reply that comes without events. */
    Reply keep(EventData reply) {
        Cursor cursor = log().append(kept.stream(), noStream(), reply).cursor();
        return kept.read(reply, cursor);
    }
}
