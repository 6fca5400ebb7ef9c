// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.cairnlog.event.EventData;
import org.cairnlog.event.Limits;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.StreamInfo;
import org.cairnlog.log.StreamListing;

/** The streams of a log on one connection. */
final class SqliteDirectory {
    private static final String LIST = Sql.file("sqlite/list_streams.sql");

    private final SqliteSession session;

    SqliteDirectory(SqliteSession session) {
        this.session = session;
    }

    /** The streams of a listing that were created after one place and up to another. */
    List<StreamInfo> page(StreamListing listing, long after, long upTo) throws SQLException {
        List<Object> parameters = new ArrayList<>();
        String label = listing.label();
        String category = listing.category();
        String value = listing.value();
        String from = "cairn_stream s";
        var where = new StringBuilder();
        String order = "s.created";
        if (label != null) {
            from = "cairn_label l CROSS JOIN cairn_stream s ON s.id = l.stream";
            order = "l.created";
            where.append("l.name = ? AND ");
            parameters.add(label);
            if (value != null) {
                where.append("l.value = ? AND ");
                parameters.add(value);
            }
        }
        if (category != null) {
            where.append("s.category = ? AND ");
            parameters.add(category);
        }
        where.append(order)
                .append(" > ? AND ")
                .append(order)
                .append(" <= ? ORDER BY ")
                .append(order);
        parameters.add(after);
        parameters.add(upTo);
        parameters.add((int) Math.min(listing.limit(), Limits.STANDARD.pageEvents()));
        return infos(String.format(LIST, from, where), parameters.toArray());
    }

    StreamInfo info(long stream) throws SQLException {
        return infos(String.format(LIST, "cairn_stream s", "s.id = ?"), stream, 1)
                .getFirst();
    }

    private List<StreamInfo> infos(String sql, Object... parameters) throws SQLException {
        List<StreamInfo> infos = new ArrayList<>();
        try (ResultSet rows = session.connection.query(sql, parameters)) {
            while (rows.next()) {
                infos.add(new StreamInfo(
                        new StreamId(rows.getString(2), rows.getString(3)),
                        rows.getLong(7),
                        SqliteEntries.instant(rows.getLong(5)),
                        SqliteEntries.instant(rows.getLong(6)),
                        rows.getLong(4),
                        rows.getString(8).equals(EventData.DELETED),
                        Collections.unmodifiableSortedMap(session.labels(rows.getLong(1)))));
            }
        }
        return infos;
    }
}
