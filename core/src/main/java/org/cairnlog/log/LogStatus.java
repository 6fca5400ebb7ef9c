// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.time.Duration;
import java.util.Optional;

/**
 * What is going on in a log, as far as this node can see.
 *
 * @param waitingAppends how many appends wait in this node's queue
 * @param waitingBytes the size of what waits in the queue
 * @param batches how many batches this node has committed since the log was opened
 * @param appends how many appends were in them, refused ones included
 * @param lastBatch how many appends the last batch held; 0 before the first
 * @param largestBatch how many appends the largest batch held
 * @param lockWait how long this node's writer has been waiting for the right to write; zero if it does not
 * @param blocker who holds the right to write and keeps others waiting, for example which session of the database, in
 *     which state, for how long; or that the store itself has not answered for long; empty if nothing is in the way
 * @param wakeUp how this node learns that others have appended
 * @param problem what is wrong with that, for example why hints do not arrive; empty if nothing is
 * @param lastError the last error that the writer has met, whether it was overcome or not; empty if none
 */
public record LogStatus(
        int waitingAppends,
        long waitingBytes,
        long batches,
        long appends,
        int lastBatch,
        int largestBatch,
        Duration lockWait,
        Optional<String> blocker,
        WakeUp wakeUp,
        Optional<String> problem,
        Optional<String> lastError) {
    /** How a node learns that others have appended. */
    public enum WakeUp {
        /** Nobody else can append: the log is of this process. */
        LOCAL,

        /** It looks now and then. */
        POLLING,

        /** It is told, and looks now and then in case it is not. */
        LISTENING
    }

    /**
     * A log without a queue that nobody waits for.
     *
     * @param wakeUp how this node learns that others have appended
     * @return the status
     */
    public static LogStatus quiet(WakeUp wakeUp) {
        return new LogStatus(
                0, 0, 0, 0, 0, 0, Duration.ZERO, Optional.empty(), wakeUp, Optional.empty(), Optional.empty());
    }

    /**
     * The same, but for who is in the way; for stores.
     *
     * @param blocker who holds the right to write
     * @return changed status
     */
    public LogStatus blockedBy(String blocker) {
        return new LogStatus(
                waitingAppends,
                waitingBytes,
                batches,
                appends,
                lastBatch,
                largestBatch,
                lockWait,
                Optional.of(blocker),
                wakeUp,
                problem,
                lastError);
    }

    /**
     * The same, but for the last error; for stores.
     *
     * @param error what went wrong
     * @return changed status
     */
    public LogStatus withError(String error) {
        return new LogStatus(
                waitingAppends,
                waitingBytes,
                batches,
                appends,
                lastBatch,
                largestBatch,
                lockWait,
                blocker,
                wakeUp,
                problem,
                Optional.of(error));
    }
}
