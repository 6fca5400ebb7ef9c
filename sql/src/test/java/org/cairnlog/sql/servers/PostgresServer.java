// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A PostgreSQL server in a temporary folder, on the loopback interface, that trusts everyone. It waits for the disk
 * as a user's does. It ends with this JVM, also when that is killed.
 */
public final class PostgresServer implements AutoCloseable {
    /** Counts for all servers: a standby has the databases of its primary. */
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private static final int STATUS_LINE = 7;
    private static final int SHARED_MEMORY_LINE = 6;

    private static final List<String> SETTINGS = List.of(
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=on",
            "synchronous_commit=on",
            "max_connections=200",
            "max_prepared_transactions=10",
            "shared_buffers=128MB",
            "wal_level=replica",
            "max_wal_senders=10",
            "hot_standby=on",
            // In the folder, so that a killed server leaves nothing behind.
            "dynamic_shared_memory_type=mmap",
            "log_line_prefix=%m [%p] ");

    private static final Supplier<PostgresServer> OLDEST = Once.of(() -> shared(PostgresBinaries.oldest()));
    private static final Supplier<PostgresServer> NEWEST = Once.of(() -> shared(PostgresBinaries.newest()));
    private static final Supplier<PostgresServer> DISTRIBUTION = Once.of(() -> shared(PostgresBinaries.distribution()));

    private final PostgresBinaries binaries;
    private final Path folder;
    private final int port;
    private ServerProcess process;

    private PostgresServer(PostgresBinaries binaries, Path folder, int port) {
        this.binaries = binaries;
        this.folder = folder;
        this.port = port;
        process = begin();
    }

    /** The one server of the oldest supported version in this JVM; a test takes a database of its own in it. */
    public static PostgresServer oldest() {
        return OLDEST.get();
    }

    /** The one server of the newest supported version in this JVM; a test takes a database of its own in it. */
    public static PostgresServer newest() {
        return NEWEST.get();
    }

    /** The one server of the installed version in this JVM; a test takes a database of its own in it. */
    public static PostgresServer distribution() {
        return DISTRIBUTION.get();
    }

    /** A server of the caller's own, to kill or to set otherwise; settings are like "work_mem=1MB". */
    public static PostgresServer start(PostgresBinaries binaries, String... settings) {
        return from(binaries, data -> copyTemplate(binaries, data), settings);
    }

    static void copyTemplate(PostgresBinaries binaries, Path data) {
        Commands.run(data.getParent(), List.of("cp", "-Rp", binaries.template().toString(), data.toString()));
    }

    /** A server whose files someone else puts into its folder. */
    static PostgresServer from(PostgresBinaries binaries, Consumer<Path> files, String... settings) {
        Path folder = Commands.freshFolder("cairn-postgresql-" + binaries.version() + "-");
        try {
            files.accept(folder.resolve("data"));
            configure(folder.resolve("data"), settings);
            Commands.give(folder);
            return ServerProcess.onFreePort(port -> new PostgresServer(binaries, folder, port));
        } catch (RuntimeException | AssertionError e) {
            Commands.delete(folder);
            throw e;
        }
    }

    private static PostgresServer shared(PostgresBinaries binaries) {
        PostgresServer server = start(binaries);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        return server;
    }

