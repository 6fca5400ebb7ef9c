// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.log.EventLog;
import org.cairnlog.log.LogRestore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopyVerbTest {
    @TempDir
    Path folder;

    private Cairn from;
    private Cairn to;

    @BeforeEach
    void a_log_with_everything() throws IOException {
        from = new Cairn(folder);
        to = from.on("copy.db");
        History history = History.plain(folder.resolve("h"), 60, 900);
        from.run("import", history.file.toString(), "--atomic-by", "commit").ok();
        from.appendTo("a/1", 3);
        from.run("label", "a/1", "region=north").ok();
        from.run("truncate", "a/1", "--before", "2", "--reason", "old", "--without-baseline")
                .ok();
        from.appendTo("a/2", 2);
        from.run("delete", "a/2", "--reason", "asked").ok();
    }

    private Cairn.Said copy() {
        return from.run("copy", "--from", from.url, "--to", to.url);
    }

    private void assertSame() {
        for (List<String> args : List.of(
                List.of("read", "--all", "--json"), List.of("streams", "--json"), List.of("head"), List.of("verify"))) {
            String[] words = args.toArray(String[]::new);
            assertThat(to.run(words).ok().out()).isEqualTo(from.run(words).ok().out());
        }
    }

    @Test
    void a_copy_keeps_places_ids_times_husks_and_labels() {
        assertThat(copy().ok().out()).startsWith("Copied ");
        assertSame();
        String cursor = from.run("head").ok().out().strip().split("\\s+")[1];
        to.run("append", "a/3", "t").ok();
        assertThat(to.run("read", "--all", "--after", cursor).ok().lines()).hasSize(1);
    }

    @Test
    void a_copy_that_was_cut_off_goes_on() {
        LogUrl source = LogUrl.parse(from.url);
        LogUrl target = LogUrl.parse(to.url);
        try (EventLog log = source.open();
                LogRestore restore = target.restore(log.id())) {
            List<List<StoredEntry>> page = log.history(log.beginning()).appends();
            restore.add(page.subList(0, page.size() / 2));
        }
        assertThat(to.run("head").exit()).isNotZero();
        assertThat(copy().ok().out()).contains(", going on after position ");
        assertSame();
    }

    @Test
    void a_target_that_holds_something_is_refused() {
        to.run("append", "x/1", "t").ok();
        assertThat(copy().exit()).isEqualTo(2);
        assertThat(copy().err()).startsWith("cairn: " + to.url + ": ");
        assertThat(to.run("head").ok().out()).startsWith("1 ");
        from.run("copy", "--from", from.url, "--to", from.url).fails(2, "--from and --to are the same log " + from.url);
        from.run("copy", "--from", "sqlite:" + folder + "/no", "--to", to.url).failsLike(2, ".*: there is no such .*");
        from.run("copy", "--from", from.url).failsLike(2, "Missing required option: '--to=URL'; .*");
    }
}
