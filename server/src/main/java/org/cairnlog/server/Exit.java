// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

/** What the process says with its exit code. */
final class Exit {
    static final int OK = 0;
    /** The answer is no: a conflict, damage found. */
    static final int NO = 1;
    /** Usage or bad input: the same call will not work. */
    static final int USAGE = 2;
    /** The store cannot work now: the same call may work later. */
    static final int UNAVAILABLE = 3;
    /** A bug. */
    static final int BUG = 70;

    private Exit() {}
}
