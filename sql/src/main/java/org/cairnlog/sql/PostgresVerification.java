// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Verification;
import org.jspecify.annotations.Nullable;

/** Checks a log in one snapshot, row by row, so that memory does not grow with it. */
final class PostgresVerification {
    private static final int STEP = 1_000;

    private final Connection connection;
    private final PostgresSchema schema;
    private final int log;
    private long events;
    private long husks;
    private long streams;
    private long tags;

    PostgresVerification(Connection connection, PostgresSchema schema, int log) {
        this.connection = connection;
        this.schema = schema;
        this.log = log;
    }

    Verification run(LongConsumer progress) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
        }
        Verification.Damage damage = checkPlaces(progress);
        damage = damage == null ? checkTags() : damage;
        damage = damage == null ? checkStreams() : damage;
        return new Verification(events, husks, streams, Optional.ofNullable(damage));
    }

    private interface Row {
        Verification.@Nullable Damage check(ResultSet row) throws SQLException;
    }

    /** The first damage that a row shows; rows are fetched in portions. */
    private Verification.@Nullable Damage first(String sql, Row check) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(schema.of(sql))) {
            query.setFetchSize(STEP);
            query.setInt(1, log);
            try (ResultSet rows = query.executeQuery()) {
                Verification.Damage damage = null;
                while (damage == null && rows.next()) {
                    damage = check.check(rows);
                }
                return damage;
            }
        }
    }

    private Verification.@Nullable Damage checkPlaces(LongConsumer progress) throws SQLException {
        var last = new Object() {
            long position;
            Instant time = Instant.MIN;
        };
        Verification.Damage damage = first(Sql.file("postgres/verify_places.sql"), row -> {
            long position = row.getLong(1);
            if (position != last.position + 1) {
                return new Verification.Damage(
                        last.position,
                        "position " + (last.position + 1) + " is missing; " + position + " follows " + last.position);
            }
            String wrong = wrong(row, last.time);
            if (wrong != null) {
                return new Verification.Damage(position, "position " + position + " " + wrong);
            }
            last.position = position;
            last.time = PostgresEntries.instant(row.getLong(5));
            if (position % STEP == 0) {
                progress.accept(position);
            }
            return null;
        });
        progress.accept(last.position);
        return damage;
    }

    private @Nullable String wrong(ResultSet row, Instant last) throws SQLException {
        String stream = row.getString("name");
        String type = row.getString("type");
        if (stream == null || type == null) {
            return "belongs to a stream or type that the directory does not know";
        }
        StoredEntry entry;
        try {
            entry = PostgresEntries.entry(row, new StreamId(row.getString("category"), stream), type);
        } catch (RuntimeException e) {
            return "cannot be read: " + e.getMessage();
        }
        int place = PostgresEntries.placeSum(entry.stream(), entry.id(), entry.type(), entry.tags());
        boolean event = entry instanceof RecordedEvent;
        if (place != row.getInt("place_sum")
                || (entry instanceof RecordedEvent recorded
                        && PostgresEntries.contentSum(recorded.data()) != row.getInt("content_sum"))) {
            return "has another content than its checksum says";
        }
        if (entry.recordedAt().isBefore(last)) {
            return "was recorded at " + entry.recordedAt() + ", before the one in front of it at " + last;
        }
        if (event != entry.version() >= row.getLong("removed_before")) {
            return (event ? "holds an event" : "holds a husk") + ", but the directory says that " + entry.stream()
                    + " was removed before version " + row.getLong("removed_before");
        }
        if (row.getInt("tags_found") != entry.tags().size()) {
            return "has tags " + entry.tags() + ", but " + row.getInt("tags_found") + " of them find it";
        }
        tags += entry.tags().size();
        events += event ? 1 : 0;
        husks += event ? 0 : 1;
        return null;
    }

    private Verification.@Nullable Damage checkTags() throws SQLException {
        return first(
                "SELECT count(*) FROM \"cairn\".tag t WHERE t.log = ?",
                row -> row.getLong(1) == tags
                        ? null
                        : new Verification.Damage(
                                0, "the events have " + tags + " tags, but the index of tags has " + row.getLong(1)));
    }

    private Verification.@Nullable Damage checkStreams() throws SQLException {
        return first(Sql.file("postgres/verify_streams.sql"), row -> {
            streams++;
            String name = row.getString(1) + "/" + row.getString(2);
            long position = row.getLong(7);
            long version = row.getLong(6);
            if (row.getLong(5) != 1 || row.getLong(4) != version) {
                return new Verification.Damage(
                        position,
                        "the stream " + name + " has " + row.getLong(4) + " events with versions from " + row.getLong(5)
                                + " to " + version);
            }
            if (row.getLong(3) != position) {
                return new Verification.Damage(
                        position,
                        "the directory says that the stream " + name + " begins at position " + row.getLong(3));
            }
            if (row.getLong(8) > 0) {
                return new Verification.Damage(
                        position, "versions of the stream " + name + " do not ascend with the position");
            }
            List<String> types = List.of(String.valueOf(row.getString(9)));
            if (row.getBoolean(10) != types.contains("$deleted")) {
                return new Verification.Damage(
                        position,
                        "the directory says that the stream " + name + " is "
                                + (row.getBoolean(10) ? "deleted" : "not deleted") + ", but its last event is "
                                + types.getFirst());
            }
            return null;
        });
    }
}
