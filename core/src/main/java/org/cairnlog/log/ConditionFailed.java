// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import org.cairnlog.event.EventQuery;
import org.jspecify.annotations.Nullable;

/** An event that must not have happened has. Nothing was stored. */
public final class ConditionFailed extends Conflict {
    private static final long serialVersionUID = 1L;

    private final transient EventQuery.Item item;
    private final long position;
    private final transient @Nullable Cursor after;

    /**
     * With the first match.
     *
     * @param item the item of the condition's query that matched
     * @param position where the first event that matches any item of the query is
     * @param after the condition's point; null if every event counted
     */
    public ConditionFailed(EventQuery.Item item, long position, @Nullable Cursor after) {
        super("The append was to happen only without an event (" + item + ")"
                + (after == null
                        ? ""
                        : " after position " + after.places().getFirst().position())
                + ", but there is one at position " + position
                + ". Nothing was stored; read again and decide again.");
        this.item = item;
        this.position = position;
        this.after = after;
    }

    /**
     * The item of the condition's query that matched.
     *
     * @return the first such item if several match the same event
     */
    public EventQuery.Item item() {
        return item;
    }

    /**
     * Where the first matching event is.
     *
     * @return its position
     */
    public long position() {
        return position;
    }

    /**
     * The condition's point.
     *
     * @return null if every event counted
     */
    public @Nullable Cursor after() {
        return after;
    }
}
