// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A workload's part of the report.
 *
 * @param name of the workload
 * @param title of the workload
 * @param rows one for each side
 * @param verdicts one for each bar
 * @param notes what else is worth saying
 */
record Result(String name, String title, List<Row> rows, List<Verdict> verdicts, List<String> notes) {
    /**
     * A side.
     *
     * @param side its name
     * @param perSecond the median rate
     * @param lowest the slowest round
     * @param highest the fastest round
     * @param p50 latency of a call in microseconds
     * @param p99 the same
     * @param p999 the same
     * @param bytes allocated in this process for each unit
     */
    record Row(
            String side,
            double perSecond,
            double lowest,
            double highest,
            double p50,
            double p99,
            double p999,
            double bytes) {
        /** A side that is not measured. */
        static Row absent(String side) {
            double none = Double.NaN;
            return new Row(side, none, none, none, none, none, none, none);
        }

        /** A side whose single calls are too short for a clock. */
        static Row inProcess(String side, List<Double> rates, double bytes) {
            double none = Double.NaN;
            return new Row(
                    side,
                    Rounds.median(rates),
                    Collections.min(rates),
                    Collections.max(rates),
                    none,
                    none,
                    none,
                    bytes);
        }
    }

    /**
     * A bar.
     *
     * @param what is compared
     * @param measured the value
     * @param bar what it is to reach, or not to exceed
     * @param reached whether it does
     */
    record Verdict(String what, double measured, String bar, boolean reached) {
        String text() {
            return String.format(
                    Locale.ROOT, "%s: %.2f (bar %s: %s)", what, measured, bar, reached ? "reached" : "MISSED");
        }
    }

    static Result of(Rounds.Outcome outcome) {
        List<Row> rows = new ArrayList<>();
        for (String side : outcome.workload().sides().keySet()) {
            var latencies = outcome.latencies(side);
            List<Double> rates = outcome.rates(side);
            rows.add(new Row(
                    side,
                    outcome.median(side),
                    rates.stream().mapToDouble(d -> d).min().orElse(Double.NaN),
                    rates.stream().mapToDouble(d -> d).max().orElse(Double.NaN),
                    latencies.getValueAtPercentile(50) / 1e3,
                    latencies.getValueAtPercentile(99) / 1e3,
                    latencies.getValueAtPercentile(99.9) / 1e3,
                    outcome.allocatedPerUnit(side)));
        }
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        outcome.workload().sides().keySet().forEach(side -> rates.put(side, outcome.rates(side)));
        List<String> notes = new ArrayList<>(outcome.notes());
        outcome.workload().absent().forEach((side, why) -> {
            rows.add(Row.absent(side));
            notes.add(side + ": not measured, because " + why);
        });
        List<Verdict> verdicts = verdicts(outcome.workload().bars(), rates);
        verdicts.addAll(outcome.verdicts());
        return new Result(outcome.workload().name(), outcome.workload().title(), rows, verdicts, notes);
    }

    /** What the rates of the rounds say about the bars. */
    static List<Verdict> verdicts(List<Workload.Bar> bars, Map<String, List<Double>> rates) {
        List<Verdict> verdicts = new ArrayList<>();
        for (Workload.Bar bar : bars) {
            String by = Collections.max(
                    bar.by(), Comparator.comparingDouble(side -> Rounds.median(rates.getOrDefault(side, List.of()))));
            double ratio = Rounds.ratio(rates.getOrDefault(bar.side(), List.of()), rates.getOrDefault(by, List.of()));
            verdicts.add(new Verdict(
                    bar.side() + " / " + (bar.by().size() == 1 ? by : "best peer, which is " + by),
                    ratio,
                    String.format(Locale.ROOT, ">= %.2f", bar.least()),
                    ratio >= bar.least()));
        }
        return verdicts;
    }
}
