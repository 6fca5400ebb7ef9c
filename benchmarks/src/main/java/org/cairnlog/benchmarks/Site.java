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
import java.util.concurrent.atomic.AtomicInteger;
import org.cairnlog.sql.servers.PostgresBinaries;
import org.cairnlog.sql.servers.PostgresServer;
import org.jspecify.annotations.Nullable;

/** Where the sides work: a PostgreSQL server, and a folder for files on the same disk. */
final class Site implements AutoCloseable {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final @Nullable PostgresServer server;
    private final String adminUrl;
    private final Path folder;

    private Site(@Nullable PostgresServer server, String adminUrl) throws IOException {
        this.server = server;
        this.adminUrl = adminUrl;
        this.folder = Files.createTempDirectory("cairn-bench-");
    }

    /** On the server behind a JDBC URL whose user may create databases, or on one that is started for it. */
    static Site open(@Nullable String url) throws IOException {
        if (url != null) {
            return new Site(null, url);
        }
        PostgresServer server = PostgresServer.start(
                binaries(), "max_wal_size=8GB", "checkpoint_timeout=30min", "autovacuum_naptime=10min");
        return new Site(server, server.adminUrl());
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
        String copied = template == null ? "" : " TEMPLATE " + name(template);
        // Otherwise every page of a large one would go through the write-ahead log.
        boolean large = template != null && Integer.parseInt(query(adminUrl, "SHOW server_version_num")) >= 150_000;
        execute(adminUrl, "CREATE DATABASE " + name + copied + (large ? " STRATEGY file_copy" : ""));
        return adminUrl.replaceFirst("(//[^/]*/)[^?]*", "$1" + name);
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
        if (server != null) {
            server.close();
        }
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
