// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.cairnlog.log.ExpectedVersion.any;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.codec.EventTransform;
import org.cairnlog.codec.EventTypes;
import org.cairnlog.codec.KeyedHash;
import org.cairnlog.codec.MasterKey;
import org.cairnlog.codec.SubjectKeys;
import org.cairnlog.decider.Decider;
import org.cairnlog.decider.Repository;
import org.cairnlog.decider.SnapshotPolicy;
import org.cairnlog.decider.SnapshotStore;
import org.cairnlog.decider.StateCodec;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.jackson.CloudEvents;
import org.cairnlog.jackson.Json;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.sql.Postgres;
import org.cairnlog.sql.Sqlite;
import org.cairnlog.sql.servers.PostgresServer;
import org.cairnlog.sql.servers.PostgresTools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Searches whatever a log leaves behind for a name that is sealed, and finds the same name where it is not. */
class NothingPersonalTest {
    private static final String NAME = "Lovelace-née-Byron";
    private static final StreamId STREAM = StreamId.of("customer", "7");
    private static final MasterKey MASTER = MasterKey.aes("test", key(1));

    record Registered(String customer, String name) {}

    /** A later release that takes the name for a number, so that reading it fails. */
    record Mistaken(String customer, int name) {}

    @TempDir
    Path folder;

