// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.nio.file.Path;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.cairnlog.codec.MasterKey;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.LogRestore;
import org.cairnlog.log.TransactionalEventLog;

/**
 * A log in a SQLite file: the embedded default. An acknowledged append survives the death of the process and of the
 * machine. Several processes may open one file on a local disk. Needs the driver {@code org.xerial:sqlite-jdbc}.
 *
 * <p>The file may hold tables of its user's too, and a transaction of the log then commits work on them together with
 * its appends. SQLite lets one connection write at a time: work that has read may find that another one has written
 * since, which is a {@link org.cairnlog.log.StaleTransaction}, so let it be done again, and write early. The connection
 * of a block enforces foreign keys; for other settings, join a transaction on a connection of your own.
 */
public final class Sqlite {
    private Sqlite() {}

    /**
     * Opens a log, and makes it if it is missing.
     *
     * @param file where it is
     * @return the log, to be closed
     * @throws org.cairnlog.log.LogUnusable if the file is damaged, something else, read-only or of a newer format
     * @throws org.cairnlog.log.LogUnavailable if the file cannot be made or read
     */
    public static TransactionalEventLog open(Path file) {
        return open(file, options -> options);
    }

    /**
     * Opens a log.
     *
     * @param file where it is
     * @param options what differs from the defaults, for example {@code o -> o.log("orders")}
     * @return the log, to be closed
     * @throws org.cairnlog.log.LogUnusable if the file is damaged, something else, read-only or of a newer format
     * @throws org.cairnlog.log.LogUnavailable if the file cannot be made or read
     */
    public static TransactionalEventLog open(Path file, UnaryOperator<SqliteOptions> options) {
        return SqliteEventLog.open(file(file, options));
    }

    /**
     * Opens removal and checks for a log that exists.
     *
     * @param file where it is
     * @return maintenance, to be closed
     * @throws org.cairnlog.log.LogUnusable if there is no such log, or as {@link #open}
     */
    public static LogMaintenance maintenance(Path file) {
        return maintenance(file, options -> options);
    }

    /**
     * Opens removal and checks for a log.
     *
     * @param file where it is
     * @param options what differs from the defaults
     * @return maintenance, to be closed
     * @throws org.cairnlog.log.LogUnusable if there is no such log, or as {@link #open}
     */
    public static LogMaintenance maintenance(Path file, UnaryOperator<SqliteOptions> options) {
        return SqliteMaintenance.open(file(file, o -> options.apply(o).mustExist()));
    }

    /**
     * Begins, or goes on, to fill an empty log with the history of another one.
     *
     * @param file where it is; made if it is missing
     * @param log the other log's id, which this one takes over
     * @return the restore, to be closed
     * @throws IllegalStateException if the log is not empty and no unfinished restore of the same log
     * @throws org.cairnlog.log.LogUnusable as {@link #open}
     */
    public static LogRestore restore(Path file, UUID log) {
        return restore(file, log, options -> options);
    }

    /**
     * Begins, or goes on, to fill an empty log with the history of another one.
     *
     * @param file where it is; made if it is missing
     * @param log the other log's id, which this one takes over
     * @param options what differs from the defaults
     * @return the restore, to be closed
     * @throws IllegalStateException if the log is not empty and no unfinished restore of the same log
     * @throws org.cairnlog.log.LogUnusable as {@link #open}
     */
    public static LogRestore restore(Path file, UUID log, UnaryOperator<SqliteOptions> options) {
        return SqliteRestore.open(file(file, options), log);
    }

    /**
     * Opens the keys of a log's subjects.
     *
     * @param file where they are: the file of the log, or better one of their own, which the backups of the log do not
     *     hold; made if it is missing
     * @param master the master key that wraps new keys
     * @param older master keys that have wrapped older ones
     * @return the keys, to be closed
     * @throws org.cairnlog.log.LogUnusable as {@link #open}
     * @throws org.cairnlog.log.LogUnavailable as {@link #open}
     */
    public static SqlSubjectKeys subjectKeys(Path file, MasterKey master, MasterKey... older) {
        return subjectKeys(file, options -> options, master, older);
    }

    /**
     * Opens the keys of a log's subjects.
     *
     * @param file where they are
     * @param options what differs from the defaults
     * @param master the master key that wraps new keys
     * @param older master keys that have wrapped older ones
     * @return the keys, to be closed
     * @throws org.cairnlog.log.LogUnusable as {@link #open}
     * @throws org.cairnlog.log.LogUnavailable as {@link #open}
     */
    public static SqlSubjectKeys subjectKeys(
            Path file, UnaryOperator<SqliteOptions> options, MasterKey master, MasterKey... older) {
        SqliteFile opened = file(file, options);
        return new SqlSubjectKeys(
                () -> SqliteSubjectKeys.open(opened), opened.options().clock(), master, older);
    }

    /** Opens a log that syncs as told; so that a test can see what happens without. */
    static TransactionalEventLog open(Path file, UnaryOperator<SqliteOptions> options, String synchronous) {
        return SqliteEventLog.open(new SqliteFile(file, options.apply(SqliteOptions.defaults()), synchronous));
    }

    private static SqliteFile file(Path file, UnaryOperator<SqliteOptions> options) {
        return new SqliteFile(file, options.apply(SqliteOptions.defaults()), "FULL");
    }
}
