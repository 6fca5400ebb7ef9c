// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.LongConsumer;
import org.cairnlog.event.EventData;
import org.cairnlog.event.Limits;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.BaselineMissing;
import org.cairnlog.log.DeletedStreams;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.LogBusy;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.LogUnavailable;
import org.cairnlog.log.NoSuchStream;
import org.cairnlog.log.Removal;
import org.cairnlog.log.StreamDeleted;
import org.cairnlog.log.Verification;
import org.cairnlog.log.VersionConflict;
import org.jspecify.annotations.Nullable;

/** Removal and checks for a log in PostgreSQL. */
final class PostgresMaintenance implements LogMaintenance {
    private static final int CHUNK = 100;
    private static final int ROWS = 500;

    private final PostgresLogs logs;
    private final PostgresSchema schema;
    private final PostgresSchema.Log log;
    private final PostgresTransactions transactions;
    private volatile boolean closed;

    PostgresMaintenance(PostgresLogs logs, PostgresSchema.Log log) {
        this.logs = logs;
        this.schema = logs.schema();
        this.log = log;
        this.transactions =
                new PostgresTransactions(logs, "the log \"" + logs.options().log() + "\"");
    }

    private <T extends @Nullable Object> T run(PostgresTransactions.Action<T> action) {
        if (closed) {
            throw new LogUnavailable("The maintenance is closed. Open it again.", null);
        }
        return transactions.run(action);
    }

    /** A stream as the directory has it, locked against other removals until the transaction ends. */
    private record Stream(long key, long removedBefore, boolean deleted, long version) {}

    private Stream locked(Connection connection, StreamId name) throws SQLException {
        List<Stream> found = PostgresTransactions.query(
                connection,
                schema.of("SELECT s.key, s.removed_before, s.deleted, (SELECT max(e.version) FROM \"cairn\".event e"
                        + " WHERE e.stream = s.key) FROM \"cairn\".stream s WHERE s.log = ? AND s.category = ?"
                        + " AND s.name = ? FOR NO KEY UPDATE"),
                row -> new Stream(row.getLong(1), row.getLong(2), row.getBoolean(3), row.getLong(4)),
                log.key(),
                name.category(),
                name.id());
        if (found.isEmpty()) {
            throw new NoSuchStream(name);
        }
        return found.getFirst();
    }

    @Override
    public Removal truncate(StreamId stream, long before, String reason) {
        return truncate(stream, before, reason, true);
    }

    @Override
    public Removal truncateWithoutBaseline(StreamId stream, long before, String reason) {
        return truncate(stream, before, reason, false);
    }

    private static void checkReason(String reason) {
        Limits.text("reason of a removal", reason, Limits.STANDARD.labelBytes());
    }

    private Removal truncate(StreamId stream, long before, String reason, boolean needsBaseline) {
        checkReason(reason);
        return run(connection -> {
            Stream known = locked(connection, stream);
            if (known.deleted()) {
                throw new StreamDeleted(stream, known.version());
            }
            if (before < 1 || before > known.version() + 1) {
                throw new IllegalArgumentException("The stream " + stream + " cannot be truncated before version "
                        + before + "; it has versions 1 to " + known.version() + ", so say 1 to "
                        + (known.version() + 1) + ".");
            }
            if (needsBaseline && before > known.removedBefore() && !hasBaseline(connection, known, before)) {
                throw new BaselineMissing(stream, before);
            }
            makeHusks(connection, known.key(), known.removedBefore(), before);
            return record(connection, stream, known, before, false, reason);
        });
    }

    private boolean hasBaseline(Connection connection, Stream stream, long before) throws SQLException {
        return !PostgresTransactions.query(
                        connection,
                        schema.of("SELECT 1 FROM \"cairn\".event e WHERE e.stream = ? AND e.version >= ? AND e.baseline"
                                + " LIMIT 1"),
                        row -> 1,
                        stream.key(),
                        before)
                .isEmpty();
    }

    private void makeHusks(Connection connection, long stream, long from, long before) throws SQLException {
        PostgresTransactions.update(connection, schema.of(Sql.file("postgres/make_husks.sql")), stream, from, before);
    }

    /** Keeps the record; removals of one log take turns at this, each for a moment. */
    private Removal record(
            Connection connection, StreamId name, Stream stream, long before, boolean deletion, String reason)
            throws SQLException {
        long removedBefore = Math.max(stream.removedBefore(), before);
        PostgresTransactions.update(
                connection,
                schema.of("DELETE FROM \"cairn\".snapshot WHERE log = ? AND category = ? AND name = ?"),
                log.key(),
                name.category(),
                name.id());
        PostgresTransactions.update(
                connection,
                schema.of("UPDATE \"cairn\".stream SET removed_before = ?, deleted = ? WHERE key = ?"),
                removedBefore,
                deletion,
                stream.key());
        PostgresTransactions.query(
                connection,
                schema.of("SELECT 1 FROM \"cairn\".log WHERE key = ? FOR NO KEY UPDATE"),
                row -> 1,
                log.key());
        return PostgresTransactions.query(
                        connection,
                        schema.of(Sql.file("postgres/record_removal.sql")),
                        row -> new Removal(
                                row.getLong(1),
                                name,
                                deletion,
                                before,
                                removedBefore - stream.removedBefore(),
                                reason,
                                PostgresEntries.instant(row.getLong(2))),
                        log.key(),
                        stream.key(),
                        deletion,
                        before,
                        removedBefore - stream.removedBefore(),
                        reason,
                        log.key(),
                        log.key())
                .getFirst();
    }

