// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.event.EventQuery.category;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.testkit.Given.given;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.codec.EventTypes;
import org.cairnlog.codec.MasterKey;
import org.cairnlog.codec.SubjectForgotten;
import org.cairnlog.codec.SubjectKeys;
import org.cairnlog.consumer.Projection;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;
import org.cairnlog.jackson.Json;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.Postgres;
import org.cairnlog.sql.SqlSubjectKeys;
import org.cairnlog.sql.Sqlite;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A customer wants to be forgotten: nobody can read any more who it was, and all that counts stays. */
class ForgottenCustomerTest {
    // tag::types
    sealed interface ShopEvent {
        record Registered(String customer, String name, String email) implements ShopEvent {}

        record Bought(String customer, long cents) implements ShopEvent {}

        record Recommended(String customer, String name, String friend, String friendsName) implements ShopEvent {}

        record Forgotten(String customer) implements ShopEvent {}
    }

    static EventCodec<ShopEvent> codec(SubjectKeys keys) {
        return Json.codec(
                EventTypes.of(ShopEvent.class)
                        .add(
                                "customer-registered",
                                ShopEvent.Registered.class,
                                type -> type.personal(ShopEvent.Registered::customer, "name", "email")
                                        .redacted("name", "(forgotten)"))
                        .add("goods-bought", ShopEvent.Bought.class)
                        .add(
                                "friend-recommended",
                                ShopEvent.Recommended.class,
                                type -> type.personal(ShopEvent.Recommended::customer, "name")
                                        .personal(ShopEvent.Recommended::friend, "friendsName"))
                        .add("customer-forgotten", ShopEvent.Forgotten.class),
                keys);
    }
    // end::types

    @TempDir
    Path folder;

    @Test
    void in_memory() {
        SubjectKeys keys = SubjectKeys.inMemory();
        try (AtomicEventLog log = Store.MEMORY.open(folder)) {
            play(log, keys, () -> keys);
        }
    }

    @Test
    void in_a_sqlite_file() {
        // tag::sqlite
        Path file = folder.resolve("shop.db");
        try (var log = Sqlite.open(file);
                var keys = Sqlite.subjectKeys(folder.resolve("shop-keys.db"), master())) {
            // end::sqlite
            play(log, keys, () -> Sqlite.subjectKeys(folder.resolve("shop-keys.db"), master()));
        }
    }

    @Test
    void in_postgresql() {
        try (var database = new PostgresDatabase()) {
            // tag::postgres
            try (var log = Postgres.open(database.pool(), o -> o.migrating());
                    var keys = Postgres.subjectKeys(database.pool(), master())) {
                // end::postgres
                play(log, keys, () -> Postgres.subjectKeys(database.pool(), master()));
            }
        }
    }

    /** From where an application keeps its secrets. */
    private static MasterKey master() {
        byte[] secret = new byte[32];
        new Random(1).nextBytes(secret);
        return MasterKey.aes("2026-11", secret);
    }

    private void play(AtomicEventLog log, SubjectKeys keys, Supplier<SubjectKeys> elsewhere) {
        EventCodec<ShopEvent> codec = codec(keys);
        log.append(
                StreamId.of("customer", "7"),
                any(),
                codec.encode(new ShopEvent.Registered("7", "Ada Lovelace", "ada@example.org")),
                codec.encode(new ShopEvent.Bought("7", 100)),
                codec.encode(new ShopEvent.Recommended("7", "Ada", "8", "Charles")));
        assertThat(names(log, codec)).isEqualTo(Map.of("7", "Ada Lovelace"));
        assertThat(log.read(category("customer")).toList().toString()).doesNotContain("Lovelace");

        // tag::forget
        StreamId customer = StreamId.of("customer", "7");
        keys.forget("7", codec.encode(new ShopEvent.Forgotten("7")), fact -> log.append(customer, any(), fact));
        // end::forget
        keys.forget("7", codec.encode(new ShopEvent.Forgotten("7")), fact -> log.append(customer, any(), fact));

        assertThat(log.read(customer)).hasSize(4);
        assertThat(log.read(customer).toList().stream().flatMap(stored -> codec.decode(stored).stream()))
                .containsExactly(
                        new ShopEvent.Registered("7", "(forgotten)", null),
                        new ShopEvent.Bought("7", 100),
                        new ShopEvent.Recommended("7", null, "8", "Charles"),
                        new ShopEvent.Forgotten("7"));
        assertThat(names(log, codec)).isEmpty();
        assertThat(revenue(log, codec)).isEqualTo(100);
        assertThatThrownBy(() -> codec.encode(new ShopEvent.Registered("7", "Ada", "again")))
                .isInstanceOf(SubjectForgotten.class);

        SubjectKeys opened = elsewhere.get();
        assertThat(names(log, codec(opened))).isEmpty();
        if (opened instanceof SqlSubjectKeys stored) {
            stored.close();
        }
    }

