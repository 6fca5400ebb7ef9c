// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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
            double bytes) {}

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
        List<Verdict> verdicts = new ArrayList<>();
        for (Workload.Bar bar : outcome.workload().bars()) {
            double ratio = outcome.ratio(bar.side(), bar.by());
            verdicts.add(new Verdict(
                    bar.side() + " / " + bar.by(),
                    ratio,
                    String.format(Locale.ROOT, ">= %.2f", bar.least()),
                    ratio >= bar.least()));
        }
        verdicts.addAll(outcome.verdicts());
        return new Result(outcome.workload().name(), outcome.workload().title(), rows, verdicts, outcome.notes());
    }
}
