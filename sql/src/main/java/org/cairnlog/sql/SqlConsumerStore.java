// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.cairnlog.consumer.ConsumerStatus;
import org.cairnlog.consumer.ConsumerStore;
import org.cairnlog.consumer.LeaseLost;
import org.cairnlog.consumer.ParkedEvent;
import org.cairnlog.event.CairnException;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * The state of a log's consumers in two tables. What SQLite and PostgreSQL differ in, how a transaction comes about and
 * what the time is, is left to each.
 */
abstract class SqlConsumerStore implements ConsumerStore {
    private final long log;

    SqlConsumerStore(long log) {
        this.log = log;
    }

    /** Something to do on a connection. */
    interface Work<T extends @Nullable Object> {
        T on(Connection connection) throws SQLException;
    }

    /** Reads. */
    abstract <T extends @Nullable Object> T read(Work<T> work);

    /** Does all of it, or nothing. */
    abstract <T extends @Nullable Object> T write(Work<T> work);

    /** What the database makes of a statement; {@code :now} is the time in microseconds. */
    abstract String sql(String text);

    abstract CairnException translate(SQLException e);

    private String file(String name) {
        return sql(Sql.file("consumers/" + name + ".sql"));
    }

    int update(Connection connection, String sql, @Nullable Object... parameters) throws SQLException {
        try (PreparedStatement statement = bound(connection, sql, parameters)) {
            return statement.executeUpdate();
        }
    }

    private int updateFile(Connection connection, String file, @Nullable Object... parameters) throws SQLException {
        return update(connection, file(file), parameters);
    }

    /** What one row says. */
    interface Row<T> {
        T from(ResultSet row) throws SQLException;
    }

