// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.cairnlog.event.StreamId;

/** Snapshots in memory. */
class MemorySnapshotStore implements SnapshotStore {
    record Key(StreamId stream, String schema) {}

    final Map<Key, Snapshot> snapshots = new ConcurrentHashMap<>();

    @Override
    public Optional<Snapshot> latest(StreamId stream, String schema) {
        return Optional.ofNullable(snapshots.get(new Key(stream, schema)));
    }

    @Override
    public boolean save(Snapshot snapshot) {
        Snapshot kept = snapshots.merge(
                new Key(snapshot.stream(), snapshot.schema()),
                snapshot,
                (old, fresh) -> old.version() > fresh.version() ? old : fresh);
        return kept.equals(snapshot);
    }

    @Override
    public void discard(Snapshot snapshot) {
        snapshots.computeIfPresent(
                new Key(snapshot.stream(), snapshot.schema()),
                (key, kept) ->
                        kept.version() == snapshot.version() && kept.event().equals(snapshot.event()) ? null : kept);
    }

    @Override
    public void discard(StreamId stream) {
        snapshots.keySet().removeIf(key -> key.stream().equals(stream));
    }
}
