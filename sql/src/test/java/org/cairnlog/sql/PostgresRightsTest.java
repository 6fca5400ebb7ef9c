// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.exactly;
import static org.cairnlog.log.ExpectedVersion.noStream;

import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Appended;
import org.cairnlog.log.LogUnusable;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.log.VersionConflict;
import org.cairnlog.sql.servers.PostgresServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each role may do, and what it may not. */
class PostgresRightsTest {
    private static final StreamId STREAM = StreamId.of("rights", "1");

    private final PostgresSite site = PostgresSite.on(PostgresServer.newest());
    private PostgresFixture fixture;

    @BeforeEach
    void open() {
        fixture = new PostgresFixture(site);
        fixture.log().append(STREAM, noStream(), EventData.json("first", "{}").withTags("t"));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private TransactionalEventLog as(String user) {
        return Postgres.open(site.pool(user), site.options(fixture.name));
    }

    private static void notAllowed(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(LogUnusable.class).hasMessageContaining("Grant");
    }

    @Test
    void an_appender_appends_by_functions_alone() {
        try (TransactionalEventLog log = as("appender")) {
            EventData second = EventData.json("second", "{}").withTags("t");
            Appended appended = log.append(STREAM, exactly(1), second);
            assertThat(log.append(STREAM, any(), second).cursor()).isEqualTo(appended.cursor());
            assertThatThrownBy(() -> log.append(STREAM, exactly(1), EventData.json("late", "{}")))
                    .isInstanceOf(VersionConflict.class);
            log.label(STREAM, "state", "open");
            assertThat(log.inTransaction(tx -> tx.append(STREAM, exactly(2), EventData.json("third", "{}")))
                            .run()
                            .appended())
                    .hasSize(1);
            notAllowed(() -> log.read(STREAM).toList());
            notAllowed(() -> log.read(EventQuery.all()).toList());
            notAllowed(() -> log.streams().toList());
            notAllowed(log::head);
        }
        assertThat(fixture.log().read(STREAM).toList()).hasSize(3);
        for (String table : List.of("event", "stream", "tag", "log", "migration")) {
            assertThatThrownBy(() -> PostgresSite.execute(
                            site.pool("appender"),
                            "SELECT 1 FROM " + PostgresSchema.quoted(PostgresSite.SCHEMA) + "." + table))
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void a_consumer_reads_and_waits_but_changes_nothing() throws Exception {
        try (TransactionalEventLog log = as("consumer")) {
            assertThat(log.read(STREAM).toList()).hasSize(1);
            assertThat(log.read(EventQuery.tags("t")).toList()).hasSize(1);
            assertThat(log.streams().toList()).hasSize(1);
            assertThat(log.awaitGrowth(log.beginning(), Duration.ZERO)).isTrue();
            assertThat(log.status().lastError()).isEmpty();
            notAllowed(() -> log.append(STREAM, any(), EventData.json("no", "{}")));
            notAllowed(() -> log.label(STREAM, "state", "open"));
        }
        notAllowed(() -> {
            try (var maintenance = Postgres.maintenance(site.pool("consumer"), site.options(fixture.name))) {
                maintenance.truncateWithoutBaseline(STREAM, 2, "no right to");
            }
        });
        assertThat(fixture.log().read(STREAM).toList()).hasSize(1);
    }

    @Test
    void a_service_that_appends_and_reads_cannot_remove() {
        try (var maintenance = Postgres.maintenance(site.pool("service"), site.options(fixture.name))) {
            notAllowed(() -> maintenance.truncateWithoutBaseline(STREAM, 2, "no right to"));
            notAllowed(() -> maintenance.delete(STREAM, any(), "no right to"));
        }
        assertThat(fixture.log().read(STREAM).toList()).hasSize(1);
    }

    @Test
    void nobody_but_the_owner_migrates() {
        notAllowed(() -> Postgres.migrate(site.pool("service"), o -> o.schema("another")));
    }
}
