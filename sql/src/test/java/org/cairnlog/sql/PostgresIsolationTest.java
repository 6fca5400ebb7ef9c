// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.exactly;

import com.zaxxer.hikari.HikariDataSource;
import org.cairnlog.event.EventData;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.AlreadyAppended;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.sql.servers.PostgresServer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database whose transactions are by default other than READ COMMITTED. */
@Timeout(60)
class PostgresIsolationTest {
    @ParameterizedTest
    @ValueSource(strings = {"repeatable read", "serializable"})
    void writers_of_two_nodes_wait_for_each_other_and_are_never_stale(String isolation) throws Exception {
        PostgresServer server = PostgresServer.newest();
        String database = server.createDatabase();
        server.execute(
                database, "ALTER DATABASE " + database + " SET default_transaction_isolation = '" + isolation + "'");
        try (HikariDataSource pool = PostgresSite.pool(server.url(database), 10);
                var one = Postgres.open(pool, PostgresOptions::migrating);
                var other = Postgres.open(pool);
                var load = new Load(new TwoNodes(one, other), other, 8)) {
            load.awaitMore(400);
            var stream = StreamId.of("isolated", "1");
            one.append(stream, any(), EventData.json("first", "{}"));
            assertThat(other.inTransaction(tx -> tx.append(stream, exactly(1), EventData.json("second", "{}")))
                            .run()
                            .appended())
                    .hasSize(1);
            Append stored = Append.to(stream, any(), EventData.json("third", "{}"));
            Appended first = one.append(stored);
            for (int i = 0; i < 200; i++) {
                assertThat(other.stored(stored).orElseThrow().cursor()).isEqualTo(first.cursor());
                assertThatThrownBy(() ->
                                other.inTransaction(tx -> tx.append(stored)).run())
                        .isInstanceOf(AlreadyAppended.class);
            }
            assertThat(load.refusals).hasValue(0);
        }
    }
}
