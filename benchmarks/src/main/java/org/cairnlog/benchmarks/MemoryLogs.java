// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What JMH calls: stores in memory, in which an append is one event and a read a stream of 1,000. */
public class MemoryLogs {
    static final int LENGTH = 1_000;

    /** A store that begins empty in each iteration. */
    @State(Scope.Benchmark)
    public static class Store {
        /** Which one. */
        @Param("CAIRN")
        public String store = "";

        private MemoryStore opened = MemoryStore.Kind.CAIRN.open();

        /** Opens it. */
        @Setup(Level.Iteration)
        public void open() {
            opened = MemoryStore.Kind.valueOf(store).open();
        }
    }

    /** A thread's part. */
    @State(Scope.Thread)
    public static class Caller {
        private MemoryStore.Writer writer = MemoryStore.Kind.CAIRN.open().writer();

        /**
         * Begins streams of its own.
         *
         * @param store the store
         */
        @Setup(Level.Iteration)
        public void begin(Store store) {
            writer = store.opened.writer();
        }
    }

    /** One stream. */
    @State(Scope.Benchmark)
    public static class Filled {
        private final Events.Place place = new Events.Place();

        /**
         * Fills it.
         *
         * @param store the store
         */
        @Setup(Level.Iteration)
        public void fill(Store store) {
            store.opened.fill(place, LENGTH);
        }
    }

    /** For JMH. */
    public MemoryLogs() {}

    /**
     * Appends one event.
     *
     * @param caller whose stream
     */
    @Benchmark
    public void append(Caller caller) {
        caller.writer.append(1);
    }

    /**
     * Reads the stream.
     *
     * @param store the store
     * @param filled the stream
     * @return how many events it has
     */
    @Benchmark
    public int read(Store store, Filled filled) {
        return store.opened.read(filled.place);
    }
}
