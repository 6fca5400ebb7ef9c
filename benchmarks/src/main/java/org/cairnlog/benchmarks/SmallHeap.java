// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.io.BufferedReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;

/** Reads a large log from end to end in a process with 64 MB of heap, beside a plain cursor in another. */
final class SmallHeap {
    private static final int EVENTS = 1_000_000;
    private static final double BAR = 0.8;

    private SmallHeap() {}

    static Result measure(Site site, LargeLog logs, int rounds) throws Exception {
        int events = Math.min(EVENTS, logs.size());
        try (LargeLog.Copy copy = logs.toRead(site, logs.size())) {
            List<Double> cairn = new ArrayList<>();
            List<Double> plain = new ArrayList<>();
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                cairn.add(run("read", copy.url(), events));
                plain.add(run("cursor", copy.url(), events));
                ratios.add(cairn.getLast() / plain.getLast());
            }
            double ratio = Rounds.median(ratios);
            return new Result(
                    "small-heap",
                    String.format(
                            Locale.ROOT, "PostgreSQL, read all of %,d with -Xmx64m, process start left out", events),
                    List.of(row("Cairn", cairn), row("plain cursor", plain)),
                    List.of(new Result.Verdict("Cairn / plain cursor", ratio, ">= 0.80", ratio >= BAR)),
                    List.of());
        }
    }

    private static Result.Row row(String side, List<Double> rates) {
        double lowest = rates.stream().mapToDouble(d -> d).min().orElse(Double.NaN);
        double highest = rates.stream().mapToDouble(d -> d).max().orElse(Double.NaN);
        return new Result.Row(
                side, Rounds.median(rates), lowest, highest, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }

    private static double run(String how, String url, int events) throws Exception {
        Process reader = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallHeap.class.getName(),
                        how,
                        url,
                        Integer.toString(events))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = reader.inputReader()) {
            String line = lines.readLine();
            if (line == null || reader.waitFor() != 0) {
                throw new IllegalStateException("The reading process failed.");
            }
            return events * 1e9 / Long.parseLong(line);
        }
    }

    /** The reading process: prints how many nanoseconds it took. */
    public static void main(String[] args) throws Exception {
        int events = Integer.parseInt(args[2]);
        long started;
        int found = 0;
        if (args[0].equals("read")) {
            try (var log = PostgresAppends.open(args[1])) {
                started = System.nanoTime();
                for (RecordedEvent event : log.read(EventQuery.all()).limit(events)) {
                    found += event.version() > 0 ? 1 : 0;
                }
            }
        } else {
            try (Connection connection = DriverManager.getConnection(args[1]);
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.setFetchSize(500);
                started = System.nanoTime();
                try (ResultSet rows = statement.executeQuery(Reads.COLUMNS + Reads.ALL + " LIMIT " + events)) {
                    while (rows.next()) {
                        found += Reads.Row.of(rows).version() > 0 ? 1 : 0;
                    }
                }
            }
        }
        Reads.expect(events, found);
        System.out.println(System.nanoTime() - started);
    }
}
