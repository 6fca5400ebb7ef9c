// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.ConditionFailed;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.DuplicateIds;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.Label;
import org.cairnlog.log.StreamDeleted;
import org.cairnlog.log.VersionConflict;
import org.jspecify.annotations.Nullable;

/**
 * Checks and stores appends on a connection that has begun a writing transaction. All checks of an append come before
 * its first write, so that a refused one leaves nothing.
 */
final class SqliteAppends {
    private static final int NAMES = 1_000;
    private static final int STREAMS = 1_000;

    private final SqliteSession session;
    private final InstantSource clock;
    // Names never go. One that a transaction has made is looked up once more after it, so that a rollback does no harm.
    private final Map<String, Long> names = new HashMap<>();
    private final Set<String> made = new HashSet<>();
    // Streams as this connection left them, for as long as no other one writes to the file.
    private final Map<StreamId, SqliteSession.Stream> known = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<StreamId, SqliteSession.Stream> eldest) {
            return size() > STREAMS;
        }
    };
    private @Nullable Long dataVersion;
    private long lastPosition;
    private @Nullable UUID lastEvent;
    private @Nullable Instant lastRecordedAt;

    SqliteAppends(SqliteSession session, InstantSource clock) {
        this.session = session;
        this.clock = clock;
    }

    /** Learns where the log ends; to be called at the beginning of each transaction. */
    void begin() throws SQLException {
        made.clear();
        known.clear();
        SqliteSession.Head head = session.head();
        lastPosition = head.position();
        lastEvent = head.event();
        lastRecordedAt = head.recordedAt();
    }

    /**
     * The same, if all transactions before were committed: then nothing is looked at unless another connection has
     * written to the file since.
     *
     * @return whether one has, or this is the first transaction
     */
    boolean beginNext() throws SQLException {
        made.clear();
        Long version = session.connection.number("PRAGMA data_version");
        if (version != null && version.equals(dataVersion)) {
            return false;
        }
        begin();
        dataVersion = version;
        return true;
    }

    Appended append(Append append) throws SQLException {
        Optional<Appended> first = repeatOf(append);
        return first.isPresent() ? first.get() : appendNew(append, lastPosition);
    }

    /** The last position, of this transaction's own events too. */
    long lastPosition() {
        return lastPosition;
    }

    /** Stores an append whose ids are free; its conditions see the events up to a position. */
    Appended appendNew(Append append, long seen) throws SQLException {
        Map<StreamId, SqliteSession.@Nullable Stream> streams = streams(append);
        checkDeleted(append, streams);
        checkVersions(append, streams);
        for (Append.Condition condition : append.conditions()) {
            check(condition, seen);
        }
        for (StreamId stream : append.labels().keySet()) {
            checkLabels(stream, streams.get(stream), append.labels().getOrDefault(stream, Map.of()));
        }
        return store(append, streams);
    }

    /** The first result of an append that is stored already. */
    Optional<Appended> repeatOf(Append append) throws SQLException {
        Map<UUID, Long> taken = new LinkedHashMap<>();
        for (UUID id : append.ids()) {
            Long place = session.connection.number(
                    "SELECT place FROM cairn_event WHERE id = ? AND place >> 44 = ?",
                    SqliteEntries.bytes(id),
                    session.log);
            if (place != null) {
                taken.put(id, place - session.base);
            }
        }
        if (taken.isEmpty()) {
            return Optional.empty();
        }
        long first = taken.values().iterator().next();
        Map<StreamId, Long> versions = new HashMap<>();
        if (taken.size() < append.events().size() || !isRepeat(append, first, versions)) {
            throw new DuplicateIds(taken);
        }
        long last = first + append.events().size() - 1;
        return Optional.of(new Appended(first, session.cursor(last), versions, true));
    }

    /** Whether one append stored just these ids, streams and types in this order, from this position on. */
    private boolean isRepeat(Append append, long first, Map<StreamId, Long> versions) throws SQLException {
        int count = append.events().size();
        int found = 0;
        try (ResultSet rows = session.connection.query(
                "SELECT " + SqliteEntries.COLUMNS + " FROM cairn_event e" + SqliteEntries.NAMES
                        + "WHERE e.place >= ? AND e.place <= ? ORDER BY e.place",
                session.base + first,
                Math.min(session.end, session.base + first + count))) {
            while (rows.next()) {
                boolean starts = SqliteEntries.startsAppend(rows);
                if (found == count) {
                    return starts;
                }
                StoredEntry stored = SqliteEntries.entry(rows);
                Append.NewEvent event = append.events().get(found);
                if (starts != (found == 0)
                        || !stored.id().equals(event.event().id())
                        || !stored.stream().equals(event.stream())
                        || !stored.type().equals(event.event().type())) {
                    return false;
                }
                versions.put(stored.stream(), stored.version());
                found++;
            }
        }
        return found == count;
    }

    private Map<StreamId, SqliteSession.@Nullable Stream> streams(Append append) throws SQLException {
        Set<StreamId> names = new HashSet<>(append.expectations().keySet());
        append.events().forEach(e -> names.add(e.stream()));
        Map<StreamId, SqliteSession.@Nullable Stream> streams = new HashMap<>();
        for (StreamId name : names) {
            SqliteSession.Stream stream = known.get(name);
            streams.put(name, stream == null ? session.stream(name) : stream);
        }
        return streams;
    }

    private static void checkDeleted(Append append, Map<StreamId, SqliteSession.@Nullable Stream> streams) {
        Set<StreamId> inOrder = new LinkedHashSet<>(append.expectations().keySet());
        append.events().forEach(e -> inOrder.add(e.stream()));
        for (StreamId name : inOrder) {
            SqliteSession.Stream stream = streams.get(name);
            if (stream != null
                    && stream.deleted()
                    && !append.expected(name).equals(ExpectedVersion.deletedAt(stream.version()))) {
                throw new StreamDeleted(name, stream.version());
            }
        }
    }

    private static void checkVersions(Append append, Map<StreamId, SqliteSession.@Nullable Stream> streams) {
        List<VersionConflict.Mismatch> mismatches = new ArrayList<>();
        append.expectations().forEach((name, expected) -> {
            SqliteSession.Stream stream = streams.get(name);
            long actual = stream == null ? 0 : stream.version();
            if (!expected.isMetBy(actual) && (stream == null || !stream.deleted())) {
                mismatches.add(new VersionConflict.Mismatch(name, expected, actual));
            }
        });
        if (!mismatches.isEmpty()) {
            throw new VersionConflict(mismatches);
        }
    }

    private void check(Append.Condition condition, long seen) throws SQLException {
        Cursor cursor = condition.after();
        long after = cursor == null ? 0 : session.position(cursor);
        try (var search = new SqliteSearch(session, condition.query(), after, seen, false)) {
            while (search.next()) {
                StoredEntry entry = search.entry();
                for (EventQuery.Item item : condition.query().items()) {
                    if (item.matchesPlace(entry)) {
                        throw new ConditionFailed(item, entry.position(), cursor);
                    }
                }
            }
        }
    }

    private void checkLabels(StreamId name, SqliteSession.@Nullable Stream stream, Map<String, String> labels)
            throws SQLException {
        Set<String> names = new HashSet<>(labels.keySet());
        if (stream != null) {
            names.addAll(session.labels(stream.key()).keySet());
        }
        Label.checkCount(name, names.size());
    }

    private Appended store(Append append, Map<StreamId, SqliteSession.@Nullable Stream> streams) throws SQLException {
        long first = lastPosition + 1;
        Instant recordedAt = now();
        Map<StreamId, Long> keys = new HashMap<>();
        Map<StreamId, Long> versions = new HashMap<>();
        for (Append.NewEvent event : append.events()) {
            StreamId name = event.stream();
            Long key = keys.get(name);
            if (key == null) {
                SqliteSession.Stream stream = streams.get(name);
                key = stream == null ? create(name, lastPosition + 1) : stream.key();
                keys.put(name, key);
                versions.put(name, stream == null ? 0 : stream.version());
            }
            long version = versions.merge(name, 1L, Long::sum);
            var recorded = new RecordedEvent(lastPosition + 1, name, version, recordedAt, event.event());
            insert(recorded, key, recorded.position() == first);
        }
        keys.forEach((name, key) -> {
            SqliteSession.Stream stream = streams.get(name);
            long removedBefore = stream == null ? 1 : stream.removedBefore();
            known.put(name, new SqliteSession.Stream(key, removedBefore, versions.getOrDefault(name, 0L), false));
        });
        for (Map.Entry<StreamId, Map<String, String>> labels : append.labels().entrySet()) {
            for (Map.Entry<String, String> label : labels.getValue().entrySet()) {
                long key = Objects.requireNonNull(keys.get(labels.getKey()));
                setLabel(key, label.getKey(), new Label(label.getValue(), recordedAt));
            }
        }
        return new Appended(first, Cursor.of(session.id, new Cursor.Place(lastPosition, lastEvent)), versions, false);
    }

    /** The time of the next event: the clock's, but never before that of the last one. */
    Instant now() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        return lastRecordedAt != null && now.isBefore(lastRecordedAt) ? lastRecordedAt : now;
    }

    long create(StreamId name, long position) throws SQLException {
        Long key = session.connection.number(
                "INSERT INTO cairn_stream (log, category, name, bucket, created, removed_before)"
                        + " VALUES (?, ?, ?, ?, ?, 1) RETURNING id",
                session.log,
                name.category(),
                name.id(),
                name.bucket(),
                session.base + position);
        return Objects.requireNonNull(key);
    }

    /** Writes the next entry, an event or a husk. */
    void insert(StoredEntry entry, long stream, boolean startsAppend) throws SQLException {
        RecordedEvent event = entry instanceof RecordedEvent recorded ? recorded : null;
        Instant occurredAt = event == null ? null : event.data().occurredAt();
        session.connection.update(
                Sql.file("sqlite/insert_event.sql"),
                session.base + entry.position(),
                stream,
                entry.version(),
                SqliteEntries.bytes(entry.id()),
                name(entry.stream().category()),
                name(entry.type()),
                entry.stream().bucket(),
                startsAppend,
                SqliteEntries.micros(entry.recordedAt()),
                SqliteEntries.tags(entry.tags()),
                event == null ? null : event.data().schemaVersion(),
                occurredAt == null ? null : SqliteEntries.micros(occurredAt),
                event == null ? null : event.data().contentType(),
                event == null ? null : event.metadata().toString(),
                event == null ? null : event.data().baseline(),
                event == null ? null : event.payload(),
                SqliteEntries.checksum(entry, startsAppend));
        for (String tag : entry.tags()) {
            session.connection.update(
                    "INSERT INTO cairn_tag (tag, place) VALUES (?, ?)", tag, session.base + entry.position());
        }
        lastPosition = entry.position();
        lastEvent = entry.id();
        lastRecordedAt = entry.recordedAt();
    }

    private long name(String text) throws SQLException {
        Long key = names.get(text);
        if (key != null) {
            return key;
        }
        key = session.connection.number("SELECT id FROM cairn_name WHERE name = ?", text);
        if (key == null) {
            key = session.connection.number("INSERT INTO cairn_name (name) VALUES (?) RETURNING id", text);
            made.add(text);
        } else if (names.size() < NAMES && !made.contains(text)) {
            names.put(text, key);
        }
        return Objects.requireNonNull(key);
    }

    boolean label(StreamId stream, String name, String value) throws SQLException {
        SqliteSession.Stream known = unlessDeleted(stream);
        checkLabels(stream, known, Map.of(name, value));
        setLabel(known.key(), name, new Label(value, now()));
        return true;
    }

    boolean unlabel(StreamId stream, String name) throws SQLException {
        long key = unlessDeleted(stream).key();
        return session.connection.update("DELETE FROM cairn_label WHERE stream = ? AND name = ?", key, name) > 0;
    }

    SqliteSession.Stream unlessDeleted(StreamId stream) throws SQLException {
        SqliteSession.Stream known = session.known(stream);
        if (known.deleted()) {
            throw new StreamDeleted(stream, known.version());
        }
        return known;
    }

    void setLabel(long stream, String name, Label label) throws SQLException {
        session.connection.update(
                "INSERT INTO cairn_label (stream, name, value, changed_at, created)"
                        + " VALUES (?, ?, ?, ?, (SELECT created FROM cairn_stream WHERE id = ?))"
                        + " ON CONFLICT (stream, name) DO UPDATE SET value = excluded.value,"
                        + " changed_at = excluded.changed_at",
                stream,
                name,
                label.value(),
                SqliteEntries.micros(label.changedAt()),
                stream);
    }
}