    private static byte[] key(int value) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) value);
        return key;
    }

    private static EventCodec<Registered> codec(boolean sealed, SubjectKeys keys) {
        KeyedHash hash = KeyedHash.of(key(2));
        return Json.codec(
                EventTypes.of(Registered.class)
                        .add(
                                "customer-registered",
                                Registered.class,
                                type -> sealed
                                        ? type.personal(Registered::customer, "name")
                                                .hashedTag("name", hash, Registered::name)
                                        : type),
                keys);
    }

    private static void use(AtomicEventLog log, EventCodec<Registered> codec) {
        log.append(STREAM, any(), codec.encode(new Registered("7", NAME)));
        for (RecordedEvent stored : log.read(EventQuery.all())) {
            assertThat(codec.decode(stored)).containsExactly(new Registered("7", NAME));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void in_the_files_of_sqlite(boolean sealed) {
        Path file = folder.resolve("customers.db");
        try (var log = Sqlite.open(file);
                var keys = Sqlite.subjectKeys(file, MASTER)) {
            use(log, codec(sealed, keys));
            assertThat(holds(folder)).as("while it is open").isEqualTo(!sealed);
        }
        assertThat(holds(folder)).isEqualTo(!sealed);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void in_exports(boolean sealed) {
        SubjectKeys keys = SubjectKeys.inMemory();
        try (AtomicEventLog log = Store.MEMORY.open(folder)) {
            use(log, codec(sealed, keys));
            log.read(EventQuery.all())
                    .forEach(stored ->
                            assertThat(holds(CloudEvents.write(stored))).isEqualTo(!sealed));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void in_a_dump_of_postgresql(boolean sealed) {
        PostgresServer server = PostgresServer.distribution();
        String database = server.createDatabase();
        var dataSource = new PGSimpleDataSource();
        dataSource.setUrl(server.url(database));
        try (var log = Postgres.open(dataSource, o -> o.migrating());
                var keys = Postgres.subjectKeys(dataSource, MASTER)) {
            use(log, codec(sealed, keys));
        }
        assertThat(holds(read(PostgresTools.dumpText(server, database)))).isEqualTo(!sealed);
    }

    /** Remembers the name, in clear. */
    private static final class Customer implements Decider<String, Registered, Registered> {
        static final StateCodec<Registered> STATES = Json.state("customer-1", Registered.class);

        @Override
        public Registered initial() {
            return new Registered("7", "");
        }

        @Override
        public Registered evolve(Registered state, Registered event) {
            return event;
        }

        @Override
        public List<Registered> decide(String name, Registered state) {
            return List.of(new Registered("7", name));
        }
    }

    /** A snapshot keeps the name in clear, so whoever forgets takes the snapshots away too. */
    private static void snapshot(AtomicEventLog log, SubjectKeys keys, BooleanSupplier holds) {
        var customers = Repository.of(log, "customer", new Customer(), codec(true, keys))
                .snapshots(Customer.STATES, SnapshotPolicy.every(1));
        customers.execute("7", NAME);
        assertThat(holds.getAsBoolean()).as("the search finds snapshots").isTrue();
        // tag::discard
        keys.forget("7");
        SnapshotStore.of(log).discard(STREAM);
        // end::discard
        assertThat(customers.load("7").state().name()).isNull();
        assertThat(holds.getAsBoolean()).as("it is forgotten").isFalse();
    }

    @Test
    void in_snapshots_in_the_files_of_sqlite_once_they_are_discarded() {
        Path file = folder.resolve("customers.db");
        try (var log = Sqlite.open(file);
                var keys = Sqlite.subjectKeys(folder.resolve("keys.db"), MASTER)) {
            snapshot(log, keys, () -> holds(folder));
        }
        assertThat(holds(folder)).isFalse();
    }

    @Test
    void in_snapshots_in_a_dump_of_postgresql_once_they_are_discarded() {
        PostgresServer server = PostgresServer.distribution();
        String database = server.createDatabase();
        var dataSource = new PGSimpleDataSource();
        dataSource.setUrl(server.url(database));
        try (var log = Postgres.open(dataSource, o -> o.migrating());
                var keys = Postgres.subjectKeys(dataSource, MASTER)) {
            snapshot(log, keys, () -> holds(read(PostgresTools.dumpText(server, database))));
        }
    }

    @Test
    void in_texts_of_events_and_errors() {
        SubjectKeys keys = SubjectKeys.inMemory();
        EventCodec<Registered> codec = codec(true, keys);
        EventCodec<Mistaken> mistaken = Json.codec(
                EventTypes.of(Mistaken.class)
                        .add("customer-registered", Mistaken.class, type -> type.personal(Mistaken::customer, "name")),
                keys);
        EventCodec<Mistaken> stepping = Json.codec(
                EventTypes.of(Mistaken.class)
                        .add(
                                "customer-registered",
                                Mistaken.class,
                                type -> type.personal(Mistaken::customer, "name")
                                        .upcast(1, old -> old.with("name", Integer.valueOf(old.text("name"))))),
                keys);
        EventCodec<Registered> transformed = EventTransform.around(codec, new EventTransform<Registered>() {
            @Override
            public List<Registered> onRead(Registered event) {
                return List.of(new Registered(String.valueOf(Integer.parseInt(event.name())), event.name()));
            }
        });
        try (AtomicEventLog log = Store.MEMORY.open(folder)) {
            use(log, codec);
            RecordedEvent stored = log.read(STREAM).toList().getFirst();
            List<Throwable> errors = new ArrayList<>();
            errors.add(catchThrowable(() -> mistaken.decode(stored)));
            errors.add(catchThrowable(() -> stepping.decode(stored)));
            errors.add(catchThrowable(() -> transformed.decode(stored)));
            errors.add(catchThrowable(() -> codec(true, SubjectKeys.inMemory()).decode(stored)));
            errors.add(catchThrowable(() -> codec(true, SubjectKeys.none()).encode(new Registered("7", NAME))));
            keys.forget("7");
            errors.add(catchThrowable(() -> codec.encode(new Registered("7", NAME))));

            assertThat(errors).doesNotContainNull().allSatisfy(error -> {
                var text = new StringWriter();
                error.printStackTrace(new PrintWriter(text));
                assertThat(holds(text.toString().getBytes(StandardCharsets.UTF_8)))
                        .as(text.toString())
                        .isFalse();
            });
            assertThat(holds(stored.toString().getBytes(StandardCharsets.UTF_8)))
                    .isFalse();
        }
    }

    private static boolean holds(Path folder) {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).anyMatch(file -> holds(read(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As it is, in UTF-16, in hexadecimal, in Base64, or escaped as JSON does. */
    private static boolean holds(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        byte[] name = NAME.getBytes(StandardCharsets.UTF_8);
        return List.of(
                        new String(name, StandardCharsets.ISO_8859_1),
                        new String(NAME.getBytes(StandardCharsets.UTF_16BE), StandardCharsets.ISO_8859_1),
                        HexFormat.of().formatHex(name),
                        Base64.getEncoder().encodeToString(name).substring(0, 20),
                        "Lovelace-n")
                .stream()
                .anyMatch(text::contains);
    }
}
