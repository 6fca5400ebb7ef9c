// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import java.util.Optional;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.EventLog;
import org.cairnlog.log.MemoryEventLog;

/**
 * Keeps the latest snapshot of each stream and schema. Safe for use by many threads and processes. What it throws never
 * fails a decision.
 */
public interface SnapshotStore {
    /** A log that keeps snapshots where it keeps its events; for stores. */
    interface Home {
        /**
         * The snapshots of the log's streams.
         *
         * @return the same for as long as the log is open
         */
        SnapshotStore snapshots();
    }

    /**
     * Snapshots that live and die with this process; also in front of a log whose other nodes have their own.
     *
     * @return an empty store
     */
    static SnapshotStore inMemory() {
        return new MemorySnapshotStore();
    }

    /**
     * The snapshots that a log keeps where it keeps its events; those of a log in memory are in memory.
     *
     * @param log an open log, as its store opened it
     * @return its snapshots
     * @throws IllegalArgumentException if it keeps none
     */
    static SnapshotStore of(EventLog log) {
        if (log.undecorated() instanceof Home home) {
            return home.snapshots();
        }
        if (log.undecorated() instanceof MemoryEventLog memory) {
            return memory.beside(MemorySnapshotStore.class, clock -> new MemorySnapshotStore());
        }
        throw new IllegalArgumentException("The log " + log.getClass().getSimpleName()
                + " keeps no snapshots. Say where they are to be kept, for example SnapshotStore.inMemory().");
    }

    /**
     * The latest snapshot.
     *
     * @param stream the stream
     * @param schema which state, and which shape of it
     * @return empty if there is none
     */
    Optional<Snapshot> latest(StreamId stream, String schema);

    /**
     * Keeps a snapshot in place of the one before, unless that has a higher version: who was slow does not put back
     * what is newer.
     *
     * @param snapshot of its stream and schema
     * @return whether it was kept
     */
    boolean save(Snapshot snapshot);

    /**
     * Takes a snapshot away that turned out to be of no use, unless another one has come in its place.
     *
     * @param snapshot as it was found
     */
    void discard(Snapshot snapshot);

    /**
     * Takes away all snapshots of a stream, of every schema; for example because its content is to be forgotten.
     *
     * @param stream the stream
     */
    void discard(StreamId stream);
}
