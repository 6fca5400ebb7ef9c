// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BadImportTest {
    private static final String NOTHING = "\\. Nothing was stored";
    private static final String AGAIN = "; correct the line and import the file again";

    @TempDir
    Path folder;

    private Cairn cairn;

    @BeforeEach
    void begin() {
        cairn = new Cairn(folder);
    }

    private Cairn.Said imported(String text, String... more) {
        return imported(text.getBytes(UTF_8), more);
    }

    private Cairn.Said imported(byte[] bytes, String... more) {
        try {
            Path file = Files.write(folder.resolve("f"), bytes);
            String[] args = Arrays.copyOf(new String[] {"import", file.toString()}, 2 + more.length);
            System.arraycopy(more, 0, args, 2, more.length);
            return cairn.run(args);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String f() {
        return folder.resolve("f").toString();
    }

    private long head() {
        return Long.parseLong(cairn.run("head").ok().out().strip().split("\\s+")[0]);
    }

    @Test
    void a_malformed_line_is_named_and_what_stands_before_it_stays() {
        imported(History.line("1", "") + History.line("2", "") + "{\"specversion\":\n")
                .failsLike(
                        2,
                        f() + ":3: expected a JSON object, found malformed JSON at column \\d+: .*" + AGAIN
                                + "\\. What stands before is stored: 2 events in 2 appends; importing again adds none"
                                + " of them twice");
        assertThat(head()).isEqualTo(2);
    }

    @Test
    void a_missing_attribute_and_a_wrong_type_are_named() {
        imported("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/x\",\"type\":\"t\"}\n")
                .failsLike(2, f() + ":1: attribute \"subject\": expected text, found nothing" + AGAIN + NOTHING);
        imported("\n" + History.line("1", ",\"time\":7"))
                .failsLike(2, f() + ":2: attribute \"time\": expected text, found 7" + AGAIN + NOTHING);
        imported("[]\n").failsLike(2, f() + ":1: expected a JSON object, found an array" + AGAIN + NOTHING);
        imported("{\"specversion\":\"0.3\"}")
                .failsLike(2, f() + ":1: attribute \"specversion\": expected \"1.0\", found \"0.3\"" + AGAIN + NOTHING);
        imported(History.line("1", ""), "--atomic-by", "commit")
                .failsLike(
                        2,
                        f() + ":1: attribute \"commit\": expected a value, which --atomic-by goes by, found nothing"
                                + AGAIN + NOTHING);
    }

    @Test
    void no_unit_is_half_written() {
        String good = History.commit("1", "a") + History.commit("2", "a");
        imported(good + History.commit("3", "b") + "garbage\n", "--atomic-by", "commit")
                .failsLike(2, f() + ":4: .*What stands before is stored: 2 events in 1 append; .*");
        assertThat(head()).isEqualTo(2);
    }

    @Test
    void a_run_is_written_only_when_what_follows_was_read() {
        imported(History.commit("1", "a") + History.commit("2", "a") + "garbage\n", "--atomic-by", "commit")
                .failsLike(2, f() + ":3: .*" + NOTHING);
        assertThat(head()).isZero();
    }

    @Test
    void a_run_that_opens_again_names_both_lines() {
        String lines = History.commit("1", "a") + History.commit("2", "b") + "\n" + History.commit("3", "a");
        imported(lines, "--atomic-by", "commit")
                .failsLike(
                        2,
                        f() + ":4: the run of commit a that began at line 1 opens again, expected its lines side by"
                                + " side; .*What stands before is stored: 2 events in 2 appends; .*");
        assertThat(head()).isEqualTo(2);
    }

    @Test
    void a_truncated_or_damaged_compressed_file_is_told() throws IOException {
        History history = History.gzip(folder.resolve("h"), 30, 10);
        byte[] whole = Files.readAllBytes(history.file);
        imported(Arrays.copyOf(whole, whole.length - 6), "--atomic-by", "commit")
                .failsLike(
                        2,
                        f() + ":\\d+: the compressed file ends too early, expected its end mark; fetch or pack it"
                                + " again\\. .*");
        assertThat(head()).isLessThan(history.events);
        byte[] damaged = whole.clone();
        Arrays.fill(damaged, whole.length / 2, whole.length / 2 + 40, (byte) 0x55);
        imported(damaged).failsLike(2, f() + ":\\d+: .*");
        imported(Arrays.copyOf(whole, 5)).failsLike(2, f() + ":1: .*");
    }

    @Test
    void a_huge_line_is_not_read_to_its_end() throws IOException {
        Path file = folder.resolve("huge.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(History.line("1", "").getBytes(UTF_8));
            byte[] megabyte = new byte[1 << 20];
            Arrays.fill(megabyte, (byte) ' ');
            megabyte[0] = '{';
            for (int i = 0; i < 40; i++) {
                out.write(megabyte);
            }
        }
        cairn.run("import", file.toString())
                .failsLike(
                        2,
                        file + ":2: the line is longer than 24 MiB, expected one CloudEvent a line; .*1 event in 1"
                                + " append.*");
    }

    @Test
    void an_empty_file_a_folder_and_no_file_are_told() {
        imported("")
                .failsLike(2, f() + ":1: the file is empty, expected one CloudEvent a line; check the name" + NOTHING);
        imported("\n \n").failsLike(2, f() + ":1: the file is empty, .*");
        cairn.run("import", folder.toString()).failsLike(2, folder + ": that is a folder; name a file .*");
        cairn.run("import", folder + "/no").fails(2, folder + "/no: there is no such file");
    }

    @Test
    void a_unit_too_large_for_one_append_is_told() {
        var lines = new StringBuilder();
        for (int i = 0; i <= 50_000; i++) {
            lines.append(History.commit("" + i, "a"));
        }
        imported(lines.toString(), "--atomic-by", "commit")
                .failsLike(
                        2,
                        f() + ":50001: the run of commit a that began at line 1 is too large for one append, .*"
                                + NOTHING);
    }

    @Test
    void an_id_twice_in_one_unit_and_cairns_own_names_are_refused() {
        imported(History.commit("1", "a") + History.commit("1", "a"), "--atomic-by", "commit")
                .failsLike(2, f() + ":1: The event id .* appears twice in one append; .*" + NOTHING);
        imported(History.line("1", "").replace("\"type\":\"t\"", "\"type\":\"$t\""))
                .failsLike(2, f() + ":1: attribute \"type\": expected one that does not begin with \\$.*");
        imported(History.line("1", "").replace("\"/x\"", "\"" + "x".repeat(300) + "\""))
                .failsLike(2, f() + ":1: the event breaks a limit: The category takes 300 UTF-8 bytes; .*");
    }
}
