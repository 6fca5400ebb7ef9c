// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/** What every event store can do, over one that is measured beside Cairn. Safe for use by many threads. */
interface PeerStore extends AutoCloseable {
    /** Appends so many events to a stream whose version the caller knows; durable when it returns. */
    void append(Events.Place place, int events) throws Exception;

    /** Reads a stream; how many events it has. */
    int read(Events.Place place) throws Exception;

    /** Reads everything in the store's own order; how many events there are. */
    int readAll() throws Exception;

    /** Puts every stored event into the ledger, by {@link #entry}. */
    void stored(Ledger ledger) throws Exception;

    /** What stands for an event in the ledger: its place, counted from 1. */
    static UUID entry(String stream, long version) {
        return new UUID(Long.parseLong(stream.substring(stream.lastIndexOf('-') + 1)), version);
    }

    /** Puts into the ledger what a query says is stored: the names of streams, and versions from 1. */
    static void stored(Ledger ledger, String url, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.setFetchSize(1_000);
            try (ResultSet rows = statement.executeQuery(query)) {
                while (rows.next()) {
                    ledger.add(entry(rows.getString(1), rows.getLong(2)));
                }
            }
        }
    }
}
