// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
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

/** Rows of events and entries, both ways. */
final class PostgresEntries {
    /** What is read of an event e; metadata and payload follow. */
    static final String COLUMNS = "e.position, e.version, e.id, e.starts_append, e.recorded_at, e.tags,"
            + " e.schema_version, e.occurred_at, e.content_type, e.baseline";

    private PostgresEntries() {}

    /** The entry in a row that begins with {@link #COLUMNS}, metadata and payload. */
    static StoredEntry entry(ResultSet row, StreamId stream, String type) throws SQLException {
        return row.getInt(7) == 0
                ? husk(row, stream, type)
                : event(row, stream, type, row.getString(11), row.getBytes(12));
    }

    static Husk husk(ResultSet row, StreamId stream, String type) throws SQLException {
        UUID id = row.getObject(3, UUID.class);
        return new Husk(row.getLong(1), stream, row.getLong(2), instant(row.getLong(5)), id, type, tags(row));
    }

    static RecordedEvent event(ResultSet row, StreamId stream, String type, String metadata, byte[] payload)
            throws SQLException {
        long occurred = row.getLong(8);
        Instant occurredAt = row.wasNull() ? null : instant(occurred);
        var data = new EventData(
                row.getObject(3, UUID.class),
                type,
                row.getInt(7),
                occurredAt,
                row.getString(9),
                payload,
                Metadata.parse(metadata),
                tags(row),
                row.getBoolean(10));
        return new RecordedEvent(row.getLong(1), stream, row.getLong(2), instant(row.getLong(5)), data);
    }

    static boolean startsAppend(ResultSet row) throws SQLException {
        return row.getBoolean(4);
    }

    private static Set<String> tags(ResultSet row) throws SQLException {
        Array tags = row.getArray(6);
        return tags == null ? Set.of() : new LinkedHashSet<>(List.of((String[]) tags.getArray()));
    }

    /** The CRC-32C over what outlives the removal of content. */
    static int placeSum(StreamId stream, UUID id, String type, Set<String> tags) {
        return sum(out -> {
            write(out, stream.category());
            write(out, stream.id());
            out.writeLong(id.getMostSignificantBits());
            out.writeLong(id.getLeastSignificantBits());
            write(out, type);
            for (String tag : tags) {
                write(out, tag);
            }
        });
    }

    /** The CRC-32C over what removal takes away. */
    static int contentSum(EventData data) {
        return sum(out -> {
            out.writeInt(data.schemaVersion());
            Instant occurredAt = data.occurredAt();
            out.writeLong(occurredAt == null ? Long.MIN_VALUE : micros(occurredAt));
            write(out, data.contentType());
            write(out, data.metadata().toString());
            out.writeBoolean(data.baseline());
            out.write(data.payload());
        });
    }

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private static int sum(Writing writing) {
        var crc = new CRC32C();
        try (var out = new DataOutputStream(new CheckedOutputStream(OutputStream.nullOutputStream(), crc))) {
            writing.to(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return (int) crc.getValue();
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

    /** Texts as PostgreSQL writes an array, so that arrays of arrays of different lengths can be handed over. */
    static @Nullable String literal(Collection<String> texts) {
        if (texts.isEmpty()) {
            return null;
        }
        var literal = new StringBuilder("{");
        for (String text : texts) {
            literal.append(literal.length() == 1 ? "\"" : ",\"");
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '"' || c == '\\') {
                    literal.append('\\');
                }
                literal.append(c);
            }
            literal.append('"');
        }
        return literal.append('}').toString();
    }
}
