// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.command;

import java.util.UUID;
import org.cairnlog.log.Cursor;

/** What became of a command. */
public sealed interface Reply {
    /**
     * The command that is answered.
     *
     * @return its id
     */
    UUID command();

    /**
     * The command was decided, and what happened is stored.
     *
     * @param command the id of the command
     * @param events how many events were stored; 0 if nothing was to happen
     * @param cursor a point that covers everything that the decision stored and rested on, for those who wait until a
     *     read model has seen it
     */
    record Accepted(UUID command, int events, Cursor cursor) implements Reply {}

    /**
     * The command was refused: by the decider, and then every repeat is, or by a {@link Middleware}. Nothing happened.
     * Next move: tell whoever wanted it. What is wanted again later is another command, with an id of its own.
     *
     * @param command the id of the command
     * @param code why, for programs
     * @param detail why, for people; may be empty
     */
    record Rejected(UUID command, String code, String detail) implements Reply {}

    /**
     * The command has no answer yet. Nothing was stored, or nobody can tell
     * ({@link org.cairnlog.log.OutcomeUnknown}). Next move: send the same command again, later or when the cause is
     * mended. It is decided once in either case.
     *
     * @param command the id of the command
     * @param cause what went wrong
     */
    record Failed(UUID command, RuntimeException cause) implements Reply {}

    /**
     * The reply of an accepted command, for those who go on only then.
     *
     * @return this
     * @throws org.cairnlog.decider.Rejected if the command was refused
     * @throws RuntimeException the cause, if it failed
     */
    default Accepted orThrow() {
        return switch (this) {
            case Accepted accepted -> accepted;
            case Rejected rejected -> throw new org.cairnlog.decider.Rejected(rejected.code(), rejected.detail());
            case Failed failed -> throw failed.cause();
        };
    }
}
