// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.cairnlog.event.CairnException;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.CursorFromAnotherHistory;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.LogUnusable;
import org.cairnlog.log.Tail;
import org.cairnlog.log.Verification;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are damaged, cut, copied, something else or from the future. */
class SqliteDamageTest {
    private static final StreamId STREAM = StreamId.of("thing", "1");

    @TempDir
    Path folder;

    private Path file;
    private List<RecordedEvent> written;

    @BeforeEach
    void write() {
        file = folder.resolve("log.db");
        try (AtomicEventLog log = Sqlite.open(file)) {
            var random = new Random(1);
            for (int i = 0; i < 60; i++) {
                byte[] payload = new byte[random.nextInt(700)];
                random.nextBytes(payload);
                log.append(Append.to(
                                StreamId.of("thing", "" + i % 7),
                                ExpectedVersion.any(),
                                EventData.of("Happened", payload).withTags("t:" + i % 5))
                        .label(StreamId.of("thing", "" + i % 7), "label", "" + i));
            }
            written = log.read(EventQuery.all()).toList();
        }
    }

    private enum Seen {
        REFUSED,
        FOUND_BY_VERIFY,
        HARMLESS
    }

    /** A damaged file must be refused, or found damaged; or else it gives everything as it was. */
    private Seen look(String what) {
        try {
            Optional<Verification.Damage> damage;
            try (LogMaintenance maintenance = Sqlite.maintenance(file, SqliteOptions::mustExist)) {
                damage = maintenance.verify(position -> {}).damage();
            }
            try (AtomicEventLog log = Sqlite.open(file, SqliteOptions::mustExist)) {
                List<RecordedEvent> read = log.read(EventQuery.all()).toList();
                List<RecordedEvent> stream = log.read(STREAM).toList();
                if (damage.isPresent()) {
                    return Seen.FOUND_BY_VERIFY;
                }
                assertThat(read).as(what).isEqualTo(written);
                assertThat(stream)
                        .as(what)
                        .isEqualTo(written.stream()
                                .filter(e -> e.stream().equals(STREAM))
                                .toList());
                return Seen.HARMLESS;
            }
        } catch (LogUnusable e) {
            assertThat(e).as(what).hasMessageContaining("log.db");
            return Seen.REFUSED;
        } catch (CairnException e) {
            throw new AssertionError(what + " gave " + e, e);
        }
    }

    @Test
    void a_page_that_was_overwritten_is_refused_or_found() throws IOException {
        byte[] good = Files.readAllBytes(file);
        var counts = new TreeMap<Seen, Integer>();
        for (int page = 0; page < good.length / 4096; page++) {
            for (int kind = 0; kind < 3; kind++) {
                byte[] bad = good.clone();
                int from = page * 4096 + (page == 0 ? 100 : 0);
                if (kind == 0) {
                    Arrays.fill(bad, from, (page + 1) * 4096, (byte) 0);
                } else if (kind == 1) {
                    byte[] noise = new byte[(page + 1) * 4096 - from];
                    new Random(page).nextBytes(noise);
                    System.arraycopy(noise, 0, bad, from, noise.length);
                } else {
                    System.arraycopy(good, (page * 7 + 3) % (good.length / 4096) * 4096, bad, page * 4096, 4096);
                }
                put(bad);
                counts.merge(look("page " + page + " overwritten in way " + kind), 1, Integer::sum);
            }
        }
        System.out.println("damage: overwritten pages: " + counts);
        assertThat(counts).containsKey(Seen.REFUSED);
    }

    @Test
    void a_single_bit_that_was_flipped_is_refused_or_found_or_does_no_harm() throws IOException {
        byte[] good = Files.readAllBytes(file);
        var random = new Random(2);
        var counts = new TreeMap<Seen, Integer>();
        for (int i = 0; i < 150; i++) {
            byte[] bad = good.clone();
            int at = random.nextInt(good.length);
            bad[at] ^= (byte) (1 << random.nextInt(8));
            put(bad);
            counts.merge(look("bit at " + at + " flipped"), 1, Integer::sum);
        }
        System.out.println("damage: flipped bits: " + counts);
        assertThat(counts).containsKey(Seen.FOUND_BY_VERIFY);
    }

    @Test
    void a_file_that_was_cut_is_refused_or_found() throws IOException {
        byte[] good = Files.readAllBytes(file);
        var counts = new TreeMap<Seen, Integer>();
        for (int length = 0; length < good.length; length += 1_777) {
            put(Arrays.copyOf(good, length));
            Seen seen = look("cut to " + length + " bytes");
            assertThat(seen).as("cut to " + length).isNotEqualTo(Seen.HARMLESS);
            counts.merge(seen, 1, Integer::sum);
        }
        System.out.println("damage: cut files: " + counts);
    }

