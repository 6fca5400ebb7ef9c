// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Cairn beside its floors and its peers. */
@Command(name = "cairn bench", mixinStandardHelpOptions = true)
public final class Bench implements Callable<Integer> {
    @Option(names = "--quick", description = "Shorter slices and fewer workloads: less than 3 minutes.")
    private boolean quick;

    @Option(names = "--only", paramLabel = "NAME", description = "Workloads whose name begins so; may be repeated.")
    private List<String> only = new ArrayList<>();

    @Option(names = "--store", paramLabel = "URL", description = "JDBC URL of a PostgreSQL to use instead of its own.")
    private @Nullable String store;

    @Option(names = "--side", paramLabel = "SIDE", description = "Only these sides, for a profiler; may be repeated.")
    private List<String> sides = new ArrayList<>();

    private Bench() {}

    /**
     * Runs it.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Bench()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Rounds rounds = quick
                ? new Rounds(Duration.ofMillis(1000), Duration.ofMillis(300), 7)
                : new Rounds(Duration.ofSeconds(3), Duration.ofSeconds(1), 7);
        try (Site site = Site.open(store)) {
            for (Workload workload : PostgresAppends.all()) {
                if (!only.isEmpty() && only.stream().noneMatch(name -> workload.name().startsWith(name))) {
                    continue;
                }
                if (!sides.isEmpty()) {
                    workload.sides().keySet().retainAll(sides);
                    workload.bars().clear();
                }
                print(rounds.run(workload, site));
            }
        }
        return 0;
    }

    private static void print(Rounds.Outcome outcome) {
        System.out.println(outcome.workload().title());
        for (String side : outcome.workload().sides().keySet()) {
            var latencies = outcome.latencies(side);
            System.out.printf(
                    "  %-20s %10.0f /s  p50 %7.0f us  p99 %7.0f us  %6.0f B%n",
                    side,
                    outcome.median(side),
                    latencies.getValueAtPercentile(50) / 1e3,
                    latencies.getValueAtPercentile(99) / 1e3,
                    outcome.allocatedPerUnit(side));
        }
        for (Workload.Bar bar : outcome.workload().bars()) {
            System.out.printf(
                    "  %s / %s: %.2f (bar %.2f)%n", bar.side(), bar.by(), outcome.ratio(bar.side(), bar.by()), bar.least());
        }
    }
}
