// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.command;

import java.util.function.Function;
import org.cairnlog.decider.Rejected;

/**
 * What stands before every command of a bus: it lets the command through, perhaps with more in it, or refuses it, and
 * sees the reply. Called by the thread that sends, for repeats too.
 *
 * {@snippet :
 * Reply timed(Command command, Function<Command, Reply> next) {
 *     Instant begun = clock.instant();
 *     Reply reply = next.apply(command);
 *     timer.record(Duration.between(begun, clock.instant()));
 *     return reply;
 * }
 * }
 */
@FunctionalInterface
public interface Middleware {
    /**
     * Lets a command through or not.
     *
     * @param command what was sent, as those before left it
     * @param next those that come after, and at last the decision; gives a reply whatever happens, and throws nothing
     *     but an {@link Error}
     * @return the reply
     * @throws Rejected to refuse the command. The sender gets {@link Reply.Rejected}, which is not kept: the same
     *     command may pass another time
     */
    Reply handle(Command command, Function<Command, Reply> next);
}
