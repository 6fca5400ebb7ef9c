// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;

/** Floor 1: one INSERT and one transaction for each event, on a pool of connections. */
final class PlainInserts implements Side {
    static final String ONE = FloorTable.INSERT
            + "VALUES (1, ?, ?, ?, 1, 7, true, ?, NULL, 1, 1, 200, NULL, 'application/json', '{}', false, ?, 1)";

    private final Site site;
    private final String url;
    private final HikariDataSource pool;
    private final Events.Place[] places;
    private final Ledger ledger = new Ledger();

    PlainInserts(Site site, int callers, int connections) throws SQLException {
        this.site = site;
        this.url = site.database(null);
        FloorTable.create(url);
        this.pool = Site.pool(url, connections);
        this.places = Events.places(callers);
    }

    @Override
    public void once(int caller) throws SQLException {
        Events.Place place = places[caller];
        UUID id = Events.id();
        try (Connection connection = pool.getConnection()) {
            insert(connection, place, id);
        }
        place.added(1);
        ledger.add(id);
    }

    static void insert(Connection connection, Events.Place place, UUID id) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(ONE)) {
            insert.setLong(1, place.number());
            insert.setLong(2, place.version() + 1);
            insert.setObject(3, id);
            insert.setLong(4, System.currentTimeMillis());
            insert.setBytes(5, Events.PAYLOAD);
            insert.executeUpdate();
        }
    }

    @Override
    public void check() throws SQLException {
        ledger.check("plain inserts", FloorTable.stored(url));
    }

    @Override
    public void close() throws SQLException {
        pool.close();
        site.drop(url);
    }
}
