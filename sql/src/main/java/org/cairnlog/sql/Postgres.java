// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.cairnlog.codec.MasterKey;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.LogRestore;
import org.cairnlog.log.TransactionalEventLog;

/**
 * A log in PostgreSQL, 14 or newer: the user's own database. An acknowledged append survives the death of the process
 * and of the server. Any number of nodes may use one log. Needs the driver {@code org.postgresql:postgresql}.
 */
public final class Postgres {
    private Postgres() {}

    /**
     * Opens a log.
     *
     * @param dataSource where connections come from, a pool; up to three are kept for as long as they are of use
     * @return the log, to be closed
     * @throws org.cairnlog.log.LogUnusable if the schema is missing, incomplete, changed or of a newer format, or lacks
     *     the log
     * @throws org.cairnlog.log.LogUnavailable if the database cannot be reached
     */
    public static TransactionalEventLog open(DataSource dataSource) {
        return open(dataSource, options -> options);
    }

    /**
     * Opens a log.
     *
     * @param dataSource where connections come from, a pool; up to three are kept for as long as they are of use
     * @param options what differs from the defaults, for example {@code o -> o.log("orders").migrating()}
     * @return the log, to be closed
     * @throws org.cairnlog.log.LogUnusable as {@link #open(DataSource)}
     * @throws org.cairnlog.log.LogUnavailable if the database cannot be reached
     */
    public static TransactionalEventLog open(DataSource dataSource, UnaryOperator<PostgresOptions> options) {
        return open(new PostgresLogs(dataSource, options.apply(PostgresOptions.defaults()), null));
    }

    /**
     * Opens a log by the URL of its database, with a pool of Cairn's own. Needs {@code com.zaxxer:HikariCP} too.
     *
     * @param url like {@code postgresql://user@host:5432/database}, or one of the driver's; a password may be in it, or
     *     in the driver's password file
     * @return the log, to be closed
     * @throws IllegalArgumentException if it is no such URL
     * @throws org.cairnlog.log.LogUnusable as {@link #open(DataSource)}
     * @throws org.cairnlog.log.LogUnavailable if the database cannot be reached
     */
    public static TransactionalEventLog open(String url) {
        return open(url, options -> options);
    }

    /**
     * Opens a log by the URL of its database, with a pool of Cairn's own.
     *
     * @param url as in {@link #open(String)}
     * @param options what differs from the defaults
     * @return the log, to be closed
     * @throws IllegalArgumentException if it is no such URL
     * @throws org.cairnlog.log.LogUnusable as {@link #open(DataSource)}
     * @throws org.cairnlog.log.LogUnavailable if the database cannot be reached
     */
    public static TransactionalEventLog open(String url, UnaryOperator<PostgresOptions> options) {
        return open(logs(url, options.apply(PostgresOptions.defaults())));
    }

    private static PostgresLogs logs(String url, PostgresOptions options) {
        return new PostgresPool(url).logs(options);
    }

    static TransactionalEventLog open(PostgresLogs logs) {
        return with(
                logs,
                (opened, log) -> new PostgresEventLog(opened, opened.options().log(), log, true));
    }

    /** Opens what takes the connections over, or closes them. */
    private static <T> T with(PostgresLogs logs, BiFunction<PostgresLogs, PostgresSchema.Log, T> opening) {
        try {
            logs.prepare();
            return opening.apply(logs, logs.find(logs.options().log()));
        } catch (RuntimeException e) {
            logs.close();
            throw e;
        }
    }

    /**
     * Opens many logs of one schema, which share connections and threads.
     *
     * @param dataSource where connections come from, a pool; up to six are kept for as long as they are of use
     * @param options what differs from the defaults; the name of the log does not matter
     * @return the logs, to be closed
     * @throws org.cairnlog.log.LogUnusable as {@link #open(DataSource)}
     * @throws org.cairnlog.log.LogUnavailable if the database cannot be reached
     */
    public static PostgresLogs logs(DataSource dataSource, UnaryOperator<PostgresOptions> options) {
        return new PostgresLogs(dataSource, options.apply(PostgresOptions.defaults()), null).prepare();
    }

    /**
     * Opens removal and checks for a log that exists.
     *
     * @param dataSource where connections come from; of a user with the role {@link PostgresRole#MAINTAINER}
     * @param options what differs from the defaults
     * @return maintenance, to be closed
     * @throws org.cairnlog.log.LogUnusable as {@link #open(DataSource)}
     * @throws org.cairnlog.log.LogUnavailable if the database cannot be reached
     */
    public static LogMaintenance maintenance(DataSource dataSource, UnaryOperator<PostgresOptions> options) {
        return with(
                new PostgresLogs(dataSource, options.apply(PostgresOptions.defaults()), null),
                (logs, log) -> new PostgresMaintenance(logs, log));
    }

    /**
     * Opens removal and checks for a log that exists, by the URL of its database.
     *
     * @param url as in {@link #open(String)}
     * @param options what differs from the defaults
     * @return maintenance, to be closed
     * @throws IllegalArgumentException if it is no such URL
     * @throws org.cairnlog.log.LogUnusable as {@link #open(DataSource)}
     * @throws org.cairnlog.log.LogUnavailable if the database cannot be reached
     */
    public static LogMaintenance maintenance(String url, UnaryOperator<PostgresOptions> options) {
        return with(
                logs(url, options.apply(PostgresOptions.defaults())),
                (logs, log) -> new PostgresMaintenance(logs, log));
    }

