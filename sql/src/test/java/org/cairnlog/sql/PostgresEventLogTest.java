// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.noStream;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.cairnlog.event.EventData;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.AlreadyAppended;
import org.cairnlog.log.Append;
import org.cairnlog.log.JoinedTransaction;
import org.cairnlog.log.VersionConflict;
import org.cairnlog.sql.servers.PostgresServer;
import org.cairnlog.testkit.PersistenceContract;
import org.cairnlog.testkit.PersistentLogFixture;
import org.cairnlog.testkit.TransactionalEventLogContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Every contract, as the owner of the schema, on the newest server. */
class PostgresEventLogTest extends TransactionalEventLogContract {
    @Override
    protected PostgresFixture open() {
        return new PostgresFixture(PostgresSite.on(PostgresServer.newest()));
    }

    @Test
    void the_work_of_an_owner_whose_appends_were_refused_cannot_be_committed() throws Exception {
        var stream = StreamId.of("spoilt", "1");
        var stored = Append.to(stream, noStream(), EventData.json("stored", "{}"));
        try (PostgresFixture fixture = open();
                Connection owner = fixture.connect();
                Statement work = owner.createStatement()) {
            fixture.log().append(stored);
            owner.setAutoCommit(false);
            for (Append refused : List.of(stored, Append.to(stream, noStream(), EventData.json("late", "{}")))) {
                work.execute("CREATE TABLE spoilt (id int)");
                JoinedTransaction joined = fixture.log().join(owner);
                joined.append(refused);
                assertThatThrownBy(joined::beforeCommit).isInstanceOfAny(AlreadyAppended.class, VersionConflict.class);
                owner.commit(); // the driver does not say that the database rolls back
                joined.afterCompletion(false);
            }
            assertThat(fixture.site.query("SELECT to_regclass('spoilt')")).isNull();
        }
    }

    @Test
    void a_block_that_keeps_quiet_about_a_failed_statement_is_not_said_to_be_committed() throws Exception {
        try (PostgresFixture fixture = open()) {
            for (boolean appends : List.of(false, true)) {
                assertThatThrownBy(() -> fixture.log()
                                .inTransaction(tx -> {
                                    try (Statement work = tx.connection().createStatement()) {
                                        work.execute("CREATE TABLE quiet (id int)");
                                        assertThatThrownBy(() -> work.execute("SELECT 1 / 0"))
                                                .isInstanceOf(SQLException.class);
                                    }
                                    return appends
                                            ? tx.append(
                                                    StreamId.of("quiet", "1"),
                                                    noStream(),
                                                    EventData.json("quiet", "{}"))
                                            : null;
                                })
                                .run())
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("Nothing was committed");
            }
            assertThat(fixture.site.query("SELECT to_regclass('quiet')")).isNull();
            assertThat(fixture.log().head()).isEqualTo(fixture.log().beginning());
        }
    }

    @Test
    void a_patience_may_be_without_end_or_none() {
        try (PostgresFixture fixture = open();
                var patient = Postgres.open(
                        fixture.site.pool("postgres"),
                        o -> fixture.site.options(fixture.name).apply(o).timeout(ChronoUnit.FOREVER.getDuration()));
                var hasty = Postgres.open(
                        fixture.site.pool("postgres"),
                        o -> fixture.site.options(fixture.name).apply(o).timeout(Duration.ZERO))) {
            var stream = StreamId.of("patience", "1");
            patient.append(stream, any(), EventData.json("plain", "{}"));
            patient.inTransaction(tx -> tx.append(stream, any(), EventData.json("with-work", "{}")))
                    .run();
            hasty.inTransaction(tx -> tx.append(stream, any(), EventData.json("at-once", "{}")))
                    .run();
            assertThat(patient.read(stream).toList()).hasSize(3);
        }
    }

    @Nested
    class Persistence extends PersistenceContract {
        @Override
        protected PersistentLogFixture open() {
            return PostgresEventLogTest.this.open();
        }
    }
}
