// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The way in which chronicle, an event store for Go, writes to PostgreSQL, made again from its description: one INSERT
 * and one round trip for each event, under a trigger that locks the stream and looks for its last version.
 */
final class ChroniclePattern implements PeerStore {
    private static final String INSERT =
            "INSERT INTO chronicle (log_id, version, name, data) VALUES (?, ?, ?, ?::jsonb)";

    private final Site site;
    private final String url;
    private final HikariDataSource pool;

    ChroniclePattern(Site site, int connections) throws SQLException {
        this.site = site;
        this.url = site.database(null);
        Site.execute(
                url,
                """
                CREATE TABLE chronicle (global_version bigserial PRIMARY KEY, log_id text NOT NULL,
                  version bigint NOT NULL, name text NOT NULL, data jsonb, UNIQUE (log_id, version))""",
                """
                CREATE FUNCTION check_version() RETURNS trigger LANGUAGE plpgsql AS $$
                DECLARE
                  last bigint;
                BEGIN
                  PERFORM pg_advisory_xact_lock(hashtext(NEW.log_id));
                  SELECT version INTO last FROM chronicle WHERE log_id = NEW.log_id ORDER BY version DESC LIMIT 1;
                  IF NEW.version <> coalesce(last, 0) + 1 THEN
                    RAISE EXCEPTION 'version conflict: %', last;
                  END IF;
                  RETURN NEW;
                END $$""",
                "CREATE TRIGGER check_version BEFORE INSERT ON chronicle"
                        + " FOR EACH ROW EXECUTE FUNCTION check_version()");
        pool = Site.pool(url, connections);
    }

    @Override
    public void append(Events.Place place, int events) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            connection.setAutoCommit(false);
            for (int i = 1; i <= events; i++) {
                insert.setString(1, place.stream().toString());
                insert.setLong(2, place.version() + i);
                insert.setString(3, Events.TYPE);
                insert.setString(4, Events.JSON);
                insert.executeUpdate();
            }
            connection.commit();
            connection.setAutoCommit(true);
        }
    }

    @Override
    public int read(Events.Place place) throws SQLException {
        return rows("SELECT version, name, data FROM chronicle WHERE log_id = ? ORDER BY version", place);
    }

    @Override
    public int readAll() throws SQLException {
        return rows("SELECT global_version, log_id, version, name, data FROM chronicle ORDER BY global_version", null);
    }

    private int rows(String sql, Events.@org.jspecify.annotations.Nullable Place place) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement query = connection.prepareStatement(sql)) {
            if (place != null) {
                query.setString(1, place.stream().toString());
            }
            int found = 0;
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    found += !rows.getString("data").isEmpty()
                                    && !rows.getString("name").isEmpty()
                            ? 1
                            : 0;
                }
            }
            return found;
        }
    }

    @Override
    public void stored(Ledger ledger) throws SQLException {
        PeerStore.stored(ledger, url, "SELECT log_id, version FROM chronicle");
    }

    @Override
    public void close() throws SQLException {
        pool.close();
        site.drop(url);
    }
}
