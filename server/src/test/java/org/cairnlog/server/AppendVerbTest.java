// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AppendVerbTest {
    private static final String ID = "0190a2c4-7c1e-7000-8000-3f2504e04f89";

    @TempDir
    Path folder;

    private Cairn cairn;

    @BeforeEach
    void begin() {
        cairn = new Cairn(folder);
    }

    @Test
    void an_append_says_where_the_event_is() {
        assertThat(cairn.run("append", "order/1", "placed").ok().out())
                .isEqualTo("Appended order/1 #1 at position 1\n");
        assertThat(cairn.run("append", "order/1", "paid", "--json").ok().out())
                .startsWith("{\"position\":2,\"stream\":\"order/1\",\"version\":2,\"id\":\"")
                .contains("\"cursor\":\"c1~")
                .endsWith("\"repeated\":false}\n");
    }

    @Test
    void everything_that_an_event_has_can_be_given() {
        cairn.run(
                        "append",
                        "order/1",
                        "placed",
                        "--data={\"a\":1}",
                        "--id=" + ID,
                        "--tag=x:1",
                        "--tag=y",
                        "--schema-version=3",
                        "--meta=k=v",
                        "--meta=n:=7",
                        "--meta=b:=true",
                        "--meta=d:=1.5",
                        "--occurred-at=2026-01-31T12:00:00Z",
                        "--baseline",
                        "--label=region=north")
                .ok();
        assertThat(cairn.run("read", "order/1", "--json").ok().out())
                .contains("\"id\":\"" + ID + "\",\"type\":\"placed\",\"schemaVersion\":3,")
                .contains("\"occurredAt\":\"2026-01-31T12:00:00Z\",\"tags\":[\"x:1\",\"y\"],"
                        + "\"metadata\":{\"b\":true,\"d\":1.5,\"k\":\"v\",\"n\":7},\"baseline\":true,"
                        + "\"contentType\":\"application/json\",\"data\":{\"a\":1}}");
        assertThat(cairn.run("streams", "--label", "region=north").ok().out())
                .startsWith("order/1 #1")
                .endsWith("region=north\n");
    }

    @Test
    void a_payload_comes_from_a_file_or_standard_input() throws IOException {
        Path file = Files.writeString(folder.resolve("x.json"), "{\"from\":\n\"file\"}");
        cairn.run("append", "a/1", "t", "--data", "@" + file).ok();
        cairn.run("{\"from\":\"stdin\"}".getBytes(UTF_8), "append", "a/1", "t", "--data", "-")
                .ok();
        cairn.run(new byte[] {1, 2, 3}, "append", "a/1", "t", "--data", "-", "--content-type", "image/png")
                .ok();
        assertThat(cairn.run("read", "a/1", "--json").ok().lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("\"data\":{\"from\": \"file\"}"),
                        line -> assertThat(line).contains("\"data\":{\"from\":\"stdin\"}"),
                        line -> assertThat(line).contains("\"dataBase64\":\"AQID\""));
        assertThat(cairn.run("read", "a/1").ok().lines().getLast()).endsWith("t  (3 bytes)");
    }

    @Test
    void the_same_id_again_is_a_repeat_and_another_event_under_it_is_refused() {
        cairn.run("append", "a/1", "t", "--id", ID).ok();
        assertThat(cairn.run("append", "a/1", "t", "--id", ID, "--expect", "none")
                        .ok()
                        .out())
                .isEqualTo("Already there: a/1 #1 at position 1\n");
        cairn.run("append", "a/1", "other", "--id", ID)
                .failsLike(1, "Nothing was stored: .*" + ID + " at position 1.*");
    }

    @ParameterizedTest
    @CsvSource({
        "any, a/1, 0",
        "any, a/9, 0",
        "none, a/9, 0",
        "exists, a/1, 0",
        "2, a/1, 0",
        "0, a/9, 0",
        "none, a/1, 1",
        "exists, a/9, 1",
        "1, a/1, 1",
        "3, a/1, 1",
        "deleted@2, a/1, 1"
    })
    void each_expectation_is_met_or_the_answer_is_no(String expectation, String stream, int exit) {
        cairn.appendTo("a/1", 2);
        assertThat(cairn.run("append", stream, "t", "--expect", expectation).exit())
                .isEqualTo(exit);
    }

    @Test
    void a_conflict_names_what_was_expected_and_found() {
        cairn.appendTo("a/1", 2);
        cairn.run("append", "a/1", "t", "--expect", "1")
                .fails(
                        1,
                        "The append expected version 1 of a/1 but found version 2. Nothing was stored; read again and"
                                + " decide again.");
        assertThat(cairn.run("append", "a/1", "t", "--expect", "1", "--json").err())
                .startsWith("{\"error\":\"VersionConflict\",\"message\":\"The append expected version 1")
                .endsWith("\"exit\":1}\n");
    }

    @Test
    void a_guard_on_another_stream_must_hold() {
        cairn.appendTo("a/1", 2);
        cairn.run("append", "b/1", "t", "--guard", "a/1=2").ok();
        assertThat(cairn.run("append", "b/1", "t", "--guard", "a/1=1").exit()).isEqualTo(1);
        cairn.run("append", "b/1", "t", "--guard", "a").failsLike(2, "--guard \"a\": expected STREAM=WHAT.*");
    }

    @Test
    void a_condition_counts_only_what_comes_after_its_point() {
        cairn.run("append", "seat/1", "taken", "--tag", "show:9").ok();
        String[] unless = {"append", "seat/1", "taken", "--unless-type", "taken", "--unless-tag", "show:9"};
        cairn.run(unless)
                .fails(
                        1,
                        "The append was to happen only without an event (type taken, tag show:9), but there is one at"
                                + " position 1. Nothing was stored; read again and decide again.");
        String[] after = {"append", "seat/2", "taken", "--unless-category", "seat", "--after", "1"};
        cairn.run(after).ok();
        assertThat(cairn.run(after).exit()).isEqualTo(1);
        assertThat(cairn.run("append", "x/1", "t", "--unless-stream", "seat/2").exit())
                .isEqualTo(1);
        cairn.run("append", "x/1", "t", "--after", "1").failsLike(2, "--after belongs to a condition: .*");
    }

    @Test
    void a_category_can_be_named_apart() {
        cairn.run("append", "--category", "/git/x", "a/b", "t").ok();
        assertThat(cairn.run("read", "%2Fgit%2Fx/a/b").ok().out()).contains("%2Fgit%2Fx/a/b #1");
        assertThat(cairn.run("read", "--category", "/git/x", "a/b").ok().lines())
                .hasSize(1);
    }

    @Test
    void bad_input_is_told_in_one_line() {
        cairn.run("append", "a/1", "t", "--data", "{\"a\":").failsLike(2, "--data is no JSON: .*--content-type");
        cairn.run("append", "a/1", "t", "--data", "@/no/such/file")
                .failsLike(2, "--data @/no/such/file cannot be read.*");
        cairn.run("append", "a/1", "t", "--id", "7").failsLike(2, "--id \"7\": expected a UUID, for example .*");
        cairn.run("append", "a/1", "t", "--expect", "x")
                .fails(2, "--expect \"x\": expected any, none, exists, a version like 3, or deleted@3");
        cairn.run("append", "a/1", "t", "--expect", "-1").failsLike(2, "The expected version is -1.*");
        cairn.run("append", "a", "t").failsLike(2, "\"a\" names no stream: write category/id, .*");
        cairn.run("append", "a/1", "$t").failsLike(2, "The event type \"\\$t\" begins with \\$.*");
        cairn.run("append", "a/1", "t", "--schema-version", "0").failsLike(2, "The schema version of \"t\" is 0.*");
        cairn.run("append", "a/1", "t", "--schema-version", "x")
                .failsLike(2, "Invalid value.*; see cairn append --help");
        cairn.run("append", "a/1", "t", "--meta", "x").fails(2, "--meta \"x\": expected name=value");
        cairn.run("append", "a/1", "t", "--meta", "x:=y")
                .fails(2, "--meta \"x:=y\": expected a number, true or false after :=");
        cairn.run("append", "a/1", "t", "--label", "=y").fails(2, "--label \"=y\": expected name=value");
        cairn.run("append", "a/1", "t", "--occurred-at", "now")
                .fails(2, "--occurred-at \"now\": expected a time like 2026-01-31 or 2026-01-31T12:00:00Z");
        cairn.run("append", "a/1", "t", "--unless-type", "t", "--after", "99").failsLike(2, ".*99.*");
        cairn.run("append", "a/1", "t", "--unless-type", "t", "--after", "x").failsLike(2, "\"x\" is no cursor\\..*");
        cairn.run("append", "a/1").failsLike(2, "Missing required parameter.*; see cairn append --help");
        cairn.run("append", "a/1", "t", "u").failsLike(2, "Unmatched argument.*; see cairn append --help");
    }
}
