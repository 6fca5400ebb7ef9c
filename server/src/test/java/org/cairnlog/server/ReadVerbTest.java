// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadVerbTest {
    @TempDir
    Path folder;

    private Cairn cairn;

    @BeforeEach
    void five_events_on_two_streams() {
        cairn = new Cairn(folder);
        cairn.run("append", "a/1", "made", "--tag", "x").ok();
        cairn.run("append", "b/1", "made", "--meta", "n:=7").ok();
        cairn.run("append", "a/1", "changed", "--tag", "x", "--tag", "y").ok();
        cairn.run("append", "a/1", "changed", "--meta", "n=7").ok();
        cairn.run("append", "b/1", "gone").ok();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a/1 | 1 3 4",
                "a/1 --backward | 4 3 1",
                "a/1 --from 2 | 3 4",
                "a/1 --to 2 | 1 3",
                "a/1 --from 2 --to 2 | 3",
                "a/1 --from 9 | ''",
                "a/1 --limit 2 | 1 3",
                "a/1 --backward --limit 1 | 4",
                "a/1 --type changed | 3 4",
                "a/1 --after 1 --up-to 3 | 3",
                "1 --category a --tag y | 3",
                "z/9 | ''",
                "--all | 1 2 3 4 5",
                "--all --backward --limit 2 | 5 4",
                "--all --after 2 --limit 2 | 3 4",
                "--all --after 5 | ''",
                "--all --up-to 2 | 1 2",
                "--all --up-to 0 | ''",
                "--all --category a | 1 3 4",
                "--all --category a --category b --type made | 1 2",
                "--all --type made --type gone | 1 2 5",
                "--all --tag x | 1 3",
                "--all --tag x --tag y | 3",
                "--all --meta n:=7 | 2",
                "--all --meta n=7 | 4",
                "--all --recorded-after 2000-01-01 | 1 2 3 4 5",
                "--all --recorded-after 2999-01-01T00:00:00Z | ''",
            })
    void filters_and_ranges_choose_events(String args, String positions) {
        var said = cairn.run(("read " + args).split(" ")).ok();
        assertThat(String.join(" ", Cairn.positions(said))).isEqualTo(positions);
    }

    @Test
    void a_cursor_is_a_point_too() {
        String cursor = cairn.run("head").ok().out().strip().split("\\s+")[1];
        assertThat(cursor).startsWith("c1~");
        assertThat(cairn.run("read", "--all", "--up-to", cursor).ok().lines()).hasSize(5);
        cairn.run("append", "a/1", "late").ok();
        assertThat(Cairn.positions(cairn.run("read", "--all", "--after", cursor).ok()))
                .containsExactly("6");
        var other = cairn.on("other.db");
        other.appendTo("a/1", 9);
        other.run("read", "--all", "--after", cursor).failsLike(1, "The cursor " + cursor + " is of another history.*");
    }

    @Test
    void head_is_a_number_for_machines() {
        assertThat(cairn.run("head", "--json").ok().out()).matches("\\{\"position\":5,\"cursor\":\"c1~[^\"]+\"}\n");
    }

    @Test
    void an_event_is_one_line_and_cannot_play_with_the_terminal() {
        cairn.run("append", "c/\033[31m", "t", "--data", "\"\\u001b \u202e\"", "--tag", "\033]0;x")
                .ok();
        String line = cairn.run("read", "--all", "--category", "c").ok().out();
        assertThat(line.strip().chars().noneMatch(Character::isISOControl)).isTrue();
        assertThat(line).doesNotContain("\u202e").contains("c/\ufffd[31m #1  t");
    }

    @Test
    void bad_questions_are_told_in_one_line() {
        cairn.run("read").fails(2, "read STREAM, for example order/1, or read --all; see cairn read --help");
        cairn.run("read", "a/1", "--all").failsLike(2, "read STREAM, .*");
        cairn.run("read", "--all", "--from", "1").failsLike(2, "--from and --to are versions of one stream; .*");
        cairn.run("read", "a/1", "--from", "0").fails(2, "The first version of a read is 0; it must be at least 1.");
        cairn.run("read", "--all", "--limit", "0").fails(2, "The limit of a read is 0; it must be at least 1.");
        cairn.run("read", "--all", "--after", "6").failsLike(2, ".*6.*");
        cairn.run("read", "--all", "--recorded-after", "x").failsLike(2, "--recorded-after \"x\": expected a time.*");
        cairn.run("read", "--all", "--bogus").failsLike(2, "Unknown option: '--bogus'; see cairn read --help");
        cairn.run("read", "1", "--category", "a", "--category", "b").failsLike(2, "one stream has one category; .*");
    }

    @Test
    void streams_are_listed_in_the_order_of_creation() {
        assertThat(cairn.run("streams").ok().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("a/1 #3"),
                        line -> assertThat(line).startsWith("b/1 #2"));
        assertThat(cairn.run("streams", "--after", "a/1", "--json").ok().out())
                .startsWith("{\"stream\":\"b/1\",\"version\":2,\"createdAt\":\"")
                .endsWith("\"removedBefore\":1,\"deleted\":false,\"labels\":{}}\n");
        assertThat(cairn.run("streams", "--limit", "1").ok().lines()).hasSize(1);
        assertThat(cairn.run("streams", "--category", "b").ok().lines()).hasSize(1);
        cairn.run("streams", "--after", "no/9").failsLike(1, "Nobody has written to the stream no/9; .*");
    }

    @Test
    void labels_are_set_found_and_removed() {
        cairn.run("label", "a/1", "region=north", "owner=ada").ok();
        cairn.run("label", "b/1", "region=south").ok();
        assertThat(cairn.run("streams", "--label", "region").ok().lines()).hasSize(2);
        assertThat(cairn.run("streams", "--label", "region=south").ok().out()).startsWith("b/1");
        assertThat(cairn.run("streams", "--label", "owner", "--json").ok().out())
                .contains("\"labels\":{\"owner\":{");
        cairn.run("label", "a/1", "--remove", "owner").ok();
        assertThat(cairn.run("streams", "--label", "owner").ok().lines()).isEqualTo(List.of());
        cairn.run("label", "a/1").failsLike(2, "nothing to do: .*");
        cairn.run("label", "a/1", "x").fails(2, "label \"x\": expected name=value");
        cairn.run("label", "z/1", "x=y").failsLike(1, "Nobody has written to the stream z/1; .*");
    }
}
