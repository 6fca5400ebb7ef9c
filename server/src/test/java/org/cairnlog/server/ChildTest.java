// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.EventLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process of its own. */
class ChildTest {
    @TempDir
    Path folder;

    private Child start(String... arguments) {
        return Child.start(LogUrl.parse(new Cairn(folder).url), arguments);
    }

    @Test
    void the_exit_code_is_that_of_the_verb() throws InterruptedException {
        new Cairn(folder).appendTo("a/1", 1);
        try (Child yes = start("head");
                Child no = start("append", "a/1", "t", "--expect", "none");
                Child mistake = start("reed")) {
            assertThat(yes.line()).startsWith("1  c1~");
            assertThat(no.line()).startsWith("cairn: The append expected no stream of a/1 but found version 1.");
            assertThat(mistake.line()).startsWith("cairn: Unmatched argument at index 0: 'reed'");
            assertThat(yes.exit()).isZero();
            assertThat(no.exit()).isEqualTo(1);
            assertThat(mistake.exit()).isEqualTo(2);
        }
    }

    @Test
    void a_killed_import_is_run_again_and_nothing_is_lost_or_doubled() throws IOException, InterruptedException {
        History history = History.plain(folder.resolve("h"), 800, 100);
        var cairn = new Cairn(folder);
        cairn.run("append", "other/1", "t").ok();
        try (EventLog log = LogUrl.parse(cairn.url).open();
                Child child = start("import", history.file.toString(), "--atomic-by", "commit")) {
            Cursor seen = log.head();
            while (seen.places().getFirst().position() < history.events / 4 && child.isAlive()) {
                log.awaitGrowth(seen, Duration.ofSeconds(1));
                seen = log.head();
            }
            child.kill();
        }
        assertThat(cairn.run("verify").exit()).isZero();
        assertThat(cairn.run("import", history.file.toString(), "--atomic-by", "commit")
                        .ok()
                        .out())
                .contains("; already there: ");
        cairn.run("verify").ok();
        var fresh = cairn.on("fresh.db");
        fresh.run("import", history.file.toString(), "--atomic-by", "commit").ok();
        assertThat(cairn.run("export").ok().lines().stream().skip(1).toList())
                .isEqualTo(fresh.run("export").ok().lines());
    }
}
