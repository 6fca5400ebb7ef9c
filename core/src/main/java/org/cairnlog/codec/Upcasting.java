// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Takes the shape of one stored event along its steps to the shapes of today. Nothing but that event is looked at. */
final class Upcasting {
    /** More than any history has; steps that lead in a circle end here. */
    private static final int STEPS = 1_000;

    private final EventTypes<?> types;
    private final boolean personal;
    private final List<EventShape> today = new ArrayList<>();
    private String last = "reading it";

    /** If the fields are personal, what a step says when it fails is not passed on. */
    Upcasting(EventTypes<?> types, boolean personal) {
        this.types = types;
        this.personal = personal;
    }

    /** The shapes of today, in order; none if the event means nothing any more. */
    List<EventShape> of(EventShape stored) {
        follow(stored, 0);
        return today;
    }

    private void follow(EventShape shape, int steps) {
        EventType<?> type = types.named(shape.type());
        Function<EventShape, List<EventShape>> retired = types.retired(shape.type());
        if (steps == STEPS) {
            throw new UndecodableEvent(shape.stored(), last + ", the " + STEPS + "th step of it,", null);
        } else if (retired != null) {
            take(shape, "the step from the retired type \"" + shape.type() + "\"", retired, steps);
        } else if (type == null) {
            throw new UndecodableEvent(
                    shape.stored(),
                    last + ", which made a \"" + shape.type() + "\", a type that is not registered,",
                    null);
        } else if (shape.schemaVersion() > type.schemaVersion()) {
            throw new UndecodableEvent(
                    shape.stored(),
                    "finding schema version " + shape.schemaVersion() + " of \"" + shape.type() + "\", of which "
                            + type.schemaVersion() + " is the newest that this release knows,",
                    null);
        } else if (shape.schemaVersion() == type.schemaVersion()) {
            today.add(shape);
        } else {
            int from = shape.schemaVersion();
            take(shape, "the step of \"" + shape.type() + "\" from schema version " + from, type.stepFrom(from), steps);
        }
    }

    private void take(EventShape shape, String what, Function<EventShape, List<EventShape>> step, int steps) {
        List<EventShape> next;
        try {
            next = step.apply(shape);
        } catch (RuntimeException e) {
            throw new UndecodableEvent(shape.stored(), what, personal ? withoutContent(e) : e);
        }
        last = what;
        for (EventShape made : next) {
            boolean same = made.type().equals(shape.type()) && made.schemaVersion() == shape.schemaVersion();
            follow(same ? made.as(made.type(), made.schemaVersion() + 1) : made, steps + 1);
        }
    }

    /** What went wrong, without words that may hold personal content. */
    static IllegalStateException withoutContent(RuntimeException e) {
        var discreet = new IllegalStateException(e.getClass().getName() + " (its text may be personal)");
        discreet.setStackTrace(e.getStackTrace());
        return discreet;
    }
}
