// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Consumer;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.LogRestore;
import org.cairnlog.log.MemoryEventLog;
import org.cairnlog.sql.Sqlite;

/** The stores that every example runs on by the same code. */
enum Store {
    MEMORY {
        @Override
        AtomicEventLog open(Path file) {
            return MemoryEventLog.open();
        }

        @Override
        LogMaintenance maintenance(AtomicEventLog log, Path file) {
            return ((MemoryEventLog) log).maintenance();
        }

        @Override
        AtomicEventLog restored(Path file, UUID id, Consumer<LogRestore> copy) {
            MemoryEventLog log = MemoryEventLog.open();
            try (LogRestore restore = log.restore(id)) {
                copy.accept(restore);
            }
            return log;
        }
    },

    SQLITE {
        @Override
        AtomicEventLog open(Path file) {
            return Sqlite.open(file);
        }

        @Override
        LogMaintenance maintenance(AtomicEventLog log, Path file) {
            return Sqlite.maintenance(file);
        }

        @Override
        AtomicEventLog restored(Path file, UUID id, Consumer<LogRestore> copy) {
            try (LogRestore restore = Sqlite.restore(file, id)) {
                copy.accept(restore);
            }
            return Sqlite.open(file);
        }
    };

    abstract AtomicEventLog open(Path file);

    abstract LogMaintenance maintenance(AtomicEventLog log, Path file);

    abstract AtomicEventLog restored(Path file, UUID id, Consumer<LogRestore> copy);
}
