// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.cairnlog.sql.Sqlite;

/** The floor in a SQLite file: one connection behind a lock, one INSERT and one commit for each event. */
final class SqliteAppends implements Side {
    static final String ONE = "INSERT INTO event (stream, version, id, category, type, bucket, starts_append,"
            + " recorded_at, schema_version, content_type, metadata, baseline, payload, checksum)"
            + " VALUES (?, ?, ?, 1, 2, 7, 1, ?, 1, 'application/json', '', 0, ?, 1)";

    private final Connection connection;
    private final PreparedStatement insert;
    private final ReentrantLock lock = new ReentrantLock();
    private final Events.Place[] places;
    private final Ledger ledger = new Ledger();

    private SqliteAppends(Path file, int callers) throws SQLException {
        create(file);
        connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA synchronous = FULL");
        }
        insert = connection.prepareStatement(ONE);
        places = Events.places(callers);
    }

    static void create(Path file) throws SQLException {
        Site.execute(
                "jdbc:sqlite:" + file,
                "PRAGMA journal_mode = WAL",
                "CREATE TABLE event (place INTEGER PRIMARY KEY, stream INTEGER NOT NULL,"
                        + " version INTEGER NOT NULL, id BLOB NOT NULL, category INTEGER NOT NULL,"
                        + " type INTEGER NOT NULL,"
                        + " bucket INTEGER NOT NULL, starts_append INTEGER NOT NULL, recorded_at INTEGER NOT NULL,"
                        + " tags BLOB, schema_version INTEGER, occurred_at INTEGER, content_type TEXT, metadata TEXT,"
                        + " baseline INTEGER, payload BLOB, checksum INTEGER)",
                "CREATE UNIQUE INDEX event_version ON event (stream, version)",
                "CREATE UNIQUE INDEX event_id ON event (id)");
    }

    static List<Workload> all() {
        return List.of(one(1, 0.8), one(64, 5));
    }

    private static Workload one(int callers, double least) {
        return new Workload("sqlite-" + callers, "SQLite, 1 event per append, callers: " + callers, callers)
                .side("Cairn", site -> new CairnAppends(Sqlite.open(site.file("cairn.db")), callers, 1, () -> {}))
                .side("floor", site -> new SqliteAppends(site.file("floor.db"), callers))
                .bar("Cairn", "floor", least);
    }

    @Override
    public void once(int caller) throws SQLException {
        Events.Place place = places[caller];
        UUID id = Events.id();
        lock.lock();
        try {
            insert.setLong(1, place.number());
            insert.setLong(2, place.version() + 1);
            insert.setBytes(
                    3,
                    ByteBuffer.allocate(16)
                            .putLong(id.getMostSignificantBits())
                            .putLong(id.getLeastSignificantBits())
                            .array());
            insert.setLong(4, System.currentTimeMillis());
            insert.setBytes(5, Events.PAYLOAD);
            insert.executeUpdate();
        } finally {
            lock.unlock();
        }
        place.added(1);
        ledger.add(id);
    }

    @Override
    public void check() throws SQLException {
        ledger.check("SQLite floor", stored(connection));
    }

    static Ledger stored(Connection connection) throws SQLException {
        var stored = new Ledger();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id FROM event")) {
            while (rows.next()) {
                ByteBuffer id = ByteBuffer.wrap(rows.getBytes(1));
                stored.add(new UUID(id.getLong(), id.getLong()));
            }
        }
        return stored;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
