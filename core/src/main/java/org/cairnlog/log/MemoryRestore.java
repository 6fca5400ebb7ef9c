// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.event.StreamId;

/** Fills the log in memory with another one's history. */
class MemoryRestore implements LogRestore {
    final MemoryEventLog log;

    MemoryRestore(MemoryEventLog log) {
        this.log = log;
    }

    @Override
    public Cursor head() {
        log.lock.lock();
        try {
            return log.cursor(log.entries.size());
        } finally {
            log.lock.unlock();
        }
    }

    @Override
    public void add(List<List<StoredEntry>> appends) {
        changing(() -> {
            check(appends);
            for (List<StoredEntry> append : appends) {
                for (int i = 0; i < append.size(); i++) {
                    log.add(append.get(i), i == 0);
                    restoreRemoved(append.get(i));
                }
            }
        });
    }

    private void changing(Runnable change) {
        log.lock.lock();
        try {
            checkIncomplete();
            change.run();
        } finally {
            log.lock.unlock();
        }
    }

    void checkIncomplete() {
        if (!log.restoring) {
            throw new IllegalStateException("The restore is complete, so nothing can be added to the log any more."
                    + " To restore it again, begin with an empty log.");
        }
    }

    private void restoreRemoved(StoredEntry entry) {
        if (!(entry instanceof RecordedEvent)) {
            log.known(entry.stream()).removedBefore = entry.version() + 1;
        }
    }

    private void check(List<List<StoredEntry>> appends) {
        long position = log.entries.size();
        Map<StreamId, Long> versions = new HashMap<>();
        Set<UUID> ids = new HashSet<>();
        List<StoredEntry> all = new ArrayList<>();
        appends.forEach(all::addAll);
        for (StoredEntry entry : all) {
            position++;
            long version = versions.computeIfAbsent(entry.stream(), log::version) + 1;
            versions.put(entry.stream(), version);
            boolean free = ids.add(entry.id()) && !log.positions.containsKey(entry.id());
            LogRestore.checkNext(entry, position, version, free);
        }
    }

    @Override
    public void labels(StreamId stream, Map<String, Label> labels) {
        changing(() -> log.known(stream).labels.putAll(labels));
    }

    @Override
    public void removal(Removal removal) {
        changing(() -> {
            log.known(removal.stream());
            if (log.removals.stream().noneMatch(known -> known.number() == removal.number())) {
                log.removals.add(removal);
            }
        });
    }

    @Override
    public void complete() {
        log.lock.lock();
        try {
            log.restoring = false;
        } finally {
            log.lock.unlock();
        }
    }

    @Override
    public void close() {}
}
