// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.cairnlog.event.EventData;
import org.cairnlog.event.Limits;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.event.StreamId;

/** Removal and checks for the log in memory. */
class MemoryMaintenance implements LogMaintenance {
    private static final int CHUNK = 100;

    final MemoryEventLog log;

    MemoryMaintenance(MemoryEventLog log) {
        this.log = log;
    }

    @Override
    public Removal truncate(StreamId stream, long before, String reason) {
        return truncate(stream, before, reason, true);
    }

    @Override
    public Removal truncateWithoutBaseline(StreamId stream, long before, String reason) {
        return truncate(stream, before, reason, false);
    }

    Removal truncate(StreamId stream, long before, String reason, boolean needsBaseline) {
        checkReason(reason);
        return log.locked(() -> {
            MemoryStream known = log.unlessDeleted(stream);
            checkBefore(stream, before, known.version());
            if (needsBaseline && before > known.removedBefore && !hasBaseline(known, before)) {
                throw new BaselineMissing(stream, before);
            }
            return remove(known, before, false, reason);
        });
    }

    static void checkBefore(StreamId stream, long before, long version) {
        if (before < 1 || before > version + 1) {
            throw new IllegalArgumentException("The stream " + stream + " cannot be truncated before version " + before
                    + "; it has versions 1 to " + version + ", so say 1 to " + (version + 1) + ".");
        }
    }

    static void checkReason(String reason) {
        Limits.text("reason of a removal", reason, Limits.STANDARD.labelBytes());
    }

    boolean hasBaseline(MemoryStream stream, long before) {
        for (long version = stream.version(); version >= before; version--) {
            if (log.entry(stream.positions.get((int) version - 1)) instanceof RecordedEvent event
                    && event.data().baseline()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Removal delete(StreamId stream, ExpectedVersion expected, String reason) {
        checkReason(reason);
        return log.locked(() -> {
            MemoryStream known = log.known(stream);
            if (log.isDeleted(known)) {
                return deletion(known);
            }
            if (!expected.isMetBy(known.version())) {
                throw new VersionConflict(List.of(new VersionConflict.Mismatch(stream, expected, known.version())));
            }
            known.labels.clear();
            log.storeDeletion(stream, EventData.deletion(log.eventIds.get(), reason));
            return remove(known, known.version(), true, reason);
        });
    }

    private Removal deletion(MemoryStream stream) {
        return log.removals.reversed().stream()
                .filter(removal -> removal.deletion() && removal.stream().equals(stream.id))
                .findFirst()
                .orElseThrow(() -> new StreamDeleted(stream.id, stream.version()));
    }

    Removal remove(MemoryStream stream, long before, boolean deletion, String reason) {
        long from = stream.removedBefore;
        for (long version = from; version < before; version++) {
            long position = stream.positions.get((int) version - 1);
            if (log.entry(position) instanceof RecordedEvent event) {
                log.entries.set((int) position - 1, event.husk());
            }
        }
        stream.removedBefore = Math.max(from, before);
        long number = log.removals.isEmpty() ? 1 : log.removals.getLast().number() + 1;
        var removal = new Removal(number, stream.id, deletion, before, stream.removedBefore - from, reason, log.now());
        log.removals.add(removal);
        return removal;
    }

    @Override
    public DeletedStreams deleteByLabel(String name, String value, String reason) {
        Limits.text("label name", name, Limits.STANDARD.nameBytes());
        Limits.text("label value", value, Limits.STANDARD.labelBytes());
        checkReason(reason);
        return log.locked(() -> {
            List<MemoryStream> found = log.directory.stream()
                    .filter(s -> hasLabel(s, name, value) && !log.isDeleted(s))
                    .limit(CHUNK + 1L)
                    .toList();
            found.stream().limit(CHUNK).forEach(s -> delete(s.id, ExpectedVersion.any(), reason));
            return new DeletedStreams(Math.min(found.size(), CHUNK), found.size() > CHUNK);
        });
    }

    boolean hasLabel(MemoryStream stream, String name, String value) {
        Label label = stream.labels.get(name);
        return label != null && label.value().equals(value);
    }

    @Override
    public Iterable<Removal> removals() {
        return log.locked(() -> List.copyOf(log.removals));
    }

    @Override
    public Verification verify(LongConsumer progress) {
        return log.locked(() -> {
            Set<UUID> ids = new HashSet<>();
            Map<StreamId, Long> versions = new HashMap<>();
            long husks = 0;
            Optional<Verification.Damage> damage = Optional.empty();
            for (int i = 0; i < log.entries.size() && damage.isEmpty(); i++) {
                StoredEntry entry = log.entries.get(i);
                husks += entry instanceof RecordedEvent ? 0 : 1;
                long expected = versions.merge(entry.stream(), 1L, Long::sum);
                if (entry.position() != i + 1L || entry.version() != expected || !ids.add(entry.id())) {
                    damage = Optional.of(new Verification.Damage(i, "position " + (i + 1) + " holds " + entry));
                }
                progress.accept(i + 1L);
            }
            return new Verification(log.entries.size() - husks, husks, versions.size(), damage);
        });
    }

    @Override
    public void close() {}
}
