// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;

/** How many events there are, and a sum over their ids that does not depend on their order. For many threads. */
final class Ledger {
    private final LongAdder events = new LongAdder();
    private final LongAdder sum = new LongAdder();

    void add(UUID id) {
        events.increment();
        // Mixed, so that two wrong ids do not make up for each other.
        long mixed = (id.getMostSignificantBits() * 31 + id.getLeastSignificantBits()) * 0x9E3779B97F4A7C15L;
        sum.add(mixed ^ (mixed >>> 29));
    }

    long events() {
        return events.sum();
    }

    /** Compares what is stored with what was acknowledged. */
    void check(String side, Ledger stored) {
        if (events.sum() != stored.events.sum() || sum.sum() != stored.sum.sum()) {
            throw new IllegalStateException(side + ": " + events.sum() + " events were acknowledged and "
                    + stored.events.sum() + " are stored"
                    + (events.sum() == stored.events.sum() ? ", but not the same ones." : "."));
        }
    }
}
