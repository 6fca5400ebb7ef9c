// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.time.Instant;
import java.util.UUID;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.LogRestore;
import org.cairnlog.log.MemoryEventLog;

class MemoryFixture implements AtomicLogFixture {
    private final ControllableClock clock = ControllableClock.at(Instant.parse("2024-02-29T12:00:00Z"));
    private final MemoryEventLog log = MemoryEventLog.open(clock);
    private final MemoryEventLog second = MemoryEventLog.open(clock);

    @Override
    public AtomicEventLog log() {
        return log;
    }

    @Override
    public LogMaintenance maintenance() {
        return log.maintenance();
    }

    @Override
    public ControllableClock clock() {
        return clock;
    }

    @Override
    public LogRestore restore(UUID id) {
        return second.restore(id);
    }

    @Override
    public AtomicEventLog restored() {
        return second;
    }

    @Override
    public LogMaintenance restoredMaintenance() {
        return second.maintenance();
    }

    @Override
    public void close() {
        log.close();
        second.close();
    }
}
