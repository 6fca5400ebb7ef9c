// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.util.List;
import org.cairnlog.decider.Rejected;
import org.jspecify.annotations.Nullable;

/**
 * What came of a command, to be checked.
 *
 * @param <C> the commands
 * @param <S> the state
 * @param <E> the root of the events
 */
public final class Outcome<C, S, E> {
    private final Given<C, S, E> before;
    private final List<E> events;
    private final @Nullable Rejected rejected;

    Outcome(Given<C, S, E> before, List<E> events, @Nullable Rejected rejected) {
        this.before = before;
        this.events = events;
        this.rejected = rejected;
    }

    /**
     * Checks that exactly these events happen.
     *
     * @param expected in order
     * @return the state after them, for what is wanted next
     * @throws AssertionError with the difference, if others happen or the command is rejected
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is read only
    public final Given<C, S, E> then(E... expected) {
        Differences.accepted(before.story(), rejected);
        Differences.same("events", before.story(), List.of(expected), events);
        return before.events(events);
    }

    /**
     * Checks that nothing happens, and that this is no rejection.
     *
     * @return the state as it was
     * @throws AssertionError if something happens or the command is rejected
     */
    public Given<C, S, E> thenNothing() {
        Differences.accepted(before.story(), rejected);
        Differences.same("events", before.story(), List.of(), events);
        return before;
    }

    /**
     * Checks that the command is rejected.
     *
     * @param code why
     * @return the state as it was
     * @throws AssertionError if it is not, or for another reason
     */
    public Given<C, S, E> rejected(String code) {
        Differences.rejected(before.story(), code, rejected, events);
        return before;
    }

    /**
     * What happens, for checks of another kind.
     *
     * @return the events in order; none if the command is rejected
     */
    public List<E> events() {
        return events;
    }
}
