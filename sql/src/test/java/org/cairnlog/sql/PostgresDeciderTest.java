// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.cairnlog.decider.Snapshot;
import org.cairnlog.decider.SnapshotStore;
import org.cairnlog.event.EventData;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.sql.servers.PostgresServer;
import org.cairnlog.testkit.DeciderContract;
import org.cairnlog.testkit.DecisionsInTransactionsContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PostgresDeciderTest extends DeciderContract {
    @Override
    protected PostgresFixture open() {
        return new PostgresFixture(PostgresSite.on(PostgresServer.newest()));
    }

    @Nested
    class InTransactions extends DecisionsInTransactionsContract {
        @Override
        protected PostgresFixture open() {
            return PostgresDeciderTest.this.open();
        }
    }

    @Test
    void snapshots_outlive_the_log_that_took_them_but_not_the_content_of_their_stream() {
        try (var fixture = open()) {
            StreamId stream = StreamId.of("thing", "a");
            var snapshot = new Snapshot(stream, "s", 1, new UUID(1, 2), Instant.EPOCH, new byte[] {1});
            fixture.log().append(stream, ExpectedVersion.any(), EventData.json("E", "{}"));
            SnapshotStore.of(fixture.log()).save(snapshot);
            fixture.reopen();
            assertThat(SnapshotStore.of(fixture.log()).latest(stream, "s")).contains(snapshot);
            fixture.maintenance().truncateWithoutBaseline(stream, 2, "test");
            assertThat(SnapshotStore.of(fixture.log()).latest(stream, "s")).isEmpty();
            SnapshotStore.of(fixture.log()).save(snapshot);
            fixture.maintenance().delete(stream, ExpectedVersion.any(), "test");
            assertThat(SnapshotStore.of(fixture.log()).latest(stream, "s")).isEmpty();
        }
    }
}
