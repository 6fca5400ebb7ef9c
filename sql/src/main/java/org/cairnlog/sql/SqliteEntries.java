// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.cairnlog.event.EventData;
import org.cairnlog.event.Husk;
import org.cairnlog.event.Metadata;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.event.StreamId;
import org.jspecify.annotations.Nullable;

/** Rows of cairn_event and entries, both ways. */
final class SqliteEntries {
    /** What {@link #entry} reads; e is the event, s its stream and t the name of its type. */
    static final String COLUMNS =
            "e.place, s.category, s.name, e.version, e.id, t.name, e.starts_append, e.recorded_at,"
                    + " e.tags, e.schema_version, e.occurred_at, e.content_type, e.metadata, e.baseline, e.payload,"
                    + " e.checksum";

    /** Brings in stream and type; CROSS JOIN keeps SQLite from turning the order round. */
    static final String NAMES =
            " CROSS JOIN cairn_stream s ON s.id = e.stream CROSS JOIN cairn_name t ON t.id = e.type ";

    // SQLite's own code for a damaged file.
    private static final int CORRUPT = 11;

    private static final int POSITION_BITS = 44;

    private SqliteEntries() {}

    /** The place before the first event of a log. */
    static long base(long log) {
        return log << POSITION_BITS;
    }

    /** The entry in a row; a row that makes no sense is an error like a damaged page. */
    static StoredEntry entry(ResultSet row) throws SQLException {
        try {
            return decoded(row);
        } catch (RuntimeException e) {
            throw damage("what is kept at position " + position(row) + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** What to throw when the file is sound for SQLite but not for a log. */
    static SQLException damage(String what, @Nullable Throwable cause) {
        return new SQLException(what, null, CORRUPT, cause);
    }

    private static long position(ResultSet row) throws SQLException {
        return row.getLong(1) & ((1L << POSITION_BITS) - 1);
    }

    static StoredEntry decoded(ResultSet row) throws SQLException {
        long position = position(row);
        StreamId stream = new StreamId(row.getString(2), row.getString(3));
        long version = row.getLong(4);
        UUID id = uuid(row.getBytes(5));
        String type = row.getString(6);
        Instant recordedAt = instant(row.getLong(8));
        Set<String> tags = tags(row.getBytes(9));
        int schemaVersion = row.getInt(10);
        if (schemaVersion == 0) {
            return new Husk(position, stream, version, recordedAt, id, type, tags);
        }
        long occurred = row.getLong(11);
        Instant occurredAt = row.wasNull() ? null : instant(occurred);
        byte[] payload = row.getBytes(15);
        var data = new EventData(
                id,
                type,
                schemaVersion,
                occurredAt,
                row.getString(12),
                payload == null ? new byte[0] : payload,
                Metadata.parse(row.getString(13)),
                tags,
                row.getInt(14) != 0);
        return new RecordedEvent(position, stream, version, recordedAt, data);
    }

    static boolean startsAppend(ResultSet row) throws SQLException {
        return row.getInt(7) != 0;
    }

    static long checksum(ResultSet row) throws SQLException {
        return row.getLong(16);
    }

    /** The CRC-32C over everything that a row says. */
    static long checksum(StoredEntry entry, boolean startsAppend) {
        var crc = new CRC32C();
        try (var out = new DataOutputStream(new CheckedOutputStream(OutputStream.nullOutputStream(), crc))) {
            out.writeLong(entry.position());
            write(out, entry.stream().category());
            write(out, entry.stream().id());
            out.writeLong(entry.version());
            out.write(bytes(entry.id()));
            write(out, entry.type());
            out.writeBoolean(startsAppend);
            out.writeLong(micros(entry.recordedAt()));
            byte[] tags = tags(entry.tags());
            out.write(tags == null ? new byte[0] : tags);
            if (entry instanceof RecordedEvent event) {
                EventData data = event.data();
                out.writeInt(data.schemaVersion());
                Instant occurredAt = data.occurredAt();
                out.writeLong(occurredAt == null ? Long.MIN_VALUE : micros(occurredAt));
                write(out, data.contentType());
                write(out, data.metadata().toString());
                out.writeBoolean(data.baseline());
                out.write(data.payload());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return crc.getValue();
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    static UUID uuid(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    /** Tags hold no zero byte, so one ends each of them. */
    static byte @Nullable [] tags(Set<String> tags) {
        return tags.isEmpty() ? null : (String.join("\0", tags) + "\0").getBytes(StandardCharsets.UTF_8);
    }

    private static Set<String> tags(byte @Nullable [] bytes) {
        if (bytes == null) {
            return Set.of();
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        Set<String> tags = new LinkedHashSet<>();
        for (int at = 0; at < text.length(); ) {
            int end = text.indexOf('\0', at);
            tags.add(text.substring(at, end));
            at = end + 1;
        }
        return tags;
    }
}