    @Test
    void a_read_model_forgets_too_in_a_sqlite_file() throws Exception {
        try (var log = Sqlite.open(folder.resolve("shop.db"));
                var keys = Sqlite.subjectKeys(folder.resolve("shop-keys.db"), master())) {
            project(log, keys);
        }
    }

    @Test
    void a_read_model_forgets_too_in_postgresql() throws Exception {
        try (var database = new PostgresDatabase();
                var log = Postgres.open(database.pool(), o -> o.migrating());
                var keys = Postgres.subjectKeys(database.pool(), master())) {
            project(log, keys);
        }
    }

    private static void project(TransactionalEventLog log, SubjectKeys keys) throws Exception {
        log.inTransaction(tx -> {
                    update(tx.connection(), "CREATE TABLE customer_name (customer TEXT PRIMARY KEY, name TEXT)");
                    return "made";
                })
                .run();
        EventCodec<ShopEvent> codec = codec(keys);
        // tag::projection
        var names = Projection.jdbc("names", category("customer"), codec, (connection, event) -> {
            switch (event.event()) {
                case ShopEvent.Registered registered ->
                    update(
                            connection,
                            "INSERT INTO customer_name VALUES (?, ?)",
                            registered.customer(),
                            registered.name());
                case ShopEvent.Forgotten forgotten ->
                    update(connection, "DELETE FROM customer_name WHERE customer = ?", forgotten.customer());
                case ShopEvent.Bought bought -> {}
                case ShopEvent.Recommended recommended -> {}
            }
        });
        // end::projection
        StreamId ada = StreamId.of("customer", "7");
        var given = given(log, codec)
                .events(ada, new ShopEvent.Registered("7", "Ada Lovelace", "ada@example.org"))
                .events(StreamId.of("customer", "8"), new ShopEvent.Registered("8", "Charles", "charles@example.org"))
                .when(names)
                .then("SELECT * FROM customer_name ORDER BY customer", "7 | Ada Lovelace", "8 | Charles");
        keys.forget("7", codec.encode(new ShopEvent.Forgotten("7")), fact -> log.append(ada, any(), fact));
        given.when(names).then("SELECT * FROM customer_name", "8 | Charles");
    }

    private static void update(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            statement.executeUpdate();
        }
    }

    static Map<String, String> names(AtomicEventLog log, EventCodec<ShopEvent> codec) {
        Map<String, String> names = new TreeMap<>();
        for (var stored : log.read(EventQuery.all())) {
            for (ShopEvent event : codec.decode(stored)) {
                switch (event) {
                    case ShopEvent.Registered registered -> names.put(registered.customer(), registered.name());
                    case ShopEvent.Forgotten forgotten -> names.remove(forgotten.customer());
                    case ShopEvent.Bought bought -> {}
                    case ShopEvent.Recommended recommended -> {}
                }
            }
        }
        return names;
    }

    private static long revenue(AtomicEventLog log, EventCodec<ShopEvent> codec) {
        return log.read(EventQuery.all()).toList().stream()
                .flatMap(stored -> codec.decode(stored).stream())
                .mapToLong(event -> event instanceof ShopEvent.Bought bought ? bought.cents() : 0)
                .sum();
    }
}
