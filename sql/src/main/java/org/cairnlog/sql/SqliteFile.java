// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.cairnlog.event.CairnException;
import org.cairnlog.log.LogBusy;
import org.cairnlog.log.LogUnavailable;
import org.cairnlog.log.LogUnusable;
import org.jspecify.annotations.Nullable;

/** A SQLite file that holds logs: how it is opened and made, and what its errors mean. */
final class SqliteFile {
    private static final long FORMAT = 1;
    private static final long SMALLEST = 512;
    private static final long SWITCH_AGAIN_NANOS = 2_000_000;

    private final Path path;
    private final SqliteOptions options;
    private final String synchronous;

    SqliteFile(Path path, SqliteOptions options, String synchronous) {
        this.path = path;
        this.options = options;
        this.synchronous = synchronous;
    }

    Path path() {
        return path;
    }

    SqliteOptions options() {
        return options;
    }

    /** Looks whether the file can hold logs, and makes what is missing. */
    void prepare() {
        checkPath();
        try (SqliteConnection connection = connect(options.timeout())) {
            switchToWal(connection);
            migrate(connection);
        } catch (SQLException e) {
            throw translate(e);
        }
    }

    private void switchToWal(SqliteConnection connection) throws SQLException {
        long started = System.nanoTime();
        while (!isWal(connection.text("PRAGMA journal_mode"))) {
            if (!options.create() && number(connection) == null) {
                throw noLog();
            }
            try {
                String mode = connection.text("PRAGMA journal_mode = WAL");
                if (!isWal(mode)) {
                    throw new LogUnusable(
                            path + " cannot be switched to write-ahead logging (it stays in mode " + mode
                                    + "). Use a file on a local disk.",
                            null);
                }
            } catch (SQLException e) {
                // Of two connections that switch, SQLite refuses one at once, however long it was told to wait.
                if (!SqliteConnection.isBusy(e)
                        || System.nanoTime() - started > options.timeout().toNanos()) {
                    throw e;
                }
                LockSupport.parkNanos(SWITCH_AGAIN_NANOS);
            }
        }
    }

    private static boolean isWal(@Nullable String mode) {
        return "wal".equalsIgnoreCase(mode);
    }

    // Never open the file here, not even to read it: closing it again would drop the locks that SQLite holds on it in
    // this process, and another process might then take the log for unused.
    private void checkPath() {
        if (Files.isDirectory(path)) {
            throw new LogUnusable(
                    path + " is a directory. Name a file in it, for example " + path.resolve("events.db") + ".", null);
        }
        if (!Files.exists(path)) {
            if (!options.create()) {
                throw new LogUnusable(
                        "There is no file " + path + ". Check the name; a log is made by the first"
                                + " append or import.",
                        null);
            }
            Path folder = path.toAbsolutePath().getParent();
            if (folder == null || !Files.isDirectory(folder)) {
                throw new LogUnusable(
                        "There is no directory " + folder + " to make " + path.getFileName() + " in. Make it first.",
                        null);
            }
            return;
        }
        if (isTooShort()) {
            throw notSqlite(null);
        }
        if (!Files.isWritable(path)) {
            throw readOnly(null);
        }
    }

    /** SQLite takes a file of a few bytes for an empty one, and would write over it. */
    private boolean isTooShort() {
        try {
            long size = Files.size(path);
            return size > 0 && size < SMALLEST;
        } catch (IOException e) {
            throw new LogUnavailable(path + " cannot be read (" + e.getMessage() + ").", e);
        }
    }

    private LogUnusable notSqlite(@Nullable Throwable cause) {
        return new LogUnusable(path + " is not a SQLite file, so it holds no log. Check the name.", cause);
    }

    private LogUnusable readOnly(@Nullable Throwable cause) {
        return new LogUnusable(
                path + " is read-only. A log needs to write to its file and its directory, also to read;"
                        + " change the permissions, or copy the file.",
                cause);
    }

    private LogUnusable noLog() {
        return new LogUnusable(
                path + " holds no log. Check the name; a log is made by the first append or import.", null);
    }

    private static @Nullable Long number(SqliteConnection connection) throws SQLException {
        return has(connection, "cairn_format") ? connection.number("SELECT number FROM cairn_format") : null;
    }

    private static boolean has(SqliteConnection connection, String table) throws SQLException {
        try (ResultSet row = connection.query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", table)) {
            return row.next();
        }
    }

    private static void run(SqliteConnection connection, String script) throws SQLException {
        for (String statement : Sql.file(script).replaceAll("--.*", "").split(";")) {
            if (!statement.isBlank()) {
                connection.execute(statement);
            }
        }
    }

