// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.io.BufferedReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.ExpectedVersion;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** How long after a commit a reader in another process has the event, beside a bare LISTEN and NOTIFY. */
final class Wakes {
    private static final long PACE_NANOS = 1_000_000;
    private static final String DONE = "done";
    private static final double BAR = 5;

    private Wakes() {}

    static Result measure(Site site, Duration time) throws Exception {
        String url = site.database(null);
        try {
            PostgresAppends.open(url).close();
            Histogram bare = run(url, "listen", time);
            Histogram cairn = run(url, "tail", time);
            double ratio = cairn.getValueAtPercentile(99) / (double) bare.getValueAtPercentile(99);
            return new Result(
                    "wakes",
                    "PostgreSQL, from commit to a reader in another process, 1,000 events a second",
                    List.of(row("Cairn, tail", cairn), row("bare LISTEN/NOTIFY", bare)),
                    List.of(new Result.Verdict("p99 of Cairn / bare", ratio, "<= 5", ratio <= BAR)),
                    List.of());
        } finally {
            site.drop(url);
        }
    }

    private static Result.Row row(String side, Histogram latencies) {
        return new Result.Row(
                side,
                1e9 / PACE_NANOS,
                Double.NaN,
                Double.NaN,
                latencies.getValueAtPercentile(50) / 1e3,
                latencies.getValueAtPercentile(99) / 1e3,
                latencies.getValueAtPercentile(99.9) / 1e3,
                Double.NaN);
    }

    private static Histogram run(String url, String how, Duration time) throws Exception {
        Process reader = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Wakes.class.getName(),
                        how,
                        url)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = reader.inputReader()) {
            if (!"ready".equals(lines.readLine())) {
                throw new IllegalStateException("The reading process did not start.");
            }
            List<Long> sent = how.equals("tail") ? append(url, time) : notify(url, time);
            var latencies = new Histogram(3);
            // The first second warms the reader up.
            int skip = (int) (1e9 / PACE_NANOS);
            for (int i = 0; i < sent.size(); i++) {
                String line = lines.readLine();
                if (line == null) {
                    throw new IllegalStateException("The reader ended after " + i + " of " + sent.size() + " events.");
                }
                if (i >= skip) {
                    latencies.recordValue(Math.max(0, Long.parseLong(line) - sent.get(i)));
                }
            }
            return latencies;
        } finally {
            reader.destroy();
        }
    }

    private static List<Long> append(String url, Duration time) {
        List<Long> sent = new ArrayList<>();
        try (var log = PostgresAppends.open(url)) {
            paced(time, last -> {
                String payload = last ? DONE : Events.JSON;
                log.append(StreamId.of("wake", "up"), ExpectedVersion.any(), EventData.json(Events.TYPE, payload));
                sent.add(System.nanoTime());
            });
        }
        return sent;
    }

    private static List<Long> notify(String url, Duration time) throws SQLException {
        List<Long> sent = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url);
                PreparedStatement notify = connection.prepareStatement("SELECT pg_notify('bare', ?)")) {
            int[] number = {0};
            paced(time, last -> {
                notify.setString(1, last ? DONE : Integer.toString(number[0]++));
                sent.add(System.nanoTime());
                notify.execute();
            });
        }
        return sent;
    }

    private interface Step<E extends Exception> {
        void send(boolean last) throws E;
    }

    private static <E extends Exception> void paced(Duration time, Step<E> step) throws E {
        long started = System.nanoTime();
        long count = time.toNanos() / PACE_NANOS;
        for (long i = 0; i < count; i++) {
            while (System.nanoTime() - started < i * PACE_NANOS) {
                LockSupport.parkNanos(PACE_NANOS - (System.nanoTime() - started) % PACE_NANOS);
            }
            step.send(i == count - 1);
        }
    }

    /** The reading process: prints when it had each event, at the end, so that printing costs nothing before. */
    public static void main(String[] args) throws Exception {
        List<Long> received = args[0].equals("tail") ? tail(args[1]) : listen(args[1]);
        var out = new StringBuilder();
        received.forEach(time -> out.append(time).append('\n'));
        System.out.print(out);
        System.out.flush();
    }

    private static List<Long> tail(String url) throws Exception {
        List<Long> received = new ArrayList<>();
        try (var log = PostgresAppends.open(url);
                var tail = log.tail(log.beginning(), EventQuery.all())) {
            tail.next(Duration.ofMillis(1500));
            System.out.println("ready");
            while (true) {
                var event = tail.next(Duration.ofSeconds(10));
                received.add(System.nanoTime());
                if (event.isEmpty() || event.get().payloadText().equals(DONE)) {
                    return received;
                }
            }
        }
    }

    private static List<Long> listen(String url) throws SQLException {
        List<Long> received = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("LISTEN bare");
            System.out.println("ready");
            PGConnection postgres = connection.unwrap(PGConnection.class);
            while (true) {
                PGNotification[] heard = postgres.getNotifications(10_000);
                long now = System.nanoTime();
                for (PGNotification notification : heard == null ? new PGNotification[0] : heard) {
                    received.add(now);
                    if (notification.getParameter().equals(DONE)) {
                        return received;
                    }
                }
            }
        }
    }
}
