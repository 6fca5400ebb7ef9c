// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.cairnlog.decider.Snapshot;
import org.cairnlog.decider.SnapshotStore;
import org.cairnlog.event.StreamId;

/** Snapshots in the schema of their log. */
final class PostgresSnapshots implements SnapshotStore {
    private final PostgresEventLog log;
    private final PostgresSchema schema;
    private final int key;

    PostgresSnapshots(PostgresEventLog log, PostgresSchema schema, int key) {
        this.log = log;
        this.schema = schema;
        this.key = key;
    }

    @Override
    public Optional<Snapshot> latest(StreamId stream, String name) {
        List<Snapshot> found = log.run(connection -> PostgresTransactions.query(
                connection,
                schema.of("SELECT version, event, taken_at, state FROM \"cairn\".snapshot_1(?, ?, ?, ?)"),
                row -> snapshot(stream, name, row),
                key,
                stream.category(),
                stream.id(),
                name));
        return found.stream().findFirst();
    }

    private static Snapshot snapshot(StreamId stream, String name, ResultSet row) throws SQLException {
        return new Snapshot(
                stream,
                name,
                row.getLong(1),
                row.getObject(2, UUID.class),
                PostgresEntries.instant(row.getLong(3)),
                row.getBytes(4));
    }

    @Override
    public boolean save(Snapshot snapshot) {
        List<Boolean> kept = log.run(connection -> PostgresTransactions.query(
                connection,
                schema.of("SELECT \"cairn\".save_snapshot_1(?, ?, ?, ?, ?, ?, ?, ?)"),
                row -> row.getBoolean(1),
                key,
                snapshot.stream().category(),
                snapshot.stream().id(),
                snapshot.schema(),
                snapshot.version(),
                snapshot.event(),
                PostgresEntries.micros(snapshot.takenAt()),
                snapshot.state()));
        return kept.getFirst();
    }

    @Override
    public void discard(Snapshot snapshot) {
        log.run(connection -> PostgresTransactions.query(
                connection,
                schema.of("SELECT \"cairn\".discard_snapshots_1(?, ?, ?, ?, ?, ?)"),
                row -> true,
                key,
                snapshot.stream().category(),
                snapshot.stream().id(),
                snapshot.schema(),
                snapshot.version(),
                snapshot.event()));
    }

    @Override
    public void discard(StreamId stream) {
        log.run(connection -> PostgresTransactions.query(
                connection,
                schema.of("SELECT \"cairn\".discard_snapshots_1(?, ?, ?, NULL, NULL, NULL)"),
                row -> true,
                key,
                stream.category(),
                stream.id()));
    }
}
