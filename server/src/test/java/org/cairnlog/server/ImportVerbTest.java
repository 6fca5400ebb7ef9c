// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportVerbTest {
    @TempDir
    Path folder;

    private Cairn cairn;

    @BeforeEach
    void begin() {
        cairn = new Cairn(folder);
    }

    @Test
    void each_line_is_an_append_and_a_second_import_adds_nothing() throws IOException {
        History history = History.plain(folder.resolve("h.ndjson"), 60, 100);
        assertThat(cairn.run("import", history.file.toString(), "--json").ok().out())
                .startsWith("{\"events\":" + history.events + ",\"streams\":" + history.streams + ",\"appends\":"
                        + history.events + ",\"alreadyThere\":{\"events\":0,\"streams\":0,\"appends\":0},\"seconds\":");
        assertThat(cairn.run("import", history.file.toString(), "--json").ok().out())
                .startsWith("{\"events\":0,\"streams\":0,\"appends\":0,\"alreadyThere\":{\"events\":" + history.events
                        + ",\"streams\":" + history.streams + ",\"appends\":" + history.events + "}");
        assertThat(cairn.run("head").ok().out()).startsWith(history.events + "  ");
    }

    @Test
    void a_run_of_lines_is_one_append_whatever_its_size() throws IOException {
        History history = History.gzip(folder.resolve("h.ndjson.gz"), 420, 3000);
        assertThat(cairn.run("import", history.file.toString(), "--atomic-by", "commit")
                        .ok()
                        .out())
                .startsWith("Imported " + Text.number(history.events) + " events in 420 appends, "
                        + Text.number(history.streams) + " new streams, in ");
        assertThat(cairn.run("import", history.file.toString(), "--atomic-by", "commit")
                        .ok()
                        .out())
                .contains("; already there: " + Text.number(history.events) + " events in 420 appends");
        assertThat(cairn.run("verify", "--json").ok().out())
                .isEqualTo("{\"ok\":true,\"events\":" + history.events + ",\"husks\":0,\"streams\":" + history.streams
                        + "}\n");
    }

    @Test
    void gzip_is_known_by_its_bytes_and_standard_input_works() throws IOException {
        History history = History.gzip(folder.resolve("named-otherwise"), 20, 30);
        cairn.run("import", history.file.toString(), "--atomic-by", "commit").ok();
        var other = cairn.on("other.db");
        other.run(Files.readAllBytes(history.file), "import", "-", "--atomic-by", "commit")
                .ok();
        assertThat(other.run("export").ok().out())
                .isEqualTo(cairn.run("export").ok().out());
    }

    @Test
    void a_line_becomes_an_event_with_all_that_it_says() {
        String line = "{\"specversion\":\"1.0\",\"id\":\"7\",\"source\":\"/git/x\",\"type\":\"FileAdded\","
                + "\"subject\":\"f\",\"time\":\"2010-01-19T19:39:18Z\",\"commit\":\"c1\",\"size\":3,"
                + "\"data\":{\"a\": 1}}";
        cairn.run(("\ufeff" + line + "\r\n\r\n").getBytes(UTF_8), "import", "-").ok();
        assertThat(cairn.run("read", "--category", "/git/x", "f", "--json").ok().out())
                .contains("\"type\":\"FileAdded\"")
                .contains("\"occurredAt\":\"2010-01-19T19:39:18Z\"")
                .contains("\"metadata\":{\"$id\":\"7\",\"$source\":\"/git/x\",\"commit\":\"c1\",\"size\":3}")
                .contains("\"data\":{\"a\": 1}");
        assertThat(cairn.run("export").ok().out()).isEqualTo(line + "\n");
    }

    @Test
    void a_cut_off_import_is_run_again_and_goes_on() throws IOException {
        History history = History.plain(folder.resolve("h.ndjson"), 50, 40);
        byte[] whole = Files.readAllBytes(history.file);
        byte[] half = Arrays.copyOf(whole, whole.length / 2);
        cairn.run(half, "import", "-", "--atomic-by", "commit").failsLike(2, "standard input:\\d+: expected a JSON.*");
        cairn.run("import", history.file.toString(), "--atomic-by", "commit").ok();
        var fresh = cairn.on("fresh.db");
        fresh.run("import", history.file.toString(), "--atomic-by", "commit").ok();
        assertThat(cairn.run("export").ok().out())
                .isEqualTo(fresh.run("export").ok().out());
    }

    @Test
    void the_same_lines_as_other_appends_are_refused() throws IOException {
        Path file = Files.writeString(
                folder.resolve("h"), History.commit("1", "a") + History.commit("2", "a") + History.commit("3", "b"));
        cairn.run("import", file.toString(), "--atomic-by", "commit").ok();
        cairn.run("import", file.toString())
                .failsLike(1, file + ":1: some of these events are in the log already, .*same --atomic-by as then.*");
    }
}
