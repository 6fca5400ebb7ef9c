// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemovalVerbsTest {
    @TempDir
    Path folder;

    private Cairn cairn;

    @BeforeEach
    void begin() {
        cairn = new Cairn(folder);
        cairn.appendTo("a/1", 3);
    }

    @Test
    void truncating_needs_a_baseline_or_the_word_that_it_does_not() {
        cairn.run("truncate", "a/1", "--before", "3", "--reason", "old")
                .failsLike(1, "The stream a/1 has no baseline at or after version 3, .*");
        assertThat(cairn.run("truncate", "a/1", "--before", "3", "--reason", "old", "--without-baseline")
                        .ok()
                        .out())
                .isEqualTo("Removed 2 events of a/1 before #3\n");
        cairn.run("append", "a/1", "state", "--baseline").ok();
        assertThat(cairn.run("truncate", "a/1", "--before", "4", "--reason", "old", "--json")
                        .ok()
                        .out())
                .startsWith("{\"removal\":2,\"stream\":\"a/1\",\"deletion\":false,\"before\":4,\"events\":1,"
                        + "\"reason\":\"old\",\"at\":\"");
        assertThat(Cairn.positions(cairn.run("read", "a/1").ok())).containsExactly("4");
        assertThat(cairn.run("streams").ok().out()).contains("removed before #4");
        assertThat(cairn.run("verify").ok().out()).isEqualTo("Whole: 1 event, 3 husks, 1 stream\n");
    }

    @Test
    void a_deleted_stream_refuses_writers_until_one_says_that_it_knows() {
        cairn.run("delete", "a/1", "--reason", "asked", "--expect", "2")
                .failsLike(1, "The append expected version 2.*");
        assertThat(cairn.run("delete", "a/1", "--reason", "asked", "--expect", "3")
                        .ok()
                        .out())
                .startsWith("Deleted a/1 with ");
        assertThat(cairn.run("streams").ok().out()).contains("deleted");
        cairn.run("append", "a/1", "t").failsLike(1, "The stream a/1 was deleted at version 4.*");
        cairn.run("append", "a/1", "t", "--expect", "deleted@4").ok();
        assertThat(cairn.run("read", "a/1").ok().lines()).hasSize(2);
    }

    @Test
    void streams_are_deleted_by_label() {
        cairn.appendTo("a/2", 1);
        cairn.appendTo("b/1", 1);
        cairn.run("label", "a/1", "tenant=x").ok();
        cairn.run("label", "a/2", "tenant=x").ok();
        assertThat(cairn.run("delete", "--label", "tenant=x", "--reason", "over")
                        .ok()
                        .out())
                .isEqualTo("Deleted 2 streams\n");
        assertThat(cairn.run("delete", "--label", "tenant=x", "--reason", "over", "--json")
                        .ok()
                        .out())
                .isEqualTo("{\"streams\":0}\n");
        assertThat(cairn.run("read", "b/1").ok().lines()).hasSize(1);
    }

    @Test
    void bad_orders_are_told_in_one_line() {
        cairn.run("truncate", "a/1", "--before", "9", "--reason", "x").failsLike(2, "The stream a/1 cannot be.*");
        cairn.run("truncate", "a/1", "--before", "2").failsLike(2, "Missing required option: '--reason=TEXT'.*");
        cairn.run("truncate", "z/1", "--before", "1", "--reason", "x").failsLike(1, "Nobody has written to .*");
        cairn.run("delete", "--reason", "x").failsLike(2, "delete STREAM, for example order/1, or .*");
        cairn.run("delete", "--label", "x=", "--reason", "x")
                .fails(2, "--label x=: expected a value; nothing never means everything");
        cairn.run("delete", "--label", "x=y", "--expect", "1", "--reason", "x").failsLike(2, "--expect and --cat.*");
    }
}
