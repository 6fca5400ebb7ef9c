// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
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
        String minutes = System.getProperty("cairn.torture.minutes", "");
        Torture torture = torture(TortureChild.class, seed);
        Torture.Report report =
                minutes.isEmpty() ? torture.run(KILLS) : torture.run(Duration.ofMinutes(Long.parseLong(minutes)));
        System.out.println("torture: " + report);
        assertThat(report.damage()).isEmpty();
        assertThat(report.kills()).isGreaterThanOrEqualTo(minutes.isEmpty() ? KILLS : 1);
        assertThat(report.killsInFlight()).isGreaterThanOrEqualTo(report.kills() / 5);
        assertThat(report.unknown()).isGreaterThanOrEqualTo(report.kills() / 5);
        assertThat(report.stored()).as("unknown outcomes that were stored").isPositive();
        assertThat(report.notStored())
                .as("unknown outcomes that were not stored")
                .isPositive();
    }

    @Test
    void a_log_that_acknowledges_before_it_has_appended_is_found() throws Exception {
        Torture.Report report = torture(EagerChild.class, 1).run(KILLS);
        System.out.println("torture of a log that answers first: found after " + report.kills() + " kills");
        assertThat(report.damage()).anyMatch(text -> text.contains("was acknowledged at position"));
    }

    private Torture torture(Class<?> child, long seed) {
        Path file = folder.resolve("log.db");
        return new Torture(
                () -> Sqlite.open(file),
                () -> Sqlite.maintenance(file),
                childSeed -> start(child, file, childSeed),
                line -> System.out.println("torture: " + line),
                new Random(seed));
    }

    private Process start(Class<?> child, Path file, long seed) throws IOException {
        return new ProcessBuilder(Child.command(folder, child, file, seed))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