    /**
     * Begins, or goes on, to fill an empty log with the history of another one, by the URL of its database.
     *
     * @param url as in {@link #open(String)}
     * @param log the other log's id, which this one takes over
     * @param options what differs from the defaults
     * @return the restore, to be closed
     * @throws IllegalArgumentException if it is no such URL
     * @throws IllegalStateException if the log is not empty and no unfinished restore of the same log
     * @throws org.cairnlog.log.LogUnusable as {@link #open(DataSource)}
     * @throws org.cairnlog.log.LogUnavailable if the database cannot be reached
     */
    public static LogRestore restore(String url, UUID log, UnaryOperator<PostgresOptions> options) {
        return with(
                logs(url, options.apply(PostgresOptions.defaults())),
                (logs, found) -> PostgresRestore.open(logs, found, log));
    }

    /**
     * Begins, or goes on, to fill an empty log with the history of another one.
     *
     * @param dataSource where connections come from; of a user with the role {@link PostgresRole#MAINTAINER}
     * @param log the other log's id, which this one takes over
     * @param options what differs from the defaults
     * @return the restore, to be closed
     * @throws IllegalStateException if the log is not empty and no unfinished restore of the same log
     * @throws org.cairnlog.log.LogUnusable as {@link #open(DataSource)}
     * @throws org.cairnlog.log.LogUnavailable if the database cannot be reached
     */
    public static LogRestore restore(DataSource dataSource, UUID log, UnaryOperator<PostgresOptions> options) {
        return with(
                new PostgresLogs(dataSource, options.apply(PostgresOptions.defaults()), null),
                (logs, found) -> PostgresRestore.open(logs, found, log));
    }

    /**
     * Opens the keys of a log's subjects. Who appends needs the role {@link PostgresRole#APPENDER}, who reads {@link
     * PostgresRole#CONSUMER}, and who forgets or wraps anew {@link PostgresRole#MAINTAINER}.
     *
     * @param dataSource where connections come from, a pool
     * @param options what differs from the defaults
     * @param master the master key that wraps new keys
     * @param older master keys that have wrapped older ones
     * @return the keys, to be closed
     * @throws org.cairnlog.log.LogUnusable as {@link #open(DataSource)}
     * @throws org.cairnlog.log.LogUnavailable if the database cannot be reached
     */
    public static SqlSubjectKeys subjectKeys(
            DataSource dataSource, UnaryOperator<PostgresOptions> options, MasterKey master, MasterKey... older) {
        return with(
                new PostgresLogs(dataSource, options.apply(PostgresOptions.defaults()), null),
                (logs, log) ->
                        new SqlSubjectKeys(() -> new PostgresSubjectKeys(logs, log), SystemTime.CLOCK, master, older));
    }

    /**
     * Opens the keys of the subjects of the log named "default" in the schema named "cairn".
     *
     * @param dataSource where connections come from, a pool
     * @param master the master key that wraps new keys
     * @return the keys, to be closed
     */
    public static SqlSubjectKeys subjectKeys(DataSource dataSource, MasterKey master) {
        return subjectKeys(dataSource, options -> options, master);
    }

    /**
     * Makes the schema, or brings it up to date, and makes the log. Several may do so at once; who comes second finds
     * it done.
     *
     * @param dataSource of a user who may create the schema, or owns it
     * @param options what differs from the defaults
     * @throws org.cairnlog.log.LogUnusable if the user may not, or the schema was changed or is of a newer format
     * @throws org.cairnlog.log.LogUnavailable if the database cannot be reached
     */
    public static void migrate(DataSource dataSource, UnaryOperator<PostgresOptions> options) {
        PostgresOptions chosen = options.apply(PostgresOptions.defaults()).migrating();
        try (var logs = new PostgresLogs(dataSource, chosen, null)) {
            logs.prepare();
            logs.find(chosen.log());
        }
    }

    /**
     * Makes the schema named "cairn", or brings it up to date, and makes the log named "default".
     *
     * @param dataSource of a user who may create the schema, or owns it
     */
    public static void migrate(DataSource dataSource) {
        migrate(dataSource, options -> options);
    }

    /**
     * Gives a database user the rights of a role on every log of a schema. To be done again after a migration.
     *
     * @param dataSource of the schema's owner
     * @param schema the schema
     * @param role what the user may do
     * @param user an existing database user
     * @throws org.cairnlog.log.LogUnusable if the caller may not, or there is no such schema
     */
    public static void grant(DataSource dataSource, String schema, PostgresRole role, String user) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(new PostgresSchema(schema).grant(role, user));
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
        } catch (SQLException e) {
            throw PostgresErrors.translate(e, "the schema \"" + schema + "\"");
        }
    }

    /**
     * The statements that make a schema in an empty database, for those who run migrations with a tool of their own.
     *
     * @param schema the schema
     * @return SQL, to be run in one transaction by the schema's owner
     */
    public static String script(String schema) {
        return new PostgresSchema(schema).script();
    }

    /**
     * The statements that give a database user the rights of a role.
     *
     * @param schema the schema
     * @param role what the user may do
     * @param user an existing database user
     * @return SQL, to be run by the schema's owner
     */
    public static String grantScript(String schema, PostgresRole role, String user) {
        return new PostgresSchema(schema).grant(role, user);
    }
}
