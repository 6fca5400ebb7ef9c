// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.cairnlog.decider.Rejected;
import org.cairnlog.event.EventData;
import org.cairnlog.event.Metadata;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Cursor;

/** How the reply of a command is kept as an event, and what the command adds to its other events. */
final class KeptReply {
    private static final String CATEGORY = "command";
    private static final String ACCEPTED = "command-accepted";
    private static final String REJECTED = "command-rejected";
    private static final String TYPE = "$command";
    private static final String EVENTS = "$events";
    private static final String CODE = "$code";

    private final Command command;
    private final String type;
    private final StreamId stream;

    KeptReply(Command command, String type) {
        this.command = command;
        this.type = type;
        this.stream = StreamId.of(CATEGORY, command.id().toString());
    }

    StreamId stream() {
        return stream;
    }

    /** What the event has itself is not replaced by what was said about the command. */
    EventData enrich(EventData event) {
        return event.withMetadata(command.metadata()
                .withAll(event.metadata())
                .withReserved(Command.CORRELATION, command.correlation())
                .withReserved(Command.CAUSATION, command.id().toString()));
    }

    EventData accepted(int events) {
        return reply(ACCEPTED, "", EVENTS, Integer.toString(events));
    }

    EventData rejected(Rejected rejected) {
        return reply(REJECTED, rejected.detail(), CODE, rejected.code());
    }

    private EventData reply(String outcome, String detail, String key, String value) {
        Metadata metadata = command.metadata()
                .withReserved(TYPE, type)
                .withReserved(Command.CORRELATION, command.correlation())
                .withReserved(key, value);
        if (command.causation() != null) {
            metadata =
                    metadata.withReserved(Command.CAUSATION, command.causation().toString());
        }
        return EventData.of(outcome, detail.getBytes(UTF_8))
                .withContentType("text/plain; charset=utf-8")
                .withMetadata(metadata);
    }

    /**
     * Reads a reply; also one that has just been made, so that the first reply and those of repeats are equal.
     *
     * @throws IllegalArgumentException if it is that of another command
     */
    Reply read(EventData event, Cursor cursor) {
        String first = text(event, TYPE);
        if (!first.equals(type)) {
            throw new IllegalArgumentException("The id " + command.id() + " was that of a command \"" + first
                    + "\", which has been answered, and now comes with a command \"" + type
                    + "\". Nothing was done; give each command an id of its own.");
        }
        return switch (event.type()) {
            case ACCEPTED -> new Reply.Accepted(command.id(), Integer.parseInt(text(event, EVENTS)), cursor);
            case REJECTED -> new Reply.Rejected(command.id(), text(event, CODE), event.payloadText());
            default ->
                throw new IllegalStateException("The event of type \"" + event.type() + "\" on " + stream
                        + " is no reply to a command." + " The category \"" + CATEGORY
                        + "\" belongs to the command bus; who else writes there?");
        };
    }

    private String text(EventData event, String key) {
        if (event.metadata().get(key) instanceof String text) {
            return text;
        }
        throw new IllegalStateException("The event " + event.id() + " of type \"" + event.type() + "\" on " + stream
                + " lacks " + key + ", so it is no reply to a command. The category \"" + CATEGORY
                + "\" belongs to the command bus; who else writes there?");
    }
}
