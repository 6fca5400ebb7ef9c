// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyVerbTest {
    @TempDir
    Path folder;

    @Test
    void a_whole_log_is_counted() {
        var cairn = new Cairn(folder);
        cairn.appendTo("a/1", 2);
        assertThat(cairn.run("verify").ok().out()).isEqualTo("Whole: 2 events, 0 husks, 1 stream\n");
    }

    @Test
    void the_first_damage_is_told_with_exit_code_1() throws IOException {
        var cairn = new Cairn(folder);
        cairn.appendTo("a/1", 5);
        Path file = folder.resolve("cairn.db");
        String content = Files.readString(file, ISO_8859_1);
        assertThat(content).containsOnlyOnce("{\"n\":3}");
        Files.writeString(file, content.replace("{\"n\":3}", "{\"n\":7}"), ISO_8859_1);
        var said = cairn.run("verify");
        assertThat(said.exit()).isEqualTo(1);
        assertThat(said.out()).startsWith("DAMAGE at position 3: ").hasLineCount(1);
        assertThat(cairn.run("verify", "--json").out())
                .startsWith("{\"ok\":false,")
                .contains("\"position\":3,\"damage\":\"");
    }
}
