// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TailVerbTest {
    @TempDir
    Path folder;

    private Cairn cairn;

    @BeforeEach
    void begin() {
        cairn = new Cairn(folder);
        cairn.appendTo("a/1", 3);
    }

    @Test
    void a_tail_begins_where_it_is_told_and_ends_at_its_limit() {
        var said = cairn.run("tail", "--after", "1", "--limit", "2").ok();
        assertThat(Cairn.positions(said)).containsExactly("2", "3");
        assertThat(said.err()).isEqualTo("Following from position 1\n");
    }

    @Test
    void a_tail_sees_what_comes_later() {
        String cursor = cairn.run("head").ok().out().strip().split("\\s+")[1];
        var tail = CompletableFuture.supplyAsync(
                () -> cairn.run("tail", "--after", cursor, "--limit", "2", "--timeout", "60", "--type", "u"));
        cairn.run("append", "a/1", "t").ok();
        cairn.run("append", "a/1", "u").ok();
        cairn.run("append", "a/2", "u").ok();
        assertThat(Cairn.positions(tail.join().ok())).containsExactly("5", "6");
    }

    @Test
    void patience_ends() {
        assertThat(cairn.run("tail", "--timeout", "0").ok().out()).isEmpty();
        assertThat(cairn.run("tail", "--after", "0", "--limit", "9", "--timeout", "0.1")
                        .exit())
                .isEqualTo(1);
        cairn.run("tail", "--limit", "0").fails(2, "--limit 0: expected a number from 1");
        cairn.run("tail", "--timeout", "-1").failsLike(2, "--timeout -1.0: expected seconds from 0 .*");
    }
}
