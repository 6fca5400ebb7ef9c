// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.cairnlog.sql.servers.PostgresBinaries;
import org.cairnlog.sql.servers.PostgresServer;
import org.jspecify.annotations.Nullable;

/** Where the sides work: a PostgreSQL server, and a folder for files on the same disk. */
final class Site implements AutoCloseable {
    /** The first PostgreSQL that can copy a database in more than one way. */
    private static final int STRATEGIES = 150_000;

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final @Nullable PostgresServer server;
    private final String adminUrl;
    private final Path folder;
    private final Duration trial;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Site(@Nullable PostgresServer server, String adminUrl, Duration trial) throws IOException {
        this.server = server;
        this.adminUrl = adminUrl;
        this.trial = trial;
        this.folder = Files.createTempDirectory("cairn-bench-");
    }

    /** On the server behind a JDBC URL whose user may create databases, or on one that is started for it. */
    static Site open(@Nullable String url, Duration trial) throws IOException {
        if (url != null) {
            return new Site(null, url, trial);
        }
        PostgresServer server = PostgresServer.start(
                binaries(),
                "max_wal_size=8GB",
                "checkpoint_timeout=30min",
                "autovacuum_naptime=10min",
                "max_connections=700");
        return new Site(server, server.adminUrl(), trial);
    }

    /** The system's own server, which is built for speed, or else the one that the tests bring along. */
    private static PostgresBinaries binaries() {
        try {
            return PostgresBinaries.distribution();
        } catch (AssertionError e) {
            return PostgresBinaries.newest();
        }
    }

    /** A new, empty database, or a copy of another one; its JDBC URL. */
    String database(@Nullable String template) throws SQLException {
        String name = "cairn_bench_" + ProcessHandle.current().pid() + "_" + DATABASES.incrementAndGet();
        execute(adminUrl, "CREATE DATABASE " + name + (template == null ? "" : copying(template)));
        return adminUrl.replaceFirst("(//[^/]*/)[^?]*", "$1" + name);
    }

    /** Files are copied as such: through the write-ahead log, a checkpoint would fall into what is measured next. */
    private String copying(String template) throws SQLException {
        boolean choice = Integer.parseInt(query(adminUrl, "SHOW server_version_num")) >= STRATEGIES;
        return " TEMPLATE " + name(template) + (choice ? " STRATEGY file_copy" : "");
    }

    void drop(String url) throws SQLException {
        execute(adminUrl, "DROP DATABASE " + name(url) + " WITH (FORCE)");
    }

    private static String name(String url) {
        return url.replaceFirst(".*//[^/]*/([^?]*).*", "$1");
    }

    String adminUrl() {
        return adminUrl;
    }

    /** A file or folder that does not exist yet. */
    Path file(String name) {
        return folder.resolve(DATABASES.incrementAndGet() + "-" + name);
    }

    /** For how long something is tried of which only the best is measured. */
    Duration trial() {
        return trial;
    }

    /** Whether sessions that begin from now on have their statements written to the log of the server. */
    void logStatements(String url, boolean all) throws SQLException {
        execute(
                adminUrl,
                "ALTER DATABASE " + name(url) + (all ? " SET log_statement = 'all'" : " RESET log_statement"));
    }

    /** Whether the log of the server can be read. */
    boolean hasLog() {
        return server != null;
    }

    /** How many statements the server has written to its log, whatever they are. */
    long loggedStatements() throws IOException {
        if (server == null) {
            throw new IllegalStateException("The log of a server that runs elsewhere cannot be read.");
        }
        try (Stream<String> lines = Files.lines(server.folder().resolve("log"))) {
            return lines.filter(line -> line.contains("] LOG:  statement: ") || line.contains("] LOG:  execute "))
                    .count();
        }
    }

    static HikariDataSource pool(String url, int size) {
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(size);
        return new HikariDataSource(config);
    }

    static void execute(String url, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    static String query(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return String.valueOf(rows.getString(1));
        }
    }

    @Override
    public void close() throws IOException {
        if (closed.getAndSet(true)) {
            return;
        }
        if (server != null) {
            server.close();
        }
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
