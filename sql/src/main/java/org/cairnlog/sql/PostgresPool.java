// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** The connections of a log that was opened by URL: a pool, which needs HikariCP, and a way past it. */
final class PostgresPool {
    private static final String JDBC = "jdbc:postgresql:";
    private static final int CONNECTIONS = 10;

    private final String jdbcUrl;

    PostgresPool(String url) {
        this.jdbcUrl = jdbcUrl(url);
    }

    /** The URL as the driver takes it; its text may hold a password and is for no message. */
    private static String jdbcUrl(String url) {
        Objects.requireNonNull(url, "There is no URL of a database. Is the variable set that it comes from?");
        if (url.startsWith(JDBC)) {
            return url;
        }
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            // The message of the cause holds the URL, and the URL perhaps a password.
            throw noUrl();
        }
        String path = uri.getRawPath();
        if (!("postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme()))
                || uri.getHost() == null
                || path == null
                || path.length() < 2) {
            throw noUrl();
        }
        var jdbc = new StringBuilder(JDBC + "//" + uri.getHost());
        if (uri.getPort() > 0) {
            jdbc.append(':').append(uri.getPort());
        }
        jdbc.append(path).append("?ApplicationName=cairn");
        if (uri.getRawUserInfo() != null) {
            String[] user = uri.getRawUserInfo().split(":", 2);
            jdbc.append("&user=").append(recoded(user[0]));
            if (user.length > 1) {
                jdbc.append("&password=").append(recoded(user[1]));
            }
        }
        if (uri.getRawQuery() != null) {
            jdbc.append('&').append(uri.getRawQuery());
        }
        return jdbc.toString();
    }

    private static IllegalArgumentException noUrl() {
        return new IllegalArgumentException("This is no URL of a PostgreSQL database; write it like"
                + " postgresql://user@host:5432/database or jdbc:postgresql://host:5432/database?user=name.");
    }

    /** A plus sign in the user part of a URL is itself, in a query it is a space. */
    private static String recoded(String text) {
        return URLEncoder.encode(
                URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    /** The logs behind the URL: callers borrow from a pool, what Cairn keeps to itself comes past it. */
    PostgresLogs logs(PostgresOptions options) {
        Reached database = database();
        Pool pool = pool(database);
        try {
            // The pool would try for long, and then not say what a first connection says at once.
            database.reach();
        } catch (SQLException e) {
            pool.close();
            throw PostgresErrors.translate(e, "the log \"" + options.log() + "\"");
        }
        return new PostgresLogs(pool, options.direct().isPresent() ? options : options.direct(database), pool);
    }

    private Reached database() {
        var database = new Reached();
        try {
            database.setUrl(jdbcUrl);
            return database;
        } catch (IllegalArgumentException e) {
            // Its message holds the URL.
            throw noUrl();
        }
    }

    /** The database, with the connection that showed that it can be reached for whoever comes first. */
    private static final class Reached extends PGSimpleDataSource {
        private final transient AtomicReference<@Nullable Connection> first = new AtomicReference<>();

        void reach() throws SQLException {
            first.set(super.getConnection());
        }

        @Override
        public Connection getConnection() throws SQLException {
            Connection reached = first.getAndSet(null);
            return reached == null ? super.getConnection() : reached;
        }
    }

    /** A pool that lets nobody wait on after it was closed: whoever waits for a connection looks now and then. */
    private static final class Pool extends HikariDataSource {
        private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
        private static final long LOOK_MILLIS = 5_000;

        Pool(HikariConfig config) {
            super(config);
        }

        @Override
        public Connection getConnection() throws SQLException {
            long started = System.nanoTime();
            while (true) {
                try {
                    return super.getConnection();
                } catch (SQLTransientConnectionException e) {
                    if (isClosed() || System.nanoTime() - started >= PATIENCE_NANOS) {
                        throw e;
                    }
                }
            }
        }
    }

    // The very class is named, so that this one can be linked without HikariCP.
    private static Pool pool(DataSource database) {
        try {
            var config = new HikariConfig();
            config.setDataSource(database);
            config.setPoolName("cairn");
            config.setMaximumPoolSize(CONNECTIONS);
            config.setMinimumIdle(0);
            config.setInitializationFailTimeout(-1);
            config.setConnectionTimeout(Pool.LOOK_MILLIS);
            return new Pool(config);
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "To open a log by URL, the pool com.zaxxer:HikariCP must be on the class path; or open it with a"
                            + " DataSource.",
                    e);
        }
    }
}
