// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;
import org.cairnlog.codec.DecodedEvent;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.consumer.Consumers;
import org.cairnlog.consumer.Projection;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.log.TransactionalEventLog;
import org.postgresql.ds.PGSimpleDataSource;

/** Runs a projection that counts the events of each stream, until it is killed. */
final class ProjectionChild {
    static final String NAME = "counts";
    static final String TABLE =
            "CREATE TABLE counts (stream VARCHAR(40) PRIMARY KEY, events BIGINT NOT NULL, version BIGINT NOT NULL)";

    private static final EventCodec<String> CODEC = new EventCodec<>() {
        @Override
        public EventData encode(String event) {
            return EventData.json(event, "{}");
        }

        @Override
        public List<String> decode(RecordedEvent stored) {
            return List.of(stored.type());
        }

        @Override
        public boolean knows(String type) {
            return true;
        }
    };

    private ProjectionChild() {}

    static Projection<String> projection() {
        return Projection.jdbc(NAME, EventQuery.category("counted"), CODEC, ProjectionChild::count);
    }

    private static void count(Connection connection, DecodedEvent<String> event) throws Exception {
        try (PreparedStatement upsert = connection.prepareStatement("INSERT INTO counts VALUES (?, 1, ?)"
                + " ON CONFLICT (stream) DO UPDATE SET events = counts.events + 1, version = excluded.version"
                + " WHERE counts.version = excluded.version - 1")) {
            upsert.setString(1, event.stream().id());
            upsert.setLong(2, event.version());
            if (upsert.executeUpdate() != 1) {
                throw new IllegalStateException(event.stream() + " is not at the version before " + event.version());
            }
        }
    }

    public static void main(String[] args) throws Exception {
        try (TransactionalEventLog log = open(args[0]);
                Consumers consumers = Consumers.start(
                        log,
                        o -> o.holder(args[1]).lease(Duration.ofSeconds(1)),
                        List.of(projection().batchesOf(7).partitions(Integer.parseInt(args[2]))))) {
            System.out.println("running " + consumers.status().size());
            // Until the parent is gone, or kills it.
            while (System.in.read() >= 0) {
                System.out.flush();
            }
        }
    }

    private static TransactionalEventLog open(String where) {
        if (where.startsWith("jdbc:")) {
            var dataSource = new PGSimpleDataSource();
            dataSource.setUrl(where);
            return Postgres.open(dataSource, o -> o.idleTimeout(Duration.ofSeconds(1)));
        }
        return Sqlite.open(Path.of(where));
    }
}
