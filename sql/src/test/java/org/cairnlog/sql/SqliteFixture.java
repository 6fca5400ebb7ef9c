// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.LogRestore;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.testkit.ControllableClock;
import org.cairnlog.testkit.PersistentLogFixture;
import org.cairnlog.testkit.TransactionalLogFixture;

/** A log in a file of its own, in a folder that is taken away at the end. */
final class SqliteFixture implements TransactionalLogFixture, PersistentLogFixture {
    private final SqliteEventLog.Maker maker;
    private final UnaryOperator<SqliteOptions> options;
    private final Path folder;
    private final ControllableClock clock = ControllableClock.at(Instant.parse("2024-02-29T12:00:00Z"));
    private TransactionalEventLog log;
    private LogMaintenance maintenance;
    private TransactionalEventLog second;
    private LogMaintenance secondMaintenance;

    SqliteFixture() {
        this(SqliteEventLog::new, options -> options);
    }

    /** A log that is made in its own way. */
    SqliteFixture(SqliteEventLog.Maker maker, UnaryOperator<SqliteOptions> options) {
        this.maker = maker;
        this.options = options;
        try {
            folder = Files.createTempDirectory("cairn-sqlite");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open();
    }

    private void open() {
        log = SqliteEventLog.open(new SqliteFile(file("log.db"), options(SqliteOptions.defaults()), "FULL"), maker);
        maintenance = Sqlite.maintenance(file("log.db"), this::options);
    }

    private SqliteOptions options(SqliteOptions defaults) {
        return options.apply(defaults.clock(clock));
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    @Override
    public TransactionalEventLog log() {
        return log;
    }

    @Override
    public LogMaintenance maintenance() {
        return maintenance;
    }

    @Override
    public ControllableClock clock() {
        return clock;
    }

    @Override
    public void reopen() {
        maintenance.close();
        log.close();
        open();
    }

    @Override
    public Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file("log.db"));
    }

    @Override
    public LogRestore restore(UUID id) {
        return Sqlite.restore(file("second.db"), id, this::options);
    }

    @Override
    public TransactionalEventLog restored() {
        if (second == null) {
            second = Sqlite.open(file("second.db"), this::options);
        }
        return second;
    }

    @Override
    public LogMaintenance restoredMaintenance() {
        if (secondMaintenance == null) {
            secondMaintenance = Sqlite.maintenance(file("second.db"), this::options);
        }
        return secondMaintenance;
    }

    @Override
    public void close() {
        maintenance.close();
        log.close();
        if (secondMaintenance != null) {
            secondMaintenance.close();
        }
        if (second != null) {
            second.close();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : all) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