    @Test
    void a_log_that_was_cut_while_in_use_gives_a_whole_beginning() throws IOException {
        Path copy = folder.resolve("copy.db");
        byte[] database;
        byte[] journal;
        List<List<RecordedEvent>> appends = new ArrayList<>();
        try (AtomicEventLog log = Sqlite.open(copy)) {
            for (int i = 0; i < 40; i++) {
                List<EventData> events = new ArrayList<>();
                for (int n = 0; n <= i % 4; n++) {
                    events.add(EventData.of("Happened", new byte[200 * n]));
                }
                log.append(StreamId.of("thing", "" + i % 3), ExpectedVersion.any(), events);
                appends.add(log.read(EventQuery.all()).toList());
            }
            database = Files.readAllBytes(copy);
            journal = Files.readAllBytes(folder.resolve("copy.db-wal"));
        }
        var lengths = new TreeMap<Integer, Integer>();
        for (int length = journal.length; length >= 0; length -= 11_003) {
            put(database);
            Files.write(folder.resolve("log.db-wal"), Arrays.copyOf(journal, length));
            try (AtomicEventLog log = Sqlite.open(file)) {
                List<RecordedEvent> read = log.read(EventQuery.all()).toList();
                if (!read.isEmpty()) {
                    assertThat(appends).as("journal cut to " + length).contains(read);
                }
                lengths.merge(read.size(), 1, Integer::sum);
                log.append(STREAM, ExpectedVersion.any(), EventData.json("After", "{}"));
            }
            try (LogMaintenance maintenance = Sqlite.maintenance(file)) {
                assertThat(maintenance.verify(position -> {}).damage()).isEmpty();
            }
        }
        System.out.println("damage: events after cutting the journal: " + lengths.keySet());
        assertThat(lengths).hasSizeGreaterThan(10).containsKey(appends.getLast().size());
    }

    @Test
    void a_file_that_is_something_else_is_refused_and_left_as_it_is() throws IOException {
        for (String content : List.of("Dear diary, nothing happened.", "{\"a\":1}\n".repeat(10_000), "xy")) {
            Files.writeString(file, content);
            assertThatThrownBy(() -> Sqlite.open(file))
                    .isInstanceOf(LogUnusable.class)
                    .hasMessageContaining("log.db")
                    .hasMessageContaining("not a SQLite file");
            assertThat(Files.readString(file)).isEqualTo(content);
        }
        assertThatThrownBy(() -> Sqlite.open(folder))
                .isInstanceOf(LogUnusable.class)
                .hasMessageContaining("is a directory");
        assertThatThrownBy(() -> Sqlite.open(folder.resolve("none/log.db")))
                .isInstanceOf(LogUnusable.class)
                .hasMessageContaining("no directory");
    }

    @Test
    void a_log_of_a_newer_format_is_refused_and_left_as_it_is() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE cairn_format SET number = 99");
        }
        byte[] before = Files.readAllBytes(file);
        assertThatThrownBy(() -> Sqlite.open(file))
                .isInstanceOf(LogUnusable.class)
                .hasMessageContaining("format 99")
                .hasMessageContaining("newer release");
        assertThatThrownBy(() -> Sqlite.maintenance(file)).isInstanceOf(LogUnusable.class);
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void a_copy_that_was_restored_and_has_grown_past_an_old_cursor_is_noticed() throws Exception {
        byte[] backup = Files.readAllBytes(file);
        Cursor middle;
        Cursor last;
        try (AtomicEventLog log = Sqlite.open(file)) {
            middle = log.cursorAt(30);
            for (int i = 0; i < 5; i++) {
                log.append(STREAM, ExpectedVersion.any(), EventData.json("Lost", "{}"));
            }
            last = log.head();
        }
        put(backup);
        try (AtomicEventLog log = Sqlite.open(file)) {
            assertRefused(log, last);
            for (int i = 0; i < 10; i++) {
                log.append(STREAM, ExpectedVersion.any(), EventData.json("Instead", "{}"));
                assertRefused(log, last);
            }
            assertThat(log.read(EventQuery.all()).after(middle).toList()).hasSize(30 + 10);
        }
    }

    private static void assertRefused(AtomicEventLog log, Cursor cursor) throws Exception {
        EventQuery all = EventQuery.all();
        assertThatThrownBy(() -> log.read(all).after(cursor).toList()).isInstanceOf(CursorFromAnotherHistory.class);
        assertThatThrownBy(() -> log.read(all).upTo(cursor).toList()).isInstanceOf(CursorFromAnotherHistory.class);
        assertThatThrownBy(() -> log.history(cursor)).isInstanceOf(CursorFromAnotherHistory.class);
        assertThatThrownBy(() -> log.awaitGrowth(cursor, Duration.ZERO)).isInstanceOf(CursorFromAnotherHistory.class);
        assertThatThrownBy(
                        () -> log.append(Append.to(STREAM, ExpectedVersion.any(), EventData.json("Conditional", "{}"))
                                .unless(all, cursor)))
                .isInstanceOf(CursorFromAnotherHistory.class);
        try (Tail tail = log.tail(cursor, all)) {
            assertThatThrownBy(() -> tail.next(Duration.ZERO)).isInstanceOf(CursorFromAnotherHistory.class);
        }
    }

    private void put(byte[] bytes) throws IOException {
        Files.deleteIfExists(folder.resolve("log.db-wal"));
        Files.deleteIfExists(folder.resolve("log.db-shm"));
        Files.write(file, bytes);
    }

    @Test
    void messages_name_the_file_and_say_what_to_do() throws IOException {
        Files.writeString(file, "text", StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Sqlite.open(file)).hasMessageContaining(file.toString());
    }
}
