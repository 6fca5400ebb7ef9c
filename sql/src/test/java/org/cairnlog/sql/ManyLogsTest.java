// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.exactly;
import static org.cairnlog.log.ExpectedVersion.noStream;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.CursorFromAnotherHistory;
import org.cairnlog.log.LogUnusable;
import org.cairnlog.log.Removal;
import org.cairnlog.log.StreamInfo;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs in one file know nothing of each other, although their streams, ids and tags are the same. */
class ManyLogsTest {
    private static final StreamId STREAM = StreamId.of("account", "42");

    @TempDir
    Path folder;

    private AtomicEventLog open(String name) {
        return Sqlite.open(folder.resolve("many.db"), o -> o.log(name));
    }

    @Test
    void the_same_streams_ids_and_tags_live_apart_in_each_log() {
        EventData event = EventData.json("opened", "{}").withTags("t");
        try (var a = open("a");
                var b = open("b")) {
            a.append(STREAM, noStream(), event);
            a.append(STREAM, exactly(1), EventData.json("closed", "{}").withTags("t"));
            var inB = b.append(STREAM, noStream(), event);

            assertThat(inB.repeated()).isFalse();
            assertThat(inB.firstPosition()).isEqualTo(1);
            assertThat(a.read(EventQuery.tags("t")).toList()).hasSize(2);
            assertThat(b.read(EventQuery.tags("t")).toList()).hasSize(1);
            assertThat(b.read(EventQuery.types("closed")).toList()).isEmpty();
            assertThat(b.read(EventQuery.category("account")).toList()).hasSize(1);
            assertThat(b.read(EventQuery.all()).toList()).hasSize(1);
            assertThat(b.streams().toList()).extracting(StreamInfo::version).containsExactly(1L);
            assertThatThrownBy(() -> b.read(EventQuery.all()).after(a.head()).toList())
                    .isInstanceOf(CursorFromAnotherHistory.class);
        }
    }

    @Test
    void removal_and_labels_touch_one_log_only() {
        try (var a = open("a");
                var b = open("b");
                var maintenance = Sqlite.maintenance(folder.resolve("many.db"), o -> o.log("a"));
                var other = Sqlite.maintenance(folder.resolve("many.db"), o -> o.log("b"))) {
            for (var log : List.of(a, b)) {
                log.append(STREAM, noStream(), EventData.json("opened", "{}").withTags("t"));
                log.label(STREAM, "group", "g");
            }
            maintenance.deleteByLabel("group", "g", "asked to");

            assertThat(a.stream(STREAM).orElseThrow().deleted()).isTrue();
            assertThat(b.stream(STREAM).orElseThrow().deleted()).isFalse();
            assertThat(b.streams().labelled("group", "g").toList()).hasSize(1);
            assertThat(maintenance.removals()).extracting(Removal::stream).containsExactly(STREAM);
            assertThat(other.removals()).isEmpty();
            assertThat(maintenance.verify(p -> {}).damage()).isEmpty();
            assertThat(other.verify(p -> {}).damage()).isEmpty();
        }
    }

    @Test
    void two_openings_of_one_log_are_one_log() {
        try (var a = open("a");
                var again = open("a")) {
            a.append(STREAM, any(), EventData.json("opened", "{}"));
            again.append(STREAM, exactly(1), EventData.json("closed", "{}"));
            assertThat(a.read(STREAM).toList().version()).isEqualTo(2);
        }
    }

    @RepeatedTest(20) // a race: two that switch a new file to write-ahead logging at the same moment
    void many_may_make_one_file_at_once() throws Exception {
        var start = new CountDownLatch(1);
        try (var openers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> positions = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                StreamId stream = StreamId.of("account", "" + i);
                positions.add(openers.submit(() -> {
                    start.await();
                    try (var log = open("a")) {
                        return log.append(stream, noStream(), EventData.json("opened", "{}"))
                                .firstPosition();
                    }
                }));
            }
            start.countDown();
            Set<Long> seen = new TreeSet<>();
            for (Future<Long> position : positions) {
                seen.add(position.get());
            }
            assertThat(seen).hasSize(16).first().isEqualTo(1L);
        }
    }

    @Test
    void a_name_that_the_file_does_not_hold_is_named_with_those_that_it_does() {
        open("orders").close();
        assertThatThrownBy(() -> Sqlite.open(
                        folder.resolve("many.db"), o -> o.log("order").mustExist()))
                .isInstanceOf(LogUnusable.class)
                .hasMessageContaining("\"order\"")
                .hasMessageContaining("\"orders\"");
    }

    @Test
    void maintenance_makes_nothing() {
        Path missing = folder.resolve("missing.db");
        assertThatThrownBy(() -> Sqlite.maintenance(missing)).isInstanceOf(LogUnusable.class);
        assertThat(missing).doesNotExist();
    }

    @Test
    void a_short_file_that_is_something_else_is_left_alone() throws Exception {
        for (int length : new int[] {1, 20, 511}) {
            Path note = Files.writeString(folder.resolve("note.txt"), "x".repeat(length));
            assertThatThrownBy(() -> Sqlite.open(note))
                    .isInstanceOf(LogUnusable.class)
                    .hasMessageContaining("is not a SQLite file");
            assertThat(note).hasContent("x".repeat(length));
        }
    }
}
