// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

/**
 * Which threads are inside a transaction of one log. What they write to the log past their transaction would not be
 * part of it, and might wait for the lock that the transaction holds: no database sees that a thread waits for itself.
 */
class Inside {
    @SuppressWarnings("ThreadLocalUsage") // a thread may be inside a transaction of one log and not of another
    private final ThreadLocal<Stay> here = new ThreadLocal<>();

    /** One transaction on one thread; may be ended by another. */
    final class Stay {
        private volatile boolean over;

        void end() {
            over = true;
            if (here.get() == this) {
                here.remove();
            }
        }
    }

    Stay enter() {
        check();
        var stay = new Stay();
        here.set(stay);
        return stay;
    }

    /** Fails inside a transaction; to be called before anything that may wait for the log's lock. */
    void check() {
        Stay stay = here.get();
        if (stay != null && !stay.over) {
            throw new IllegalStateException(
                    "This thread is inside a transaction of this log, and this call would not be"
                            + " part of it; use the transaction's append.");
        }
    }
}
