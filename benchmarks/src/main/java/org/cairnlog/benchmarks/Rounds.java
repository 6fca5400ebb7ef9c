// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.HdrHistogram.Histogram;

/**
 * Runs the sides of a workload in turn, A B, then B A, so that a machine that drifts hits all of them.
 *
 * @param warmUp how long each side runs before anything counts
 * @param slice how long each side runs in a round
 * @param rounds how many rounds; a bar needs seven
 */
record Rounds(Duration warmUp, Duration slice, int rounds) {
    /** What a workload brought: the slices of each side, one for each round. */
    record Outcome(
            Workload workload,
            Map<String, List<Callers.Slice>> slices,
            List<Result.Verdict> verdicts,
            List<String> notes) {
        double median(String side) {
            return Rounds.median(rates(side));
        }

        List<Double> rates(String side) {
            return slices.getOrDefault(side, List.of()).stream()
                    .map(Callers.Slice::perSecond)
                    .toList();
        }

        /** The median of the ratios of two sides, each within one round. */
        double ratio(String side, String by) {
            return Rounds.ratio(rates(side), rates(by));
        }

        Histogram latencies(String side) {
            var all = new Histogram(3);
            slices.getOrDefault(side, List.of()).forEach(slice -> all.add(slice.latencies()));
            return all;
        }

        double allocatedPerUnit(String side) {
            List<Callers.Slice> of = slices.getOrDefault(side, List.of());
            double units = of.stream().mapToLong(Callers.Slice::units).sum();
            return of.stream().mapToLong(Callers.Slice::allocated).sum() / units;
        }
    }

    /** How long one side takes, without what it needs to begin and to end. */
    Duration time() {
        return warmUp.plus(slice.multipliedBy(rounds));
    }

    /** What a report says of it. */
    String text() {
        return rounds + " rounds of " + slice.toMillis() + " ms for each side, after " + warmUp.toMillis()
                + " ms of warm-up";
    }

    Outcome run(Workload workload, Site site) throws Exception {
        Map<String, Side> sides = new LinkedHashMap<>();
        try {
            for (var side : workload.sides().entrySet()) {
                sides.put(side.getKey(), side.getValue().open(site));
            }
            Map<String, List<Callers.Slice>> slices = new LinkedHashMap<>();
            for (var side : sides.entrySet()) {
                slices.put(side.getKey(), new ArrayList<>(rounds));
                for (Duration left = warmUp; left.isPositive(); left = left.minus(slice)) {
                    slice(workload, side.getValue());
                }
            }
            for (int round = 0; round < rounds; round++) {
                List<Map.Entry<String, Side>> order = new ArrayList<>(sides.entrySet());
                if (round % 2 == 1) {
                    Collections.reverse(order);
                }
                for (var side : order) {
                    Objects.requireNonNull(slices.get(side.getKey())).add(slice(workload, side.getValue()));
                }
            }
            List<Result.Verdict> verdicts = new ArrayList<>();
            List<String> notes = new ArrayList<>();
            for (var side : sides.entrySet()) {
                side.getValue().check();
                verdicts.addAll(side.getValue().verdicts());
                String note = side.getValue().note();
                if (!note.isEmpty()) {
                    notes.add(side.getKey() + ": " + note);
                }
            }
            return new Outcome(workload, slices, verdicts, notes);
        } finally {
            for (Side side : sides.values()) {
                side.close();
            }
        }
    }

    /** The median of the ratios of two rates, each within one round. */
    static double ratio(List<Double> of, List<Double> to) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < of.size() && i < to.size(); i++) {
            ratios.add(of.get(i) / to.get(i));
        }
        return median(ratios);
    }

    private Callers.Slice slice(Workload workload, Side side) throws Exception {
        side.beginRound();
        return Callers.run(side, side.callers(workload.callers()), slice);
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        if (sorted.isEmpty()) {
            return Double.NaN;
        }
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
