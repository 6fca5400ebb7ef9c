// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

/** A store in memory that is measured. Safe for use by many threads. */
interface MemoryStore {
    /** Appends to streams of its own, each with {@link Events#STREAM_LENGTH} events. For use by one thread. */
    interface Writer {
        void append(int events);
    }

    /** The sides, as JMH takes them for a parameter. */
    enum Kind {
        CAIRN("Cairn"),
        AXON_COPYING("Axon Framework 5, payloads copied"),
        AXON("Axon Framework 5"),
        OCCURRENT("Occurrent");

        final String side;

        Kind(String side) {
            this.side = side;
        }

        MemoryStore open() {
            return switch (this) {
                case CAIRN -> new CairnMemory();
                case AXON_COPYING -> new AxonMemory(true);
                case AXON -> new AxonMemory(false);
                case OCCURRENT -> new OccurrentMemory();
            };
        }
    }

    Writer writer();

    /** Appends to a stream that is new. */
    void fill(Events.Place place, int events);

    /** Reads a stream and looks at each payload; how many events it has. */
    int read(Events.Place place);
}