    private static void configure(Path data, String... more) {
        List<String> all = new ArrayList<>(SETTINGS);
        all.addAll(List.of(more));
        StringBuilder lines = new StringBuilder();
        for (String setting : all) {
            int equals = setting.indexOf('=');
            lines.append('\n')
                    .append(setting, 0, equals)
                    .append(" = '")
                    .append(setting.substring(equals + 1).replace("'", "''"))
                    .append('\'');
        }
        try {
            Files.writeString(
                    data.resolve("postgresql.conf"), lines.append('\n').toString(), StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ServerProcess begin() {
        ServerProcess fresh = ServerProcess.start(
                folder, "QUIT", List.of(binaries.program("postgres"), "-D", data().toString(), "-p", "" + port));
        fresh.until("ready", () -> {
            String status = pidFile(STATUS_LINE).strip();
            return status.equals("ready") || status.equals("standby");
        });
        return fresh;
    }

    /** A line of the file in which the server says how it is. */
    private String pidFile(int line) {
        try {
            List<String> lines = Files.readAllLines(data().resolve("postmaster.pid"));
            return lines.size() > line ? lines.get(line) : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** Where a driver finds a database, as the superuser. */
    public String url(String database) {
        return url(port, database);
    }

    /** The same through another port, for example of a proxy. */
    public static String url(int port, String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=postgres";
    }

    /** The database that every server has. */
    public String adminUrl() {
        return url("postgres");
    }

    /** A new, empty database; returns its name. */
    public String createDatabase() {
        String name = "cairn_" + DATABASES.incrementAndGet();
        execute("postgres", "create database " + name);
        return name;
    }

    /** Removes a database and ends the connections to it. */
    public void dropDatabase(String name) {
        execute("postgres", "drop database " + name + " with (force)");
    }

    /** Runs one statement. */
    public void execute(String database, String sql) {
        try (Connection connection = DriverManager.getConnection(url(database));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(sql + ": " + e.getMessage() + "\n" + logTail(), e);
        }
    }

    /** The first column of the first row, as text; empty for null, such as an aggregate over nothing. */
    public String query(String database, String sql) {
        try (Connection connection = DriverManager.getConnection(url(database));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return Objects.requireNonNullElse(rows.getString(1), "");
        } catch (SQLException e) {
            throw new AssertionError(sql + ": " + e.getMessage() + "\n" + logTail(), e);
        }
    }

    /** Sets something while the server runs. */
    public void set(String name, String value) {
        execute("postgres", "alter system set " + name + " = '" + value.replace("'", "''") + "'");
        execute("postgres", "select pg_reload_conf()");
    }

    /** Waits until a query answers "t". */
    public void until(String database, String sql) {
        process.until(sql, () -> query(database, sql).equals("t"));
    }

    /** The port on 127.0.0.1; it stays the same when the server starts again. */
    public int port() {
        return port;
    }

    /** For example 18.6. */
    public String version() {
        return binaries.version();
    }

    PostgresBinaries binaries() {
        return binaries;
    }

    /** The server's folder: "data" and "log" are in it. */
    public Path folder() {
        return folder;
    }

    Path data() {
        return folder.resolve("data");
    }

    /** The process id of the server's first process. */
    public long pid() {
        return process.pid();
    }

    /** Kills the server and all its processes at one moment, like a crash; what was not synced stays in the system. */
    public void kill() {
        process.kill();
        forget();
    }

    /** Takes away what only a killed server leaves: its little shared memory and the file with its process id. */
    private void forget() {
        String[] memory = pidFile(SHARED_MEMORY_LINE).strip().split("\\s+");
        if (memory.length == 2) {
            Commands.attempt(folder, List.of("ipcrm", "-m", memory[1]));
        }
        try {
            Files.deleteIfExists(data().resolve("postmaster.pid"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends every session and the server, in order. */
    public void stopFast() {
        process.end("INT");
    }

    /** Starts the server again, on the same port; one that runs is stopped in order first. */
    public void restart() {
        stopFast();
        process = begin();
    }

    /** Sends a signal to one of the server's processes: "STOP", "CONT" or "KILL". */
    public void backendSignal(long pid, String signal) {
        Commands.signal(pid, signal);
    }

    /** The last lines of the server's log. */
    public String logTail() {
        return ServerProcess.logTail(folder);
    }

    /** Ends the server at once and takes its folder away. */
    @Override
    public void close() {
        if (process.runs()) {
            process.end("QUIT");
            forget();
        }
        Commands.delete(folder);
    }
}
