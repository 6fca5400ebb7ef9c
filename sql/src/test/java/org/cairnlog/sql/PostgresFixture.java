// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.LogRestore;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.testkit.ControllableClock;
import org.cairnlog.testkit.PersistentLogFixture;
import org.cairnlog.testkit.TransactionalLogFixture;

/** Logs of a test's own in a schema that many share. */
class PostgresFixture implements TransactionalLogFixture, PersistentLogFixture {
    final PostgresSite site;
    private final DataSource users;
    private final DataSource maintainers;
    private final ControllableClock clock;
    final String name;
    private TransactionalEventLog log;
    private LogMaintenance maintenance;
    private String secondName;
    private TransactionalEventLog second;
    private LogMaintenance secondMaintenance;

    /** Logs used by one database user and maintained by another. */
    PostgresFixture(PostgresSite site, DataSource users, DataSource maintainers) {
        this.site = site;
        this.users = users;
        this.maintainers = maintainers;
        this.clock = site.clock();
        this.name = site.newLog();
        open();
    }

    /** Logs used by the owner of the schema. */
    PostgresFixture(PostgresSite site) {
        this(site, site.pool("postgres"), site.pool("postgres"));
    }

    /** Opens a log as the variant under test does. */
    TransactionalEventLog open(DataSource users, String name) {
        return Postgres.open(users, site.options(name));
    }

    private void open() {
        log = open(users, name);
        maintenance = Postgres.maintenance(maintainers, site.options(name));
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
    public Connection connect() throws SQLException {
        return users.getConnection();
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

    private String secondName() {
        if (secondName == null) {
            secondName = site.newLog();
        }
        return secondName;
    }

    @Override
    public LogRestore restore(UUID id) {
        return Postgres.restore(maintainers, id, site.options(secondName()));
    }

    @Override
    public TransactionalEventLog restored() {
        if (second == null) {
            second = open(users, secondName());
        }
        return second;
    }

    @Override
    public LogMaintenance restoredMaintenance() {
        if (secondMaintenance == null) {
            secondMaintenance = Postgres.maintenance(maintainers, site.options(secondName()));
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
    }
}
