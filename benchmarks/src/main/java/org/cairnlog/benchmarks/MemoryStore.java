// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.util.function.Supplier;

/** A store in memory that is measured. Safe for use by many threads. */
interface MemoryStore {
    /** Appends to streams of its own, each with {@link Events#STREAM_LENGTH} events. For use by one thread. */
    interface Writer {
        void append(int events);
    }

    /** The sides, as JMH takes them for a parameter. */
    enum Kind {
        CAIRN("Cairn", CairnMemory::new),
        AXON_COPYING("Axon Framework 5, payloads copied", () -> new AxonMemory(true)),
        AXON("Axon Framework 5", () -> new AxonMemory(false)),
        OCCURRENT("Occurrent", OccurrentMemory::new);

        final String side;
        private final Supplier<MemoryStore> opening;

        Kind(String side, Supplier<MemoryStore> opening) {
            this.side = side;
            this.opening = opening;
        }

        MemoryStore open() {
            return opening.get();
        }
    }

    Writer writer();

    /** Appends to a stream that is new. */
    void fill(Events.Place place, int events);

    /** Reads a stream and looks at each payload; how many events it has. */
    int read(Events.Place place);
}