    static <T> List<T> query(Connection connection, String sql, Row<T> row, @Nullable Object... parameters)
            throws SQLException {
        List<T> all = new ArrayList<>();
        try (PreparedStatement statement = bound(connection, sql, parameters);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                all.add(row.from(rows));
            }
        }
        return all;
    }

    private static PreparedStatement bound(Connection connection, String sql, @Nullable Object... parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            if (parameters[i] == null) {
                statement.setNull(i + 1, Types.VARCHAR);
            } else {
                statement.setObject(i + 1, parameters[i]);
            }
        }
        return statement;
    }

    static long micros(Duration duration) {
        return TimeUnit.NANOSECONDS.toMicros(duration.toNanos());
    }

    private static Instant instant(long micros) {
        return SqliteEntries.instant(micros);
    }

    private static @Nullable Cursor cursor(@Nullable String text) {
        return text == null ? null : Cursor.parse(text);
    }

    private static @Nullable String text(@Nullable Cursor cursor) {
        return cursor == null ? null : cursor.toString();
    }

    /** Fails if nobody registered the consumer. */
    private void checkKnown(Connection connection, String name) throws SQLException {
        if (known(connection, name).isEmpty()) {
            List<String> names =
                    known(connection, null).stream().map(Known::name).toList();
            throw new IllegalArgumentException("There is no consumer \"" + name + "\"; there are " + names + ".");
        }
    }

    private <T extends @Nullable Object> T readKnown(String name, Work<T> work) {
        return read(connection -> {
            checkKnown(connection, name);
            return work.on(connection);
        });
    }

    private void changeKnown(String name, String set, Object... parameters) {
        write(connection -> {
            List<Object> all = new ArrayList<>(List.of(parameters));
            all.add(log);
            all.add(name);
            if (update(
                            connection,
                            sql("UPDATE \"cairn\".consumer SET " + set + " WHERE log = ? AND name = ?"),
                            all.toArray())
                    == 0) {
                checkKnown(connection, name);
            }
            return name;
        });
    }

    @Override
    public void register(String name, int partitions) {
        write(connection -> {
            // Two who register at once meet here: the second one waits, and sees how the first has divided it.
            insert(connection, name, partitions);
            known(connection, name).forEach(row -> ConsumerStore.checkDivision(name, row.partitions(), partitions));
            if (partitions > 1) {
                for (String part : ConsumerStore.partitions(name, partitions)) {
                    insert(connection, part, 1);
                }
            }
            return name;
        });
    }

    private void insert(Connection connection, String name, int partitions) throws SQLException {
        update(
                connection,
                sql("INSERT INTO \"cairn\".consumer (log, name, partitions, since) VALUES (?, ?, ?, :now)"
                        + " ON CONFLICT DO NOTHING"),
                log,
                name,
                partitions);
    }

    @Override
    public Set<String> join(String name, String member, Duration lease) {
        return write(connection -> {
            updateFile(connection, "join", log, name, member, micros(lease));
            update(
                    connection,
                    sql("DELETE FROM \"cairn\".member WHERE log = ? AND consumer = ? AND until <= :now"),
                    log,
                    name);
            return new HashSet<>(query(
                    connection,
                    sql("SELECT m.member FROM \"cairn\".member m WHERE m.log = ? AND m.consumer = ?"),
                    row -> row.getString(1),
                    log,
                    name));
        });
    }

    @Override
    public void leave(String name, String member) {
        write(connection -> update(
                connection,
                sql("DELETE FROM \"cairn\".member WHERE log = ? AND consumer = ? AND member = ?"),
                log,
                name,
                member));
    }

    private List<Known> known(Connection connection, @Nullable String name) throws SQLException {
        return query(connection, file("known"), SqlConsumerStore::known, log, name == null, name);
    }

    private static Known known(ResultSet row) throws SQLException {
        String holder = row.getString(5);
        String halt = row.getString(11);
        return new Known(
                row.getString(1),
                row.getInt(2),
                row.getLong(3),
                cursor(row.getString(4)),
                holder == null ? null : new Lease(holder, instant(row.getLong(6))),
                ConsumerStatus.State.valueOf(row.getString(7)),
                instant(row.getLong(8)),
                row.getString(9),
                row.getDouble(10),
                halt == null ? null : new Halt(row.getBoolean(12), halt, instant(row.getLong(13))),
                row.getLong(14),
                row.getBoolean(15),
                cursor(row.getString(16)),
                row.getString(17),
                row.getBoolean(18),
                row.getBoolean(19),
                row.getLong(20),
                row.getLong(21));
    }

    @Override
    public List<Known> consumers() {
        return read(connection -> known(connection, null));
    }

    @Override
    public Optional<Known> consumer(String name) {
        return read(connection -> known(connection, name)).stream().findFirst();
    }

    @Override
    public Optional<Claim> claim(String name, String holder, Duration lease) {
        return write(connection -> {
            List<Claim> claims = query(
                    connection,
                    file("claim"),
                    row -> new Claim(name, row.getLong(1), cursor(row.getString(2))),
                    holder,
                    micros(lease),
                    log,
                    name);
            if (claims.isEmpty()) {
                checkKnown(connection, name);
            }
            return claims.stream().findFirst();
        });
    }

    @Override
    public Set<String> renew(Collection<Renewal> renewals, Duration lease) {
        return write(connection -> {
            Set<String> held = new HashSet<>();
            for (Renewal renewal : renewals) {
                Claim claim = renewal.claim();
                Report report = renewal.report();
                int renewed = updateFile(
                        connection,
                        "renew",
                        micros(lease),
                        report.state().name(),
                        micros(report.lasting()),
                        report.why(),
                        report.rate(),
                        log,
                        claim.name(),
                        claim.token());
                if (renewed > 0) {
                    held.add(claim.name());
                }
            }
            return held;
        });
    }

    @Override
    public void release(Renewal renewal) {
        Report report = renewal.report();
        write(connection -> updateFile(
                connection,
                "release",
                report.state().name(),
                micros(report.lasting()),
                report.why(),
                report.rate(),
                log,
                renewal.claim().name(),
                renewal.claim().token()));
    }

    @Override
    public void advance(Step step) {
        write(connection -> {
            move(connection, step);
            return step;
        });
    }

    @Override
    public void advance(Connection connection, Step step) {
        on(connection, joined -> {
            move(joined, step);
            return step;
        });
    }

    private void move(Connection connection, Step step) throws SQLException {
        Claim claim = step.claim();
        long waiting = step.setAside().stream().filter(ParkedEvent::waits).count();
        int moved = updateFile(
                connection,
                "advance",
                step.after().toString(),
                waiting,
                step.setAside().size() - waiting,
                log,
                claim.name(),
                claim.token(),
                text(step.before()));
        if (moved == 0) {
            throw new LeaseLost(claim.name(), claim.token());
        }
        for (ParkedEvent event : step.setAside()) {
            updateFile(
                    connection,
                    "set_aside",
                    log,
                    claim.name(),
                    event.id().toString(),
                    event.stream().category(),
                    event.stream().id(),
                    event.version(),
                    event.type(),
                    event.cause().name(),
                    event.why(),
                    event.attempts(),
                    SqliteEntries.micros(event.at()));
        }
    }

    @Override
    public List<ParkedEvent> setAside(String name) {
        return readKnown(
                name,
                connection -> query(connection, file("list_set_aside"), SqlConsumerStore::setAsideEvent, log, name));
    }

    private static ParkedEvent setAsideEvent(ResultSet row) throws SQLException {
        return new ParkedEvent(
                UUID.fromString(row.getString(1)),
                new StreamId(row.getString(2), row.getString(3)),
                row.getLong(4),
                row.getString(5),
                ParkedEvent.Cause.valueOf(row.getString(6)),
                row.getString(7),
                row.getInt(8),
                instant(row.getLong(9)),
                Optional.ofNullable(row.getString(10)).map(ParkedEvent.Wish::valueOf));
    }

    @Override
    public Set<StreamId> parkedStreams(String name) {
        return readKnown(
                        name,
                        connection -> query(
                                connection,
                                sql("SELECT DISTINCT category, stream FROM \"cairn\".set_aside WHERE log = ?"
                                        + " AND consumer = ? AND cause <> 'SKIPPED'"),
                                row -> new StreamId(row.getString(1), row.getString(2)),
                                log,
                                name))
                .stream()
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public long ask(String name, Set<UUID> events, ParkedEvent.Wish wish) {
        return write(connection -> {
            checkKnown(connection, name);
            String change = "UPDATE \"cairn\".set_aside SET wish = ? WHERE log = ? AND consumer = ? AND ";
            long meant = 0;
            if (events.isEmpty()) {
                meant = update(connection, sql(change + "cause <> 'SKIPPED'"), wish.name(), log, name);
            }
            for (UUID event : events) {
                meant += update(connection, sql(change + "event = ?"), wish.name(), log, name, event.toString());
            }
            if (meant > 0) {
                update(
                        connection,
                        sql("UPDATE \"cairn\".consumer SET asks = asks + 1 WHERE log = ? AND name = ?"),
                        log,
                        name);
            }
            return meant;
        });
    }

    /** Fails unless the token is the one of the lease; its row is locked until the transaction ends. */
    private void checkHeld(Connection connection, Claim claim, String set) throws SQLException {
        if (update(
                        connection,
                        sql("UPDATE \"cairn\".consumer SET " + set + " WHERE log = ? AND name = ? AND token = ?"),
                        log,
                        claim.name(),
                        claim.token())
                == 0) {
            throw new LeaseLost(claim.name(), claim.token());
        }
    }

    @Override
    public void park(Claim claim, ParkedEvent event) {
        write(connection -> {
            checkHeld(connection, claim, "asks = asks");
            return updateFile(
                    connection,
                    "park_again",
                    event.cause().name(),
                    event.why(),
                    event.attempts(),
                    SqliteEntries.micros(event.at()),
                    log,
                    claim.name(),
                    event.id().toString());
        });
    }

    @Override
    public void settle(Claim claim, UUID event) {
        write(connection -> {
            forget(connection, claim, event);
            return event;
        });
    }

    @Override
    public void settle(Connection connection, Claim claim, UUID event) {
        on(connection, joined -> {
            forget(joined, claim, event);
            return event;
        });
    }

    private void forget(Connection connection, Claim claim, UUID event) throws SQLException {
        String where = "FROM \"cairn\".set_aside WHERE log = ? AND consumer = ? AND event = ?";
        List<String> causes = query(
                connection, sql("SELECT cause " + where), row -> row.getString(1), log, claim.name(), event.toString());
        String counter = causes.equals(List.of(ParkedEvent.Cause.SKIPPED.name())) ? "skipped" : "parked";
        checkHeld(connection, claim, counter + " = " + counter + " - " + causes.size());
        update(connection, sql("DELETE " + where), log, claim.name(), event.toString());
    }

    @Override
    public void halt(String name, boolean failed, String why) {
        changeKnown(name, "halt = ?, halt_failed = ?, halted_at = :now", why, failed);
    }

    @Override
    public void resume(String name) {
        changeKnown(name, "halt = NULL, rebuilding = FALSE, switching = FALSE");
    }

    @Override
    public void askRebuild(String name) {
        changeKnown(name, "rebuilding = TRUE, asks = asks + 1");
    }

    @Override
    public void registerGeneration(String name, String base) {
        write(connection -> {
            update(
                    connection,
                    sql("INSERT INTO \"cairn\".generation (log, base, active) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"),
                    log,
                    base,
                    name);
            return update(
                    connection,
                    sql("UPDATE \"cairn\".consumer SET base = ? WHERE log = ? AND name = ?"),
                    base,
                    log,
                    name);
        });
    }

    @Override
    public void askSwitch(String name) {
        write(connection -> {
            checkKnown(connection, name);
            ConsumerStore.checkGeneration(
                    name, known(connection, name).getFirst().base());
            return update(
                    connection,
                    sql("UPDATE \"cairn\".consumer SET switching = TRUE, asks = asks + 1"
                            + " WHERE log = ? AND name = ?"),
                    log,
                    name);
        });
    }

    @Override
    public @Nullable Cursor holdUp(@Nullable Connection connection, Claim claim) {
        return on(connection, joined -> {
            checkHeld(joined, claim, "asks = asks");
            String active = active(joined, claim);
            update(joined, sql("UPDATE \"cairn\".consumer SET asks = asks WHERE log = ? AND name = ?"), log, active);
            return known(joined, active).getFirst().cursor();
        });
    }

    private String active(Connection connection, Claim claim) throws SQLException {
        return query(
                        connection,
                        sql("SELECT g.active FROM \"cairn\".generation g JOIN \"cairn\".consumer c"
                                + " ON c.log = g.log AND c.base = g.base WHERE c.log = ? AND c.name = ?"),
                        row -> row.getString(1),
                        log,
                        claim.name())
                .getFirst();
    }

    @Override
    public void switchTo(@Nullable Connection connection, Step step) {
        on(connection, joined -> {
            Claim claim = step.claim();
            String before = active(joined, claim);
            boolean level = update(
                            joined,
                            sql("UPDATE \"cairn\".consumer SET token = token + ?, holder = CASE WHEN ? THEN holder END"
                                    + " WHERE log = ? AND name = ? AND position = ?"),
                            before.equals(claim.name()) ? 0 : 1,
                            before.equals(claim.name()),
                            log,
                            before,
                            step.after().toString())
                    == 1;
            if (!level) {
                throw new LeaseLost(claim.name(), claim.token());
            }
            move(joined, step);
            update(
                    joined,
                    sql("UPDATE \"cairn\".consumer SET switching = FALSE WHERE log = ? AND name = ?"),
                    log,
                    claim.name());
            return update(
                    joined,
                    sql("UPDATE \"cairn\".generation SET active = ? WHERE log = ? AND active = ?"),
                    claim.name(),
                    log,
                    before);
        });
    }

    /** Does something in a transaction that is given, or in one of its own. */
    private <T extends @Nullable Object> T on(@Nullable Connection connection, Work<T> work) {
        if (connection == null) {
            return write(work);
        }
        try {
            return work.on(connection);
        } catch (SQLException e) {
            throw translate(e);
        }
    }

    @Override
    public void restart(@Nullable Connection connection, Step step, @Nullable Cursor replayUpTo) {
        on(connection, on -> {
            Claim claim = step.claim();
            int moved = updateFile(
                    on,
                    "restart",
                    step.after().toString(),
                    text(replayUpTo),
                    log,
                    claim.name(),
                    claim.token(),
                    text(step.before()));
            if (moved == 0) {
                throw new LeaseLost(claim.name(), claim.token());
            }
            update(on, sql("DELETE FROM \"cairn\".set_aside WHERE log = ? AND consumer = ?"), log, claim.name());
            return step;
        });
    }
}
