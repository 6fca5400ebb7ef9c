// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.cairnlog.event.EventData;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.Postgres;

/** A row of the caller's own and one event, in one commit. */
final class Joined {
    private static final String TABLE = "CREATE TABLE transfer (id uuid PRIMARY KEY, cents bigint)";
    private static final String ROWS = "SELECT id FROM transfer";
    private static final String ROW = "INSERT INTO transfer VALUES (?, 5)";

    private Joined() {}

    static List<Workload> all() {
        List<Workload> all = new ArrayList<>();
        for (int callers : new int[] {1, 16, 64}) {
            var workload = new Workload(
                            "joined-" + callers,
                            "PostgreSQL, a row and an event in one commit, callers: " + callers,
                            callers)
                    .side("Cairn, joined", site -> new Cairn(site, callers))
                    .side("two INSERTs", site -> PoolSizes.best(site, callers, pool -> new Plain(site, callers, pool)));
            if (callers == 1) {
                workload.bar("Cairn, joined", "two INSERTs", 0.7);
            } else {
                workload.side("Cairn, group commit", site -> PostgresAppends.cairn(site, callers, 1));
            }
            all.add(workload);
        }
        return all;
    }

    private static void row(Connection connection, UUID id) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(ROW)) {
            insert.setObject(1, id);
            insert.executeUpdate();
        }
    }

    private static final class Cairn implements Side {
        private final Site site;
        private final String url;
        private final HikariDataSource pool;
        private final TransactionalEventLog log;
        private final Events.Place[] places;
        private final Ledger ledger = new Ledger();

        Cairn(Site site, int callers) throws SQLException {
            this.site = site;
            this.url = site.database(null);
            Site.execute(url, TABLE);
            this.pool = Site.pool(url, Math.min(callers, 16) + 4);
            this.log = Postgres.open(pool, options -> options.migrating());
            this.places = Events.places(callers);
        }

        @Override
        public void once(int caller) throws SQLException {
            Events.Place place = places[caller];
            EventData event = Events.next();
            log.inTransaction(tx -> {
                        row(tx.connection(), event.id());
                        return tx.append(place.stream(), ExpectedVersion.exactly(place.version()), event);
                    })
                    .run();
            place.added(1);
            ledger.add(event.id());
        }

        @Override
        public void check() throws SQLException {
            CairnAppends.check(log, ledger, 0);
            ledger.check("rows beside events", FloorTable.stored(url, ROWS));
        }

        @Override
        public void close() throws SQLException {
            log.close();
            pool.close();
            site.drop(url);
        }
    }

    private static final class Plain implements Side {
        private final Site site;
        private final String url;
        private final HikariDataSource pool;
        private final Events.Place[] places;
        private final Ledger ledger = new Ledger();

        Plain(Site site, int callers, int connections) throws SQLException {
            this.site = site;
            this.url = site.database(null);
            Site.execute(url, TABLE);
            FloorTable.create(url);
            this.pool = Site.pool(url, connections);
            this.places = Events.places(callers);
        }

        @Override
        public void once(int caller) throws SQLException {
            Events.Place place = places[caller];
            UUID id = Events.id();
            try (Connection connection = pool.getConnection()) {
                connection.setAutoCommit(false);
                row(connection, id);
                PlainInserts.insert(connection, place, id);
                connection.commit();
                connection.setAutoCommit(true);
            }
            place.added(1);
            ledger.add(id);
        }

        @Override
        public void check() throws SQLException {
            ledger.check("two INSERTs", FloorTable.stored(url));
            ledger.check("rows beside INSERTs", FloorTable.stored(url, ROWS));
        }

        @Override
        public void close() throws SQLException {
            pool.close();
            site.drop(url);
        }
    }
}
