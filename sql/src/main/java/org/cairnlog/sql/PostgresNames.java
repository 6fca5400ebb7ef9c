// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.cairnlog.event.StreamId;
import org.jspecify.annotations.Nullable;

/**
 * What the keys of streams and types stand for, as a node has read it; a name never changes. But a database that lost
 * its end gives keys again. So every reader first looks whether the last event with which something was learned is
 * still there, and takes nothing that was learned beyond the one that it has seen. For use by many threads.
 */
final class PostgresNames {
    private static final int MOST = 20_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Long, Learned<StreamId>> streams = bounded();
    private final Map<Long, Learned<String>> types = bounded();
    private Witness witness = Witness.first(0);

    /** An event as no other is: its position, its id, and when it was recorded, in microseconds. */
    record Place(long position, UUID id, long recordedAt) {}

    /**
     * The last event with which something was learned.
     *
     * @param history how often everything was forgotten before
     * @param place position 0 if nothing was learned yet
     */
    record Witness(int history, Place place) {
        private static Witness first(int history) {
            return new Witness(history, new Place(0, new UUID(0, 0), 0));
        }
    }

    private record Learned<T>(T name, long at) {}

    /** Names by their keys; null for those that are not known. */
    static final class Known {
        final Map<Long, @Nullable StreamId> streams = new HashMap<>();
        final Map<Long, @Nullable String> types = new HashMap<>();

        boolean isComplete() {
            return !streams.containsValue(null) && !types.containsValue(null);
        }
    }

    private static <T> Map<Long, Learned<T>> bounded() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, Learned<T>> eldest) {
                return size() > MOST;
            }
        };
    }

    /** What a reader has to look for. */
    Witness witness() {
        lock.lock();
        try {
            return witness;
        } finally {
            lock.unlock();
        }
    }

    /**
     * What a reader may rest on who has looked for a witness. If it is not there, all is forgotten.
     *
     * @param recordedAt the time of the event with that position and id; null if there is none
     */
    Witness confirmed(Witness seen, @Nullable Long recordedAt) {
        if (seen.place().position() == 0
                || (recordedAt != null && recordedAt == seen.place().recordedAt())) {
            return seen;
        }
        lock.lock();
        try {
            if (witness.history() == seen.history()) {
                streams.clear();
                types.clear();
                witness = Witness.first(seen.history() + 1);
            }
            return Witness.first(seen.history() + 1);
        } finally {
            lock.unlock();
        }
    }

    /** Fills in what may be taken by a reader who has seen a witness. */
    void fill(Witness seen, Known names) {
        lock.lock();
        try {
            if (seen.history() == witness.history()) {
                names.streams.replaceAll((key, unknown) -> known(streams, key, seen));
                names.types.replaceAll((key, unknown) -> known(types, key, seen));
            }
        } finally {
            lock.unlock();
        }
    }

    private static <T> @Nullable T known(Map<Long, Learned<T>> names, Long key, Witness seen) {
        Learned<T> learned = names.get(key);
        return learned == null || learned.at() > seen.place().position() ? null : learned.name();
    }

    /**
     * Learns names, unless others have done so since the reader has seen the witness.
     *
     * @param last the last event of the page that they were needed for
     */
    void learn(Witness seen, Place last, Known names) {
        lock.lock();
        try {
            if (seen.equals(witness)) {
                put(streams, names.streams, last);
                put(types, names.types, last);
                witness = last.position() > seen.place().position() ? new Witness(seen.history(), last) : seen;
            }
        } finally {
            lock.unlock();
        }
    }

    private static <T> void put(Map<Long, Learned<T>> learned, Map<Long, @Nullable T> names, Place last) {
        names.forEach((key, name) -> {
            if (name != null) {
                learned.put(key, new Learned<>(name, last.position()));
            }
        });
    }
}
