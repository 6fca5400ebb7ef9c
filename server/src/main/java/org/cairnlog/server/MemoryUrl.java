// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.time.Duration;
import java.util.UUID;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.LogRestore;
import org.cairnlog.log.MemoryEventLog;
import org.jspecify.annotations.Nullable;

/** A log that is gone with the command. */
final class MemoryUrl extends LogUrl {
    private @Nullable MemoryEventLog memory;

    MemoryUrl() {
        super("memory:", DEFAULT_NAME);
    }

    /** The same one as long as this URL is kept. */
    private MemoryEventLog memory() {
        MemoryEventLog known = memory;
        if (known == null) {
            known = MemoryEventLog.open();
            memory = known;
        }
        return known;
    }

    @Override
    boolean isMemory() {
        return true;
    }

    @Override
    String store() {
        return "memory";
    }

    @Override
    boolean isSame(LogUrl other) {
        return false;
    }

    @Override
    AtomicEventLog openOrMake(@Nullable Duration patience) {
        return memory();
    }

    @Override
    AtomicEventLog open() {
        return memory();
    }

    @Override
    LogMaintenance maintenance() {
        return memory().maintenance();
    }

    @Override
    LogRestore restore(UUID log) {
        return memory().restore(log);
    }
}