    @Override
    public Removal delete(StreamId stream, ExpectedVersion expected, String reason) {
        checkReason(reason);
        Removal removal = run(connection -> deleteNow(connection, stream, expected, reason));
        logs.wakeUp().grown(log.key());
        return removal;
    }

    /** The content goes first, so that the log is locked only for the event that tells of the deletion. */
    private Removal deleteNow(Connection connection, StreamId name, ExpectedVersion expected, String reason)
            throws SQLException {
        Stream stream = locked(connection, name);
        if (stream.deleted()) {
            return lastDeletion(connection, name, stream);
        }
        makeHusks(connection, stream.key(), stream.removedBefore(), stream.version() + 1);
        long version = appendDeletion(connection, name, expected, reason);
        makeHusks(connection, stream.key(), stream.version() + 1, version);
        PostgresTransactions.update(
                connection, schema.of("DELETE FROM \"cairn\".label WHERE stream = ?"), stream.key());
        return record(connection, name, stream, version, true, reason);
    }

    private long appendDeletion(Connection connection, StreamId name, ExpectedVersion expected, String reason)
            throws SQLException {
        EventData deletion = EventData.deletion(logs.options().ids().get(), reason);
        var batch = new PostgresBatch(log.id(), true);
        PostgresBatch.Plan plan = batch.planOf(name, expected, deletion);
        var append = new PostgresAppend(connection, schema, log.key());
        Duration timeout = logs.options().timeout();
        PostgresAppend.Result result = append.call(plan, PostgresAppend.Mode.APPEND, timeout);
        return switch (result.outcome()) {
            case BUSY, STALE, DOUBTED ->
                throw new LogBusy(PostgresHolder.named(connection, schema, log.key()), timeout, null);
            case STORED -> result.facts().version(name) + 1;
            case REFUSED ->
                throw new VersionConflict(List.of(new VersionConflict.Mismatch(
                        name, expected, result.facts().version(name))));
        };
    }

    private Removal lastDeletion(Connection connection, StreamId name, Stream stream) throws SQLException {
        return PostgresTransactions.query(
                        connection,
                        schema.of("SELECT r.number, r.events, r.reason, r.removed_at FROM \"cairn\".removal r"
                                + " WHERE r.stream = ? AND r.deletion ORDER BY r.number DESC LIMIT 1"),
                        row -> new Removal(
                                row.getLong(1),
                                name,
                                true,
                                stream.version(),
                                row.getLong(2),
                                row.getString(3),
                                PostgresEntries.instant(row.getLong(4))),
                        stream.key())
                .stream()
                .findFirst()
                .orElseThrow(() -> new StreamDeleted(name, stream.version()));
    }

    @Override
    public DeletedStreams deleteByLabel(String name, String value, String reason) {
        Limits.text("label name", name, Limits.STANDARD.nameBytes());
        Limits.text("label value", value, Limits.STANDARD.labelBytes());
        checkReason(reason);
        List<StreamId> found = run(connection -> PostgresTransactions.query(
                connection,
                schema.of("SELECT s.category, s.name FROM \"cairn\".label l JOIN \"cairn\".stream s ON s.key = l.stream"
                        + " WHERE l.log = ? AND l.name = ? AND l.value = ? ORDER BY l.created LIMIT ?"),
                row -> new StreamId(row.getString(1), row.getString(2)),
                log.key(),
                name,
                value,
                CHUNK + 1));
        // Each stream by itself, so that the log is never locked for long.
        List<StreamId> chunk = found.subList(0, Math.min(CHUNK, found.size()));
        for (StreamId stream : chunk) {
            delete(stream, ExpectedVersion.any(), reason);
        }
        return new DeletedStreams(chunk.size(), found.size() > CHUNK);
    }

    @Override
    public Iterable<Removal> removals() {
        return () -> new Iterator<>() {
            private Iterator<Removal> page = Collections.emptyIterator();
            private long last;

            @Override
            public boolean hasNext() {
                if (!page.hasNext()) {
                    page = removals(last).iterator();
                }
                return page.hasNext();
            }

            @Override
            public Removal next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("There are no more removals.");
                }
                Removal next = page.next();
                last = next.number();
                return next;
            }
        };
    }

    private List<Removal> removals(long after) {
        return run(connection -> PostgresTransactions.query(
                connection,
                schema.of("SELECT r.number, s.category, s.name, r.deletion, r.before, r.events, r.reason, r.removed_at"
                        + " FROM \"cairn\".removal r JOIN \"cairn\".stream s ON s.key = r.stream"
                        + " WHERE r.log = ? AND r.number > ? ORDER BY r.number LIMIT ?"),
                PostgresMaintenance::removal,
                log.key(),
                after,
                ROWS));
    }

    private static Removal removal(ResultSet row) throws SQLException {
        return new Removal(
                row.getLong(1),
                new StreamId(row.getString(2), row.getString(3)),
                row.getBoolean(4),
                row.getLong(5),
                row.getLong(6),
                row.getString(7),
                PostgresEntries.instant(row.getLong(8)));
    }

    @Override
    public Verification verify(LongConsumer progress) {
        return run(connection -> new PostgresVerification(connection, schema, log.key()).run(progress));
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            logs.close();
        }
    }
}
