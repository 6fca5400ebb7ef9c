// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.TransactionalEventLog;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * How long it takes until a reader in another process has an event, beside a bare NOTIFY that another process hears.
 * Both sides are treated alike: one writer here, one reader in a process of its own, one event or one notification for
 * each tick, and the time from before the call that commits until the reader has it, by the clock of the one machine.
 */
final class Wakes {
    private static final long PACE_NANOS = 1_000_000;
    // The driver gathers what follows within a millisecond, and would make the bare side wait for itself.
    private static final long BARE_PACE_NANOS = 5_000_000;
    private static final String DONE = "done";
    private static final double BAR = 5;
    private static final StreamId STREAM = StreamId.of("wake", "up");
    // Longer than the other side's turn.
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Wakes() {}

    static Result measure(Site site, Rounds rounds) throws Exception {
        String url = site.database(null);
        try (var log = PostgresAppends.open(url);
                var cairn = new Way(url, "tail", new Appending(log), PACE_NANOS);
                var bare = new Way(url, "listen", new Notifying(url), BARE_PACE_NANOS)) {
            cairn.round(rounds.slice(), false);
            bare.round(rounds.slice(), false);
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < rounds.rounds(); round++) {
                double p99 = cairn.round(rounds.slice(), true);
                ratios.add(p99 / bare.round(rounds.slice(), true));
            }
            CairnAppends.check(log, ((Appending) cairn.writer).ledger, 0);
            double ratio = Rounds.median(ratios);
            return new Result(
                    "wakes",
                    "PostgreSQL, from before the commit to a reader in another process, 1,000 events a second",
                    List.of(cairn.row("Cairn, append to tail"), bare.row("bare NOTIFY to LISTEN")),
                    List.of(new Result.Verdict("p99 of Cairn / bare", ratio, "<= 5", ratio <= BAR)),
                    List.of());
        } finally {
            site.drop(url);
        }
    }

    /** Nanoseconds of the machine's clock, which is the same in all its processes. */
    private static long now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000 + now.getNano();
    }

    /** What commits something that the reader waits for. */
    private interface Writer extends AutoCloseable {
        void write(boolean last) throws SQLException;

        @Override
        void close() throws SQLException;
    }

    private record Appending(TransactionalEventLog log, Ledger ledger) implements Writer {
        Appending(TransactionalEventLog log) {
            this(log, new Ledger());
        }

        @Override
        public void write(boolean last) {
            EventData event = EventData.json(Events.TYPE, last ? '"' + DONE + '"' : Events.JSON);
            log.append(STREAM, ExpectedVersion.any(), event);
            ledger.add(event.id());
        }

        @Override
        public void close() {}
    }

    private record Notifying(Connection connection, PreparedStatement statement) implements Writer {
        Notifying(String url) throws SQLException {
            this(DriverManager.getConnection(url));
        }

        private Notifying(Connection connection) throws SQLException {
            this(connection, connection.prepareStatement("SELECT pg_notify('bare', ?)"));
        }

        @Override
        public void write(boolean last) throws SQLException {
            // As long as an event; the server would send two that are alike within one transaction as one.
            statement.setString(1, last ? DONE : Events.JSON);
            statement.execute();
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    /** A writer here and its reader elsewhere. */
    private static final class Way implements AutoCloseable {
        private final Writer writer;
        private final long pace;
        private final Process reader;
        private final BufferedReader lines;
        private final Histogram all = new Histogram(3);

        Way(String url, String how, Writer writer, long pace) throws IOException {
            this.writer = writer;
            this.pace = pace;
            this.reader = new ProcessBuilder(
                            ProcessHandle.current().info().command().orElse("java"),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Wakes.class.getName(),
                            how,
                            url)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            this.lines = reader.inputReader();
            if (!"ready".equals(lines.readLine())) {
                throw new IllegalStateException("The reading process did not start.");
            }
        }

        /** The 99th percentile in nanoseconds. */
        double round(Duration time, boolean counts) throws IOException, SQLException {
            long[] sent = new long[(int) (time.toNanos() / pace)];
            long started = System.nanoTime();
            for (int i = 0; i < sent.length; i++) {
                long due = started + i * pace;
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                sent[i] = now();
                writer.write(i == sent.length - 1);
            }
            var latencies = new Histogram(3);
            for (int i = 0; i < sent.length; i++) {
                String line = lines.readLine();
                if (line == null) {
                    throw new IllegalStateException("The reader ended after " + i + " of " + sent.length + " events.");
                }
                latencies.recordValue(Math.max(0, Long.parseLong(line) - sent[i]));
            }
            if (counts) {
                all.add(latencies);
            }
            return latencies.getValueAtPercentile(99);
        }

        Result.Row row(String side) {
            return new Result.Row(
                    side,
                    1e9 / pace,
                    Double.NaN,
                    Double.NaN,
                    all.getValueAtPercentile(50) / 1e3,
                    all.getValueAtPercentile(99) / 1e3,
                    all.getValueAtPercentile(99.9) / 1e3,
                    Double.NaN);
        }

        @Override
        public void close() throws IOException, SQLException {
            reader.destroyForcibly();
            lines.close();
            writer.close();
        }
    }

    /** The reading process: prints when it had each event, after each round, so that printing costs nothing before. */
    public static void main(String[] args) throws Exception {
        if (args[0].equals("tail")) {
            tail(args[1]);
        } else {
            listen(args[1]);
        }
    }

    private static void print(List<Long> received) {
        var out = new StringBuilder();
        received.forEach(time -> out.append(time).append('\n'));
        System.out.print(out);
        System.out.flush();
        received.clear();
    }

    private static void tail(String url) throws Exception {
        List<Long> received = new ArrayList<>();
        try (var log = PostgresAppends.open(url);
                var tail = log.tail(log.beginning(), EventQuery.all())) {
            tail.next(Duration.ofMillis(1500));
            System.out.println("ready");
            while (true) {
                var event = tail.next(PATIENCE);
                received.add(now());
                if (event.isEmpty()) {
                    return;
                }
                if (event.get().data().size() < Events.PAYLOAD.length) {
                    print(received);
                }
            }
        }
    }

    private static void listen(String url) throws SQLException {
        List<Long> received = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("LISTEN bare");
            System.out.println("ready");
            PGConnection postgres = connection.unwrap(PGConnection.class);
            while (true) {
                PGNotification[] heard = postgres.getNotifications((int) PATIENCE.toMillis());
                long now = now();
                if (heard == null || heard.length == 0) {
                    return;
                }
                for (PGNotification notification : heard) {
                    received.add(now);
                    if (notification.getParameter().equals(DONE)) {
                        print(received);
                    }
                }
            }
        }
    }
}
