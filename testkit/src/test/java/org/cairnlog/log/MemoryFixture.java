// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;
import org.cairnlog.event.EventIds;
import org.cairnlog.testkit.AtomicLogFixture;
import org.cairnlog.testkit.ControllableClock;
import org.cairnlog.testkit.PersistentLogFixture;

/** The log in memory, or a mutant of it, under a contract. Opening again stands for a store on a perfect disk. */
class MemoryFixture implements AtomicLogFixture, PersistentLogFixture {
    /** Makes an empty log; a mutant's constructor. */
    interface Maker {
        MemoryEventLog make(InstantSource clock, Supplier<UUID> eventIds);
    }

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Maker maker;
    private final ControllableClock clock = ControllableClock.at(Instant.parse("2026-01-01T00:00:00Z"));
    private final Supplier<UUID> ids = new EventIds(clock, RANDOM);
    private final MemoryEventLog restored;
    private MemoryEventLog log;

    MemoryFixture(Maker maker) {
        this.maker = maker;
        log = maker.make(clock, ids);
        restored = maker.make(clock, ids);
    }

    @Override
    public AtomicEventLog log() {
        return log;
    }

    @Override
    public LogMaintenance maintenance() {
        return log.maintenance();
    }

    @Override
    public LogRestore restore(UUID id) {
        return restored.restore(id);
    }

    @Override
    public AtomicEventLog restored() {
        return restored;
    }

    @Override
    public LogMaintenance restoredMaintenance() {
        return restored.maintenance();
    }

    @Override
    public ControllableClock clock() {
        return clock;
    }

    @Override
    public void reopen() {
        MemoryEventLog next = maker.make(clock, ids);
        reopen(log, next);
        log.close();
        log = next;
    }

    /** What a store finds on its disk. */
    void reopen(MemoryEventLog before, MemoryEventLog after) {
        after.id = before.id;
        before.entries
                .subList(0, durable(before))
                .forEach(entry -> after.add(entry, before.appendStarts.get((int) entry.position())));
        for (MemoryStream stream : after.directory) {
            MemoryStream known = before.known(stream.id);
            stream.removedBefore = known.removedBefore;
            stream.labels.putAll(known.labels);
        }
        after.removals.addAll(before.removals);
    }

    /** How many places the disk holds. */
    int durable(MemoryEventLog before) {
        return before.entries.size();
    }

    @Override
    public void close() {
        log.close();
        restored.close();
    }
}
