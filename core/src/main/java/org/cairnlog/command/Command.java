// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.command;

import java.util.Objects;
import java.util.UUID;
import org.cairnlog.event.EventIds;
import org.cairnlog.event.Limits;
import org.cairnlog.event.Metadata;
import org.cairnlog.event.RecordedEvent;
import org.jspecify.annotations.Nullable;

/**
 * A command as it is sent: what is wanted, and what is said about it. Immutable if its content is; every {@code with}
 * method gives a changed copy.
 *
 * <p>The id is fixed here and not by the bus: sending the same command again, after whatever went wrong, is recognised
 * as a repeat. So whoever wants to be able to repeat it chooses the id where the wish arises, for example in the form
 * that a person fills in.
 *
 * @param id one for each wish
 * @param content what is wanted, of a class that the bus has a handler for
 * @param correlation what belongs together: the same for a command, its events, and all that they lead to; at most 255
 *     UTF-8 bytes
 * @param causation the id of the event that this command comes of; null if it comes from outside
 * @param metadata goes to every event of the command, beneath what the event has itself; never encrypted, so nothing
 *     personal
 */
public record Command(
        UUID id,
        Object content,
        String correlation,
        @Nullable UUID causation,
        Metadata metadata) {
    /** The metadata key under which each event of a command has the command's correlation. */
    public static final String CORRELATION = "$correlation";

    /** The metadata key under which each event of a command has the command's id. */
    public static final String CAUSATION = "$causation";

    /**
     * Checks the correlation.
     *
     * @throws IllegalArgumentException if it is empty, too long or malformed
     */
    public Command {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(content, "content");
        Limits.text("correlation", correlation, Limits.STANDARD.nameBytes());
    }

    /**
     * A command from outside with a new id, which is also what its events are correlated by.
     *
     * @param content what is wanted
     * @return the command
     */
    public static Command of(Object content) {
        return of(EventIds.system().get(), content);
    }

    /**
     * A command from outside, which is also what its events are correlated by.
     *
     * @param id the wish's own id, as the sender chose it
     * @param content what is wanted
     * @return the command
     */
    public static Command of(UUID id, Object content) {
        return new Command(id, content, id.toString(), null, Metadata.empty());
    }

    /**
     * A command that comes of an event. Its id is derived from the event and the name, so whoever is handed the event
     * again sends the same command again, and it is decided once.
     *
     * @param event where it comes from; the command takes over its correlation, or else its id
     * @param name tells apart what comes of one event, for example the name of the consumer that sends
     * @param content what is wanted
     * @return the command
     */
    public static Command causedBy(RecordedEvent event, String name, Object content) {
        UUID id = EventIds.named("$command " + event.id(), name);
        Object correlation = event.metadata().get(CORRELATION);
        String known = correlation instanceof String text ? text : event.id().toString();
        return new Command(id, content, known, event.id(), Metadata.empty());
    }

    /**
     * With another correlation, for example one that came with a request.
     *
     * @param correlation what belongs together
     * @return a changed copy
     */
    public Command withCorrelation(String correlation) {
        return new Command(id, content, correlation, causation, metadata);
    }

    /**
     * With this metadata in place of the old.
     *
     * @param metadata goes to every event of the command
     * @return a changed copy
     */
    public Command withMetadata(Metadata metadata) {
        return new Command(id, content, correlation, causation, metadata);
    }

    /**
     * With another content, for a {@link Middleware} that completes what was sent.
     *
     * @param content what is wanted, of a class that the bus has a handler for
     * @return a changed copy
     */
    public Command withContent(Object content) {
        return new Command(id, content, correlation, causation, metadata);
    }

    /** Without the content, which may be personal, so that a command can stand in a log. */
    @Override
    public String toString() {
        return "command " + id + " (" + content.getClass().getSimpleName() + ")";
    }
}
