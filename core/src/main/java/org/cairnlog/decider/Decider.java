// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import java.util.List;

/**
 * A decision, the state that it rests on, and how events change that state. Pure: no clock, no I/O and no ids out of
 * thin air, because a decision is made again after a conflict; time and ids arrive in the command. Safe for use by many
 * threads if its methods keep nothing, and they must not change a state that they are given.
 *
 * @param <C> the commands, often a sealed interface
 * @param <S> the state, a value
 * @param <E> the root of the events, often a sealed interface
 */
public interface Decider<C, S, E> {
    /**
     * The state before the first event.
     *
     * @return always an equal value
     */
    S initial();

    /**
     * The state after an event. It happened, so this cannot refuse it.
     *
     * @param state the state before
     * @param event what happened
     * @return the state after
     */
    S evolve(S state, E event);

    /**
     * What happens because of a command.
     *
     * @param command what is wanted
     * @param state the state as it is now
     * @return the events in order; none if nothing is to happen, for example because it has happened already
     * @throws Rejected if the command cannot be
     */
    List<E> decide(C command, S state);
}
