// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import org.cairnlog.event.CairnException;
import org.jspecify.annotations.Nullable;

/** The state of a log's consumers in its schema in PostgreSQL, on connections of the pool. */
final class PostgresConsumerStore extends SqlConsumerStore {
    private final PostgresLogs logs;
    private final int log;
    private final String where;
    private final Runnable checkOpen;

    /** For one log; {@code checkOpen} fails when it is closed. */
    PostgresConsumerStore(PostgresLogs logs, int log, String where, Runnable checkOpen) {
        super(log);
        this.logs = logs;
        this.log = log;
        this.where = where;
        this.checkOpen = checkOpen;
    }

    @Override
    public Instant now() {
        return read(connection -> query(connection, sql("SELECT :now"), row -> PostgresEntries.instant(row.getLong(1))))
                .getFirst();
    }

    @Override
    String sql(String text) {
        return logs.schema().of(text.replace(":now", "\"cairn\".clock_1()"));
    }

    @Override
    CairnException translate(SQLException e) {
        return PostgresErrors.translate(e, where);
    }

    @Override
    <T extends @Nullable Object> T read(Work<T> work) {
        return run(work, true);
    }

    @Override
    <T extends @Nullable Object> T write(Work<T> work) {
        return run(work, false);
    }

    private <T extends @Nullable Object> T run(Work<T> work, boolean autoCommit) {
        checkOpen.run();
        try (Connection connection = logs.borrow()) {
            boolean before = connection.getAutoCommit();
            connection.setAutoCommit(autoCommit);
            try {
                T result = work.on(connection);
                if (!autoCommit) {
                    connection.commit();
                }
                return result;
            } catch (SQLException | RuntimeException | Error e) {
                if (!autoCommit) {
                    PostgresTransactions.rollback(connection, e);
                }
                throw e;
            } finally {
                if (!connection.isClosed()) {
                    connection.setAutoCommit(before);
                }
            }
        } catch (SQLException e) {
            throw translate(e);
        }
    }

    /** All of them in one statement, however many they are. */
    @Override
    public Set<String> renew(Collection<Renewal> renewals, Duration lease) {
        if (renewals.isEmpty()) {
            return Set.of();
        }
        return read(connection -> new HashSet<>(query(
                connection,
                sql(Sql.file("postgres/renew_consumers.sql")),
                row -> row.getString(1),
                micros(lease),
                array(connection, "text", renewals, r -> r.claim().name()),
                array(connection, "bigint", renewals, r -> r.claim().token()),
                array(connection, "text", renewals, r -> r.report().state().name()),
                array(connection, "bigint", renewals, r -> micros(r.report().lasting())),
                array(connection, "text", renewals, r -> r.report().why()),
                array(connection, "float8", renewals, r -> r.report().rate()),
                log)));
    }

    private static Array array(
            Connection connection, String type, Collection<Renewal> renewals, Function<Renewal, Object> value)
            throws SQLException {
        return connection.createArrayOf(type, renewals.stream().map(value).toArray());
    }
}
