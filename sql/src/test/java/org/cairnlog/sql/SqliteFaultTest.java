// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.LogMaintenance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * System calls that fail while a child appends, by strace: after the failure the log goes on, everything that was
 * acknowledged is where it was said to be, and what failed left nothing.
 */
class SqliteFaultTest {
    private static final int APPENDS = 60;

    @TempDir
    Path folder;

    /** What the child said, by the marker of the append. */
    private record Answers(Map<String, Long> acknowledged, List<String> unknown, Map<String, String> failed) {}

    @Test
    void a_full_disk_fails_appends_and_the_log_goes_on_when_there_is_room_again() throws Exception {
        if (Strace.isLeftOut("appends on a full disk")) {
            return;
        }
        make();
        Answers answers = run(1, on("log.db-wal"), "-e", "inject=pwrite64:error=ENOSPC:when=40..60");
        assertThat(answers.failed()).isNotEmpty();
        assertThat(answers.failed().values())
                .allSatisfy(
                        text -> assertThat(text).startsWith("LogUnavailable").contains("full", "make room"));
        assertThat(answers.acknowledged().keySet())
                .as("before and after")
                .contains(MarkingChild.marker(0, 0), MarkingChild.marker(0, APPENDS - 1));
        assertStored(answers);
    }

    @Test
    void a_disk_that_is_full_from_the_start_is_said_when_a_log_is_made_there() throws Exception {
        if (Strace.isLeftOut("opening on a full disk")) {
            return;
        }
        List<String> said = new Strace(folder)
                .with(
                        "-e",
                        "trace=pwrite64",
                        "-P",
                        folder.resolve("log.db") + "",
                        "-P",
                        folder.resolve("log.db-wal") + "")
                .with("-e", "inject=pwrite64:error=ENOSPC")
                .run(child(1));
        assertThat(said)
                .singleElement()
                .asString()
                .startsWith("not opened: LogUnavailable")
                .contains("full");
        try (AtomicEventLog log = Sqlite.open(folder.resolve("log.db"))) {
            assertThat(log.append(MarkingChild.prepared(0, 0)).firstPosition()).isEqualTo(1);
        }
    }

    @Test
    void a_write_that_fails_is_not_acknowledged() throws Exception {
        if (Strace.isLeftOut("failing writes")) {
            return;
        }
        make();
        Answers answers = run(4, on("log.db-wal"), "-e", "inject=pwrite64:error=EIO:when=30..32");
        assertThat(answers.failed().size() + answers.unknown().size()).isPositive();
        assertThat(answers.failed().values()).allMatch(text -> text.startsWith("LogUnavailable"));
        assertStored(answers);
    }

    @Test
    void a_sync_that_fails_leaves_the_outcome_unknown_and_nothing_is_acknowledged_on_its_strength() throws Exception {
        if (Strace.isLeftOut("failing syncs")) {
            return;
        }
        make();
        Strace strace = on("log.db-wal");
        Answers answers = run(4, strace, "-e", "inject=fsync,fdatasync:error=EIO:when=5..6");
        assertThat(answers.unknown()).isNotEmpty();
        assertStored(answers);
    }

    @Test
    void after_a_failed_sync_a_repeat_is_acknowledged_only_when_it_was_written_and_synced_again() throws Exception {
        if (Strace.isLeftOut("the order of syncs after a failed one")) {
            return;
        }
        make();
        // All files, so that the acknowledgements are in the trace; the third sync is that of an append.
        var strace = new Strace(folder).with("-e", "trace=pwrite64,write,fsync,fdatasync");
        Answers answers = run(1, strace, "-e", "inject=fsync,fdatasync:error=EIO:when=10");
        assertThat(answers.unknown()).isNotEmpty();
        assertThat(strace.order().tooEarly()).isEmpty();
        assertStored(answers);
    }

    @Test
    void a_read_only_file_is_refused() throws Exception {
        if (Strace.isLeftOut("read-only files, which the tests' user may be allowed to write to all the same")) {
            return;
        }
        make();
        // The first call asks whether the file exists, the second whether it can be written.
        List<String> said = new Strace(folder)
                .with("-e", "trace=access", "-P", folder.resolve("log.db").toString())
                .with("-e", "inject=access:error=EROFS:when=2+")
                .run(child(1));
        assertThat(said)
                .singleElement()
                .asString()
                .startsWith("not opened: LogUnusable")
                .contains("read-only");
    }

    @Test
    void a_file_in_a_read_only_folder_is_refused() throws Exception {
        if (Strace.isLeftOut("read-only folders, which the tests' user may be allowed to write to all the same")) {
            return;
        }
        make();
        List<String> said = new Strace(folder)
                .with("-e", "trace=openat", "-P", folder.resolve("log.db-wal").toString())
                .with("-e", "inject=openat:error=EROFS")
                .run(child(1));
        assertThat(said)
                .singleElement()
                .asString()
                .startsWith("not opened: LogUn")
                .contains("log.db", "permissions of its directory");
    }

    private void make() {
        Sqlite.open(folder.resolve("log.db")).close();
    }

    private Strace on(String file) {
        return new Strace(folder)
                .with(
                        "-e",
                        "trace=pwrite64,fsync,fdatasync",
                        "-P",
                        folder.resolve(file).toString());
    }

    private List<String> child(int clients) {
        return Child.command(folder, MarkingChild.class, folder.resolve("log.db"), clients, APPENDS / clients, "FULL");
    }

    private Answers run(int clients, Strace strace, String... inject) throws Exception {
        var answers = new Answers(new LinkedHashMap<>(), new ArrayList<>(), new LinkedHashMap<>());
        for (String line : strace.with(inject).run(child(clients))) {
            String[] words = line.split(" ", 3);
            switch (words[0]) {
                case "ACK" -> answers.acknowledged().put(words[1], Long.valueOf(words[2]));
                case "unknown" -> answers.unknown().add(words[1]);
                case "failed" -> answers.failed().put(words[1], words[2]);
                default -> throw new AssertionError(line);
            }
        }
        System.out.println("faults: " + answers.acknowledged().size() + " acknowledged, "
                + answers.unknown().size() + " unknown, " + answers.failed().size() + " failed: "
                + answers.failed().values().stream().distinct().toList());
        return answers;
    }

    private void assertStored(Answers answers) {
        try (LogMaintenance maintenance = Sqlite.maintenance(folder.resolve("log.db"))) {
            assertThat(maintenance.verify(position -> {}).damage()).isEmpty();
        }
        try (AtomicEventLog log = Sqlite.open(folder.resolve("log.db"))) {
            long events = log.head().places().getFirst().position();
            for (int client = 0; client < APPENDS; client++) {
                for (int number = 0; number < APPENDS; number++) {
                    String marker = MarkingChild.marker(client, number);
                    Append append = MarkingChild.prepared(client, number);
                    if (answers.acknowledged().containsKey(marker)) {
                        Appended again = log.append(append);
                        assertThat(again.repeated()).as(marker).isTrue();
                        assertThat(again.firstPosition())
                                .as(marker)
                                .isEqualTo(answers.acknowledged().get(marker));
                    } else if (answers.failed().containsKey(marker)
                            && !answers.unknown().contains(marker)) {
                        assertThat(log.append(append).repeated()).as(marker).isFalse();
                    }
                }
            }
            long unsettled = answers.unknown().stream()
                    .filter(marker -> !answers.acknowledged().containsKey(marker))
                    .count();
            assertThat(events)
                    .isBetween(
                            (long) answers.acknowledged().size(),
                            answers.acknowledged().size() + unsettled);
        }
    }
}
