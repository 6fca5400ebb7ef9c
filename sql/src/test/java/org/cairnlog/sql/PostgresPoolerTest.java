// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.cairnlog.log.LogStatus;
import org.cairnlog.sql.servers.LeftOut;
import org.cairnlog.sql.servers.PgBouncer;
import org.cairnlog.sql.servers.PostgresServer;
import org.cairnlog.testkit.TransactionalEventLogContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every contract through PgBouncer, which gives each transaction another session. */
class PostgresPoolerTest extends TransactionalEventLogContract {
    private static PgBouncer bouncer;
    private static HikariDataSource pool;
    private static boolean without;

    @BeforeAll
    static void start() {
        without = LeftOut.is("pgbouncer", "every contract through PgBouncer");
        if (!without) {
            bouncer = PgBouncer.before(PostgresServer.newest(), "default_pool_size = 8");
        }
    }

    @AfterAll
    static void stop() {
        if (!without) {
            pool.close();
            bouncer.close();
        }
    }

    @Override
    protected PostgresFixture open() {
        PostgresSite site = PostgresSite.on(PostgresServer.newest());
        if (without) {
            return new PostgresFixture(site);
        }
        if (pool == null) {
            pool = PostgresSite.pool(bouncer.url(site.database()) + "&prepareThreshold=0", 20);
        }
        return new PostgresFixture(site, pool, pool) {
            @Override
            public Connection connect() throws SQLException {
                // Contracts set the isolation of these connections, which behind the pooler would be somebody else's.
                return site.pool("postgres").getConnection();
            }
        };
    }

    @Test
    void a_node_behind_it_knows_that_hints_do_not_arrive_and_still_sees_what_others_append() throws Exception {
        try (PostgresFixture fixture = open()) {
            if (without) {
                return;
            }
            var log = fixture.log();
            while (log.status().problem().isEmpty()) {
                assertThat(log.awaitGrowth(log.head(), Duration.ofMillis(50))).isFalse();
            }
            assertThat(log.status().wakeUp()).isEqualTo(LogStatus.WakeUp.POLLING);
            assertThat(log.status().problem().orElseThrow()).contains("hints do not arrive");
        }
    }
}
