// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventIds;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.sql.Sqlite;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real history, one atomic append for each commit, beside the same rows written by hand in the same transactions. */
final class Imports {
    /** An event of the file. */
    @SuppressWarnings("ArrayRecordComponent") // lines are not compared
    private record Line(String commit, String stream, String id, String type, byte[] data) {}

    private Imports() {}

    static List<Workload> all(Path file) throws IOException {
        List<List<Line>> commits = read(file);
        return List.of(
                new Workload("import-postgres", "PostgreSQL, import of a git history, commit by commit", 1)
                        .side("Cairn", site -> {
                            String url = site.database(null);
                            return new Cairn(commits, PostgresAppends.open(url), () -> site.drop(url));
                        })
                        .side("by hand", site -> {
                            String url = site.database(null);
                            FloorTable.create(url);
                            return new ByHand(commits, DriverManager.getConnection(url), url, () -> site.drop(url));
                        })
                        .bar("Cairn", "by hand", 0.5),
                new Workload("import-sqlite", "SQLite, import of a git history, commit by commit", 1)
                        .side("Cairn", site -> new Cairn(commits, Sqlite.open(site.file("cairn.db")), () -> {}))
                        .side("by hand", site -> {
                            Path floor = site.file("floor.db");
                            SqliteAppends.create(floor);
                            Connection connection = DriverManager.getConnection("jdbc:sqlite:" + floor);
                            try (Statement statement = connection.createStatement()) {
                                statement.execute("PRAGMA synchronous = FULL");
                            }
                            return new ByHand(commits, connection, null, () -> {});
                        })
                        .bar("Cairn", "by hand", 0.5));
    }

    private static List<List<Line>> read(Path file) throws IOException {
        var json = JsonMapper.builder().build();
        Map<String, List<Line>> commits = new LinkedHashMap<>();
        try (var lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                JsonNode node = json.readTree(text);
                var line = new Line(
                        node.get("commit").asString(),
                        node.get("subject").asString(),
                        node.get("source").asString() + node.get("id").asString(),
                        node.get("type").asString(),
                        json.writeValueAsBytes(node.get("data")));
                commits.computeIfAbsent(line.commit(), commit -> new ArrayList<>())
                        .add(line);
            }
        }
        return List.copyOf(commits.values());
    }

    /** Goes through the commits again and again; each pass has ids and streams of its own. */
    private abstract static class Passes implements Side {
        private final List<List<Line>> commits;
        private int next;
        int pass;

        Passes(List<List<Line>> commits) {
            this.commits = commits;
        }

        @Override
        public void once(int caller) throws SQLException {
            write(commits.get(next));
            next = (next + 1) % commits.size();
            pass += next == 0 ? 1 : 0;
        }

        UUID id(Line line) {
            return EventIds.named("git " + pass, line.id());
        }

        abstract void write(List<Line> commit) throws SQLException;
    }

    private static final class Cairn extends Passes {
        private final AtomicEventLog log;
        private final Ledger ledger = new Ledger();
        private final CairnAppends.End end;

        Cairn(List<List<Line>> commits, AtomicEventLog log, CairnAppends.End end) {
            super(commits);
            this.log = log;
            this.end = end;
        }

        @Override
        void write(List<Line> commit) {
            Append append = null;
            List<UUID> ids = new ArrayList<>();
            for (Line line : commit) {
                var stream = StreamId.of("file", pass + line.stream());
                EventData event =
                        EventData.of(line.type(), line.data()).withId(id(line)).withContentType("application/json");
                append = append == null
                        ? Append.to(stream, ExpectedVersion.any(), event)
                        : append.and(stream, ExpectedVersion.any(), event);
                ids.add(event.id());
            }
            if (append != null) {
                log.append(append);
                ids.forEach(ledger::add);
            }
        }

        @Override
        public void check() {
            CairnAppends.check(log, ledger, 0);
        }

        @Override
        public void close() throws Exception {
            log.close();
            end.end();
        }
    }

    private static final class ByHand extends Passes {
        private final Connection connection;
        private final @Nullable String postgres;
        private final PreparedStatement insert;
        private final Map<String, Long> versions = new HashMap<>();
        private final Ledger ledger = new Ledger();
        private final CairnAppends.End end;

        ByHand(List<List<Line>> commits, Connection connection, @Nullable String postgres, CairnAppends.End end)
                throws SQLException {
            super(commits);
            this.connection = connection;
            this.postgres = postgres;
            this.end = end;
            connection.setAutoCommit(false);
            insert = connection.prepareStatement(postgres != null ? PlainInserts.ONE : SqliteAppends.ONE);
        }

        @Override
        void write(List<Line> commit) throws SQLException {
            for (Line line : commit) {
                UUID id = id(line);
                String stream = pass + line.stream();
                insert.setLong(1, stream.hashCode() * 31L + stream.length());
                insert.setLong(2, versions.merge(stream, 1L, Long::sum));
                if (postgres != null) {
                    insert.setObject(3, id);
                } else {
                    insert.setBytes(
                            3,
                            ByteBuffer.allocate(16)
                                    .putLong(id.getMostSignificantBits())
                                    .putLong(id.getLeastSignificantBits())
                                    .array());
                }
                insert.setLong(4, System.currentTimeMillis());
                insert.setBytes(5, line.data());
                insert.addBatch();
            }
            insert.executeBatch();
            connection.commit();
            commit.forEach(line -> ledger.add(id(line)));
        }

        @Override
        public void check() throws SQLException {
            Ledger stored = postgres != null ? FloorTable.stored(postgres) : SqliteAppends.stored(connection);
            ledger.check("by hand", stored);
        }

        @Override
        public void close() throws Exception {
            connection.close();
            end.end();
        }
    }
}
