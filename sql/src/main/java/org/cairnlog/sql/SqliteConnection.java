// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sqlite.BusyHandler;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** A connection that keeps its prepared statements. For use by one thread at a time. */
final class SqliteConnection implements AutoCloseable {
    private static final int BUSY = 5;

    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    SqliteConnection(Connection connection) {
        this.connection = connection;
    }

    /** The connection itself, for statements that are not Cairn's. */
    Connection jdbc() {
        return connection;
    }

    /** Runs a statement without parameters. */
    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first column of the first row of a pragma or the like; null without a row. */
    @Nullable String text(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    /** Runs a kept statement; its result must be closed before it is run again. */
    ResultSet query(String sql, @Nullable Object... parameters) throws SQLException {
        return bound(kept(sql), parameters).executeQuery();
    }

    /** Runs a statement of its own, for results that stay open beside others of the same text. */
    ResultSet ownQuery(String sql, @Nullable Object... parameters) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.closeOnCompletion();
        return bound(statement, parameters).executeQuery();
    }

    int update(String sql, @Nullable Object... parameters) throws SQLException {
        return bound(kept(sql), parameters).executeUpdate();
    }

    /** A number, or null without a row or a value. */
    @Nullable Long number(String sql, @Nullable Object... parameters) throws SQLException {
        try (ResultSet row = query(sql, parameters)) {
            if (!row.next()) {
                return null;
            }
            long value = row.getLong(1);
            return row.wasNull() ? null : value;
        }
    }

    private PreparedStatement kept(String sql) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        return statement;
    }

    private static PreparedStatement bound(PreparedStatement statement, @Nullable Object... parameters)
            throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            switch (parameters[i]) {
                case null -> statement.setNull(i + 1, Types.NULL);
                case Long l -> statement.setLong(i + 1, l);
                case Integer n -> statement.setInt(i + 1, n);
                case Boolean b -> statement.setInt(i + 1, b ? 1 : 0);
                case String s -> statement.setString(i + 1, s);
                case byte[] b -> statement.setBytes(i + 1, b);
                default -> throw new IllegalArgumentException("No parameter: " + parameters[i]);
            }
        }
        return statement;
    }

    /** Begins a transaction that sees one state of the file. */
    void beginReading() throws SQLException {
        kept("BEGIN").execute();
    }

    /** Begins a transaction that may write; false if another connection does. */
    boolean beginWriting() throws SQLException {
        try {
            kept("BEGIN IMMEDIATE").execute();
            return true;
        } catch (SQLException e) {
            if (isBusy(e)) {
                return false;
            }
            throw e;
        }
    }

    /** Has somebody else wait from now on whenever the file is busy. */
    void waitWith(BusyHandler waiter) throws SQLException {
        BusyHandler.setHandler(connection, waiter);
    }

    /** Begins a transaction that neither sees a state of the file nor locks it before a statement needs to. */
    void beginDeferred() throws SQLException {
        connection.setAutoCommit(false);
    }

    /** Whether a transaction is under way; if not, one is begun, because SQLite tells in no other way. */
    boolean isInTransaction() {
        try {
            execute("BEGIN");
            return false;
        } catch (SQLException e) {
            return true;
        }
    }

    /** Whether a transaction that has read cannot write, because another one has written since. */
    static boolean isStale(SQLException e) {
        return e instanceof SQLiteException given && given.getResultCode() == SQLiteErrorCode.SQLITE_BUSY_SNAPSHOT;
    }

    static boolean isBusy(SQLException e) {
        return (e.getErrorCode() & 0xff) == BUSY;
    }

    void commit() throws SQLException {
        kept("COMMIT").execute();
    }

    /** Undoes the transaction, if there is one. */
    void rollback() {
        try {
            if (!connection.isClosed()) {
                kept("ROLLBACK").execute();
            }
        } catch (SQLException e) {
            // SQLite has ended the transaction by itself, as it does after some errors.
            return;
        }
    }

    /** Forgets the kept statements, and leaves the connection to whom it belongs. */
    void release() throws SQLException {
        for (PreparedStatement statement : prepared.values()) {
            statement.close();
        }
        prepared.clear();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
