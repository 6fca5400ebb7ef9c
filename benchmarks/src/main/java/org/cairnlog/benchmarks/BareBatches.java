// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** Floor 2: one writer inserts what has gathered in one statement, without any check. */
final class BareBatches implements Side {
    private static final int BATCH = 1_000;
    private static final String MANY =
            FloorTable.INSERT + "SELECT 1, q.stream, q.version, q.id, 1, 7, true, ?, NULL, 1,"
                    + " 1, 200, NULL, 'application/json', '{}', false, q.payload, 1"
                    + " FROM unnest(?::bigint[], ?::bigint[], ?::uuid[], ?::bytea[]) q (stream, version, id, payload)";

    private record Row(long stream, long version, UUID id) {}

    private record Waiting(List<Row> rows, CompletableFuture<@Nullable Void> answer) {}

    private final Site site;
    private final String url;
    private final Connection connection;
    private final LinkedBlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final Events.Place[] places;
    private final int events;
    private final Ledger ledger = new Ledger();
    private final Thread writer;

    BareBatches(Site site, int callers, int events) throws SQLException {
        this.site = site;
        this.url = site.database(null);
        FloorTable.create(url);
        this.connection = DriverManager.getConnection(url);
        this.places = Events.places(callers);
        this.events = events;
        this.writer = Thread.ofPlatform().daemon().name("bare writer").start(this::write);
    }

    @Override
    public int units() {
        return events;
    }

    @Override
    public void once(int caller) throws Exception {
        Events.Place place = places[caller];
        List<Row> rows = new ArrayList<>(events);
        for (int i = 0; i < events; i++) {
            rows.add(new Row(place.number(), place.version() + 1, Events.id()));
            place.added(1);
        }
        var waiting = new Waiting(rows, new CompletableFuture<>());
        queue.add(waiting);
        waiting.answer().get();
        rows.forEach(row -> ledger.add(row.id()));
    }

    private void write() {
        List<Waiting> batch = new ArrayList<>();
        while (true) {
            try {
                batch.add(queue.take());
                queue.drainTo(batch, BATCH / events - 1);
                insert(batch);
                batch.forEach(waiting -> waiting.answer().complete(null));
            } catch (InterruptedException e) {
                // The side is closed.
                return;
            } catch (SQLException e) {
                batch.forEach(waiting -> waiting.answer().completeExceptionally(e));
            }
            batch.clear();
        }
    }

    private void insert(List<Waiting> batch) throws SQLException {
        List<Row> rows =
                batch.stream().flatMap(waiting -> waiting.rows().stream()).toList();
        Long[] streams = new Long[rows.size()];
        Long[] versions = new Long[rows.size()];
        UUID[] ids = new UUID[rows.size()];
        byte[][] payloads = new byte[rows.size()][];
        for (int i = 0; i < rows.size(); i++) {
            streams[i] = rows.get(i).stream();
            versions[i] = rows.get(i).version();
            ids[i] = rows.get(i).id();
            payloads[i] = Events.PAYLOAD;
        }
        try (PreparedStatement insert = connection.prepareStatement(MANY)) {
            insert.setLong(1, System.currentTimeMillis());
            insert.setArray(2, connection.createArrayOf("int8", streams));
            insert.setArray(3, connection.createArrayOf("int8", versions));
            insert.setArray(4, connection.createArrayOf("uuid", ids));
            insert.setArray(5, connection.createArrayOf("bytea", payloads));
            insert.executeUpdate();
        }
    }

    @Override
    public void check() throws SQLException {
        ledger.check("bare batches", FloorTable.stored(url));
    }

    @Override
    public void close() throws Exception {
        writer.interrupt();
        writer.join();
        connection.close();
        site.drop(url);
    }
}
