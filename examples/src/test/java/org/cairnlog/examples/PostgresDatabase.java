// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.cairnlog.sql.servers.PostgresServer;

/** A database of a test's own on a real server, with a pool as users have one. */
final class PostgresDatabase implements AutoCloseable {
    private final PostgresServer server = PostgresServer.newest();
    private final String name;
    private final HikariDataSource pool;

    PostgresDatabase() {
        this(PostgresServer.newest().createDatabase());
    }

    private PostgresDatabase(String name) {
        this.name = name;
        this.pool = pool("postgres");
    }

    /** Another database with the same files, as a backup is; nobody may be connected. */
    PostgresDatabase copy() {
        String copy = name + "_copy";
        server.execute("postgres", "CREATE DATABASE " + copy + " TEMPLATE " + name);
        return new PostgresDatabase(copy);
    }

    /** Where the driver finds the database. */
    String jdbcUrl(String user) {
        return server.url(name).replace("user=postgres", "user=" + user);
    }

    /** Where Cairn finds the database. */
    String url() {
        return "postgresql://postgres@127.0.0.1:" + server.port() + "/" + name;
    }

    /** The pool of the database's owner. */
    HikariDataSource pool() {
        return pool;
    }

    /** A pool of another user's, to be closed. */
    HikariDataSource pool(String user) {
        var config = new HikariConfig();
        config.setJdbcUrl(jdbcUrl(user));
        config.setMinimumIdle(0);
        return new HikariDataSource(config);
    }

    void execute(String sql) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    /** The only value of the only row, a number. */
    long number(String sql) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    @Override
    public void close() {
        pool.close();
        server.dropDatabase(name);
    }
}
