// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.cairnlog.sql.servers.PostgresServer;
import org.cairnlog.testkit.ControllableClock;

/**
 * A database with Cairn's schema, in which each fixture has logs of its own, and whose clock a test can set. Pools are
 * those that users have.
 */
final class PostgresSite implements AutoCloseable {
    static final String SCHEMA = "cairn \"test\"";

    private static final Map<PostgresServer, PostgresSite> SHARED = new ConcurrentHashMap<>();
    private static final AtomicInteger LOGS = new AtomicInteger();

    private final String url;
    private final Map<String, HikariDataSource> pools = new ConcurrentHashMap<>();
    private final ControllableClock clock;

    private PostgresSite(String url) {
        this.url = url;
        Postgres.migrate(pool("postgres"), o -> o.schema(SCHEMA));
        execute("CREATE TABLE " + quoted("test_clock") + " AS SELECT 0::bigint AS now");
        execute("CREATE OR REPLACE FUNCTION " + quoted("clock_1")
                + "() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT now FROM "
                + quoted("test_clock").replace("'", "''") + "'");
        execute("GRANT SELECT ON " + quoted("test_clock") + " TO PUBLIC");
        for (PostgresRole role : PostgresRole.values()) {
            String user = role.name().toLowerCase(java.util.Locale.ROOT);
            execute("DO $$ BEGIN CREATE ROLE " + user + " LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
            Postgres.grant(pool("postgres"), SCHEMA, role, user);
        }
        execute("DO $$ BEGIN CREATE ROLE service LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        Postgres.grant(pool("postgres"), SCHEMA, PostgresRole.APPENDER, "service");
        Postgres.grant(pool("postgres"), SCHEMA, PostgresRole.CONSUMER, "service");
        execute("GRANT CREATE ON SCHEMA public TO service");
        execute("GRANT ALL ON SCHEMA public TO service");
        clock = ControllableClock.at(Instant.parse("2024-02-29T12:00:00Z"), this::set);
    }

    private static String quoted(String name) {
        return PostgresSchema.quoted(SCHEMA) + "." + name;
    }

    /** The site on a server that all fixtures of this JVM share. */
    static PostgresSite on(PostgresServer server) {
        return SHARED.computeIfAbsent(server, s -> new PostgresSite(s.url(s.createDatabase())));
    }

    /** A site of a test's own. */
    static PostgresSite at(String url) {
        return new PostgresSite(url);
    }

    private void set(Instant now) {
        try (Connection connection = pool("postgres").getConnection();
                PreparedStatement update =
                        connection.prepareStatement("UPDATE " + quoted("test_clock") + " SET now = ?")) {
            update.setLong(1, PostgresEntries.micros(now));
            update.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    ControllableClock clock() {
        clock.set(Instant.parse("2024-02-29T12:00:00Z"));
        return clock;
    }

    /** A name that no other log has; the log is made by the owner. */
    String newLog() {
        String log = "log " + LOGS.incrementAndGet();
        Postgres.migrate(pool("postgres"), o -> o.schema(SCHEMA).log(log));
        return log;
    }

    UnaryOperator<PostgresOptions> options(String log) {
        return o -> o.schema(SCHEMA).log(log);
    }

    String url(String user) {
        return url.replaceFirst("user=[^&]*", "user=" + user);
    }

    /** The pool of a database user. */
    HikariDataSource pool(String user) {
        return pools.computeIfAbsent(user, name -> pool(url(name), 20));
    }

    static HikariDataSource pool(String url, int size) {
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(3_000);
        return new HikariDataSource(config);
    }

    void execute(String sql) {
        execute(pool("postgres"), sql);
    }

    static void execute(DataSource dataSource, String sql) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first column of the first row; the schema is written as if its name were cairn. */
    String query(String sql) {
        try (Connection connection = pool("postgres").getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(new PostgresSchema(SCHEMA).of(sql))) {
            return row.next() ? row.getString(1) : null;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    String database() {
        return query("SELECT current_database()");
    }

    @Override
    public void close() {
        pools.values().forEach(HikariDataSource::close);
    }
}
