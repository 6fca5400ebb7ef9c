// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogUrlTest {
    private static final String FORMS = "expected sqlite:FILE, sqlite:FILE?log=NAME, postgresql://USER@HOST/DATABASE"
            + " or memory:, for example --log sqlite:./cairn.db";

    @TempDir
    Path folder;

    private static Cairn.Said head(String url) {
        return Cairn.with(new byte[0], Map.of(), "head", "--log", url);
    }

    @Test
    void a_log_must_be_named() {
        Cairn.with(new byte[0], Map.of(), "head")
                .fails(2, "no log named: give --log URL or set CAIRN_LOG, for example --log sqlite:./cairn.db");
    }

    @Test
    void the_option_goes_before_or_after_the_verb_and_before_the_variable() {
        assertThat(head("memory:").ok().out()).startsWith("0  c1~");
        assertThat(Cairn.with(new byte[0], Map.of("CAIRN_LOG", "x:"), "--log", "memory:", "head")
                        .ok()
                        .out())
                .startsWith("0  c1~");
        assertThat(Cairn.with(new byte[0], Map.of("CAIRN_LOG", "memory:"), "head")
                        .ok()
                        .out())
                .startsWith("0  c1~");
    }

    @Test
    void an_unknown_scheme_is_told_with_what_is_known() {
        head("mysql:x").fails(2, "no log at \"mysql:x\": " + FORMS);
        head("sqlite:").fails(2, "no log at \"sqlite:\": " + FORMS);
        head("sqlite:x?mode=ro")
                .fails(2, "no log at \"sqlite:x?mode=ro\": unknown \"?mode=ro\", expected ?log=NAME or nothing");
    }

    @Test
    void passwords_are_never_shown() {
        assertThat(head("mysql://ada:s3cret@host/db").err())
                .doesNotContain("s3cret")
                .contains("//ada:***@host");
        assertThat(head("mysql://ada:s3/c@ret@host/db").err())
                .doesNotContain("s3", "ret@")
                .contains("//ada:***@host");
        assertThat(head("mysql://host/db?password=s3cret&x=1").err())
                .doesNotContain("s3cret")
                .contains("?password=***&x=1");
        assertThat(head("sqlite:x?password=s3cret").err()).doesNotContain("s3cret");
    }

    @Test
    void a_folder_a_missing_file_and_a_missing_folder_are_told_apart() {
        head("sqlite:" + folder)
                .fails(
                        2,
                        "sqlite:" + folder + ": that is a folder; name a file in it, for example sqlite:" + folder
                                + "/cairn.db");
        head("sqlite:" + folder + "/no.db")
                .fails(
                        2,
                        "sqlite:" + folder + "/no.db: there is no such file; check the name, or make a log with append,"
                                + " import or demo");
        assertThat(folder.resolve("no.db")).doesNotExist();
        Cairn.with(new byte[0], Map.of(), "append", "a/1", "t", "--log", "sqlite:" + folder + "/no/x.db")
                .fails(2, "sqlite:" + folder + "/no/x.db: there is no folder " + folder + "/no; make it first");
    }

    @Test
    void a_file_that_is_no_log_is_left_alone() throws IOException {
        Path file = Files.writeString(folder.resolve("notes.txt"), "dear diary\n".repeat(1000));
        for (String verb : new String[] {"head", "verify", "streams"}) {
            Cairn.with(new byte[0], Map.of(), verb, "--log", "sqlite:" + file).failsLike(2, "sqlite:" + file + ": .*");
        }
        Cairn.with(new byte[0], Map.of(), "append", "a/1", "t", "--log", "sqlite:" + file)
                .failsLike(2, "sqlite:" + file + ": .*");
        assertThat(file).hasContent("dear diary\n".repeat(1000));
    }

    @Test
    void many_logs_live_in_one_file() {
        String file = "sqlite:" + folder.resolve("all.db");
        Cairn.with(new byte[0], Map.of(), "append", "a/1", "t", "--log", file + "?log=x")
                .ok();
        Cairn.with(new byte[0], Map.of(), "append", "a/1", "t", "--log", file + "?log=y")
                .ok();
        assertThat(head(file + "?log=x").ok().out()).startsWith("1  ");
        head(file + "?log=z").failsLike(2, ".*");
    }
}
