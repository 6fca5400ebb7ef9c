// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;

import javax.sql.DataSource;
import org.cairnlog.event.EventData;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.servers.PostgresServer;
import org.cairnlog.testkit.TransactionalEventLogContract;
import org.junit.jupiter.api.Test;

/**
 * Every contract on one log by this release and a next one side by side. The next one is made up: it has functions of
 * its own, which fill a column that this release does not know.
 */
class PostgresReleasesTest extends TransactionalEventLogContract {
    private static PostgresSite site;

    /** The schema as the next release sees it. */
    private static final class NextSchema extends PostgresSchema {
        NextSchema() {
            super(PostgresSite.SCHEMA);
        }

        @Override
        String of(String sql) {
            return super.of(sql.replace("append_1(", "append_2(").replace("first_match_1", "first_match_2"));
        }
    }

    private static PostgresSite site() {
        if (site == null) {
            PostgresServer server = PostgresServer.newest();
            site = PostgresSite.at(server.url(server.createDatabase()));
            String functions = Sql.file("postgres/2-append.sql");
            String next = functions
                    .substring(functions.indexOf("CREATE FUNCTION append_1"))
                    .replaceAll("(?s)-- Whether the snapshot.*", "")
                    .replace("append_1", "append_2")
                    .replace("INSERT INTO event (log,", "INSERT INTO event (release, log,")
                    .replace("SELECT p_log, head + q.n,", "SELECT 2, p_log, head + q.n,");
            var schema = new PostgresSchema(PostgresSite.SCHEMA);
            site.execute(schema.of("SET search_path = \"cairn\"; ALTER TABLE event ADD COLUMN release integer; " + next
                    + "; INSERT INTO migration (number, checksum, format) VALUES (1000, 'of the next release', 1);"
                    + " RESET search_path"));
        }
        return site;
    }

    @Override
    protected PostgresFixture open() {
        return new PostgresFixture(site()) {
            @Override
            TransactionalEventLog open(DataSource users, String name) {
                PostgresOptions options = site().options(name).apply(PostgresOptions.defaults());
                return new TwoNodes(
                        super.open(users, name),
                        Postgres.open(new PostgresLogs(users, options, null, new NextSchema())));
            }
        };
    }

    @Test
    void both_releases_have_written() {
        try (PostgresFixture fixture = open()) {
            var stream = new StreamId("release", "1");
            fixture.log().append(stream, any(), EventData.json("by-one", "{}"));
            fixture.log().append(stream, any(), EventData.json("by-the-next", "{}"));
            assertThat(fixture.site.query("SELECT string_agg(coalesce(e.release, 1)::text, ',' ORDER BY e.position)"
                            + " FROM \"cairn\".event e"
                            + " JOIN \"cairn\".log l ON l.key = e.log WHERE l.name = '" + fixture.name + "'"))
                    .isEqualTo("1,2");
        }
    }
}