    private void migrate(SqliteConnection connection) throws SQLException {
        Long number = number(connection);
        if (number == null) {
            if (!options.create()) {
                throw noLog();
            }
            if (!connection.beginWriting()) {
                throw busy();
            }
            number = number(connection);
            if (number == null) {
                run(connection, "sqlite/schema.sql");
                run(connection, "sqlite/snapshots.sql");
                connection.update("INSERT INTO cairn_format VALUES (?)", FORMAT);
                number = FORMAT;
            }
            connection.commit();
        }
        if (number > FORMAT) {
            throw new LogUnusable(
                    path + " has storage format " + number + "; this release of Cairn knows format " + FORMAT
                            + ". Use a newer release.",
                    null);
        }
        if (!has(connection, "cairn_snapshot")) { // made before there were any
            if (!connection.beginWriting()) {
                throw busy();
            }
            run(connection, "sqlite/snapshots.sql");
            connection.commit();
        }
    }

    /** Opens one connection that waits that long for a lock. */
    SqliteConnection connect(Duration busyTimeout) throws SQLException {
        SqliteConnection connection =
                new SqliteConnection(DriverManager.getConnection("jdbc:sqlite:" + path.toAbsolutePath()));
        try {
            connection.execute("PRAGMA busy_timeout = " + busyTimeout.toMillis());
            connection.execute("PRAGMA synchronous = " + synchronous);
            connection.execute("PRAGMA secure_delete = ON");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Opens a connection for the log that the options name; makes the log if it is missing and may be made. */
    SqliteSession session(Duration busyTimeout) throws SQLException {
        SqliteConnection connection = connect(busyTimeout);
        try {
            SqliteSession session = find(connection);
            if (session == null && options.create()) {
                connection.update(
                        "INSERT INTO cairn_log (name, uuid, restoring) VALUES (?, ?, 0) ON CONFLICT DO NOTHING",
                        options.log(),
                        options.ids().get().toString());
                session = find(connection);
            }
            if (session == null) {
                throw new LogUnusable(
                        path + " holds no log named \"" + options.log() + "\". Check the name; it holds "
                                + names(connection) + ".",
                        null);
            }
            return session;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private @Nullable SqliteSession find(SqliteConnection connection) throws SQLException {
        try (ResultSet row = connection.query("SELECT id, uuid FROM cairn_log WHERE name = ?", options.log())) {
            return row.next() ? new SqliteSession(connection, row.getLong(1), UUID.fromString(row.getString(2))) : null;
        }
    }

    private static String names(SqliteConnection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        try (ResultSet rows = connection.query("SELECT name FROM cairn_log ORDER BY name LIMIT 10")) {
            while (rows.next()) {
                names.add("\"" + rows.getString(1) + "\"");
            }
        }
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    /** Fails if the log is being restored, or is no longer the one that was opened. */
    void checkUsable(SqliteSession session) throws SQLException {
        try (ResultSet row =
                session.connection.query("SELECT uuid, restoring FROM cairn_log WHERE id = ?", session.log)) {
            if (!row.next() || !row.getString(1).equals(session.id.toString())) {
                throw new LogUnusable(
                        "The log \"" + options.log() + "\" in " + path + " was replaced by another one. Open it again.",
                        null);
            }
            if (row.getInt(2) != 0) {
                throw new LogUnusable(
                        "The log \"" + options.log() + "\" in " + path
                                + " is the target of a copy that has not finished. Run the copy again; it goes on where"
                                + " it"
                                + " stopped.",
                        null);
            }
        }
    }

    LogBusy busy() {
        return new LogBusy(blocker(), options.timeout(), null);
    }

    String blocker() {
        return "another process or connection is writing to " + path;
    }

    /** What to tell the caller, by SQLite's result code. */
    CairnException translate(SQLException e) {
        int code = e.getErrorCode() & 0xff;
        return switch (code) {
            case 5, 6 -> new LogBusy(blocker(), options.timeout(), e);
            case 8 -> readOnly(e);
            case 11 ->
                new LogUnusable(
                        path + " is damaged (" + e.getMessage() + "). Restore it from a backup, and look"
                                + " at the disk.",
                        e);
            case 13 ->
                new LogUnavailable(
                        "The disk of " + path + " is full. Nothing was stored; make room and try" + " again.", e);
            case 14 ->
                new LogUnavailable(
                        path + " cannot be opened (" + e.getMessage() + "). Check the path and the"
                                + " permissions of its directory.",
                        e);
            case 26 -> notSqlite(e);
            default -> new LogUnavailable(path + " cannot be used now (" + e.getMessage() + ").", e);
        };
    }

    /** Whether a failed commit has stored nothing for sure: a full disk, yes; a failed write or sync, nobody knows. */
    static boolean nothingStored(SQLException e) {
        int code = e.getErrorCode() & 0xff;
        return code == 5 || code == 13;
    }
}
