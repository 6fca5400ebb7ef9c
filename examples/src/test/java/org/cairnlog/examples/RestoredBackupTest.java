// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.event.EventData.json;
import static org.cairnlog.event.EventQuery.all;
import static org.cairnlog.log.ExpectedVersion.any;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.CursorFromAnotherHistory;
import org.cairnlog.sql.Sqlite;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reader is told when the log under it was replaced by an older copy, also after the copy has grown again. */
class RestoredBackupTest {
    private final StreamId account = StreamId.of("account", "42");

    @TempDir
    Path folder;

    @Test
    void a_restored_backup_refuses_the_cursors_of_what_it_lost() throws IOException {
        Path file = folder.resolve("bank.db");
        Path backup = folder.resolve("backup.db");
        Cursor kept;
        try (AtomicEventLog log = Sqlite.open(file)) {
            kept = log.append(account, any(), json("money-deposited", "1")).cursor();
        }
        Files.copy(file, backup); // the log is closed, so this is the whole of it
        Cursor lost;
        try (AtomicEventLog log = Sqlite.open(file)) {
            lost = log.append(account, any(), json("money-deposited", "2")).cursor();
        }
        Files.copy(backup, file, StandardCopyOption.REPLACE_EXISTING);

        try (AtomicEventLog log = Sqlite.open(file)) {
            assertThatThrownBy(() -> log.read(all()).after(lost).toList()).isInstanceOf(CursorFromAnotherHistory.class);
            log.append(account, any(), json("money-deposited", "3"));
            assertThat(log.head().places().getFirst().position())
                    .isEqualTo(lost.places().getFirst().position());
            assertThatThrownBy(() -> log.read(all()).after(lost).toList()).isInstanceOf(CursorFromAnotherHistory.class);
            assertThat(log.read(all()).after(kept)).hasSize(1);
        }
    }
}
