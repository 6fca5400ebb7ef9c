// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.util.List;
import org.cairnlog.decider.Rejected;
import org.jspecify.annotations.Nullable;

/**
 * What came of a command on a log in memory, to be checked.
 *
 * @param <C> the commands
 * @param <S> the state
 * @param <E> the root of the events
 */
public final class LogOutcome<C, S, E> {
    private final GivenLog<C, S, E> log;
    private final List<String> story;
    private final List<E> events;
    private final @Nullable Rejected rejected;

    LogOutcome(GivenLog<C, S, E> log, List<String> story, List<E> events, @Nullable Rejected rejected) {
        this.log = log;
        this.story = story;
        this.events = events;
        this.rejected = rejected;
    }

    /**
     * Checks that exactly these events happened; none if nothing was to happen.
     *
     * @param expected in order
     * @return the log with them, for what is wanted next
     * @throws AssertionError with the difference, if others happened or the command was rejected
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is read only
    public final GivenLog<C, S, E> then(E... expected) {
        Differences.accepted(story, rejected);
        Differences.same("events", story, List.of(expected), events);
        return log;
    }

    /**
     * Checks that the command was rejected.
     *
     * @param code why
     * @return the log as it was
     * @throws AssertionError if it was not, or for another reason
     */
    public GivenLog<C, S, E> rejected(String code) {
        Differences.rejected(story, code, rejected, events);
        return log;
    }
}
