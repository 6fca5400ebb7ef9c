// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.cairnlog.testkit.Torture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteTortureTest {
    private static final int KILLS = 32;

    @TempDir
    Path folder;

    @Test
    void killed_writers_lose_nothing_acknowledged_and_leave_nothing_in_part() throws Exception {
        long seed = Long.getLong("cairn.seed", System.nanoTime() % 1_000_000);
        System.out.println("torture: -Dcairn.seed=" + seed);
        Path file = folder.resolve("log.db");
        var torture = new Torture(
                () -> Sqlite.open(file),
                () -> Sqlite.maintenance(file),
                child -> start(file, child),
                line -> System.out.println("torture: " + line),
                new Random(seed));
        Torture.Report report = torture.run(KILLS);
        System.out.println("torture: " + report);
        assertThat(report.damage()).isEmpty();
        assertThat(report.kills()).isGreaterThanOrEqualTo(KILLS);
        assertThat(report.killsInFlight()).isGreaterThanOrEqualTo(report.kills() / 5);
        assertThat(report.unknown()).isGreaterThanOrEqualTo(report.kills() / 5);
        assertThat(report.stored()).as("unknown outcomes that were stored").isPositive();
        assertThat(report.notStored()).as("unknown outcomes that were not stored").isPositive();
    }

    private Process start(Path file, long seed) throws IOException {
        return new ProcessBuilder(Child.command(folder, TortureChild.class, file, seed))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
