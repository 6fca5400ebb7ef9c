// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs Cairn beside its floors and its peers, and reports. */
@Command(
        name = "cairn bench",
        mixinStandardHelpOptions = true,
        description = "Runs Cairn beside its floors and its peers, and writes a report with plots. Takes less than an"
                + " hour on two cores; nothing else should run meanwhile.")
public final class Bench implements Callable<Integer> {
    private static final int LARGE = 5_000_000;
    private static final int QUICK_LARGE = 200_000;
    private static final int ROUNDS = 7;
    /** What a quick run leaves out. */
    private static final String LONG =
            "(seeds|large|import|small-heap|idle|memory|codec).*|joined-(16|64)|peers-(read|append-100).*"
                    + "|append-16|read-type";

    @Option(names = "--quick", description = "Fewer workloads and shorter rounds: at most 3 minutes.")
    private boolean quick;

    @Option(names = "--only", paramLabel = "NAME", description = "Workloads whose name begins so; may be repeated.")
    private List<String> only = new ArrayList<>();

    @Option(names = "--store", paramLabel = "URL", description = "JDBC URL of a PostgreSQL to use instead of its own.")
    private @Nullable String store;

    @Option(names = "--side", paramLabel = "SIDE", description = "Only these sides, for a profiler; may be repeated.")
    private List<String> sides = new ArrayList<>();

    @Option(
            names = "--history",
            paramLabel = "FILE",
            description = "A history as CloudEvents, one a line, gzipped, to import; or CAIRN_HISTORY.")
    private @Nullable Path history = history();

    @Option(names = "--out", paramLabel = "FOLDER", description = "Where the report goes.")
    private Path out = Path.of("target", "bench");

    private Bench() {}

    /**
     * Runs it.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Bench()).execute(args));
    }

    private static @Nullable Path history() {
        String file = System.getenv("CAIRN_HISTORY");
        return file == null ? null : Path.of(file);
    }

    @Override
    public Integer call() throws Exception {
        Rounds rounds = quick
                ? new Rounds(Duration.ofMillis(700), Duration.ofMillis(200), ROUNDS)
                : new Rounds(Duration.ofSeconds(4), Duration.ofSeconds(1), ROUNDS);
        List<Result> results = new ArrayList<>();
        try (Site site = Site.open(store)) {
            Map<String, String> machine = Machine.describe(site);
            Report.print(System.out, machine);
            var logs = new LargeLog(quick ? QUICK_LARGE : LARGE);
            for (Workload workload : workloads(logs)) {
                if (isWanted(workload.name())) {
                    if (!sides.isEmpty()) {
                        workload.sides().keySet().retainAll(sides);
                        workload.bars().clear();
                    }
                    add(results, Result.of(rounds.run(workload, site)));
                }
            }
            if (isWanted("small-heap")) {
                add(results, SmallHeap.measure(site, logs, quick ? 1 : ROUNDS));
            }
            if (isWanted("idle")) {
                add(results, Idle.measure(site, logs, Duration.ofSeconds(10)));
            }
            if (isWanted("wakes")) {
                add(results, Wakes.measure(site, Duration.ofSeconds(quick ? 4 : 20)));
            }
            for (InProcess workload : InProcess.all()) {
                if (isWanted(workload.name())) {
                    add(results, workload.measure());
                }
            }
            Report.write(out, machine, results);
        }
        System.out.println("The report is in " + out.toAbsolutePath());
        return 0;
    }

    private List<Workload> workloads(LargeLog logs) throws Exception {
        List<Workload> all = new ArrayList<>(PostgresAppends.all());
        all.addAll(ConditionalAppends.all());
        all.add(TwoNodes.workload());
        all.addAll(Joined.all());
        all.addAll(Reads.all(logs));
        all.addAll(logs.appends());
        all.addAll(SqliteAppends.all());
        all.addAll(new Peers(quick).all());
        all.addAll(Repositories.all());
        all.addAll(Seeds.all());
        if (history != null && Files.isReadable(history)) {
            all.addAll(Imports.all(history));
        }
        return all;
    }

    private boolean isWanted(String name) {
        return only.isEmpty() ? !(quick && name.matches(LONG)) : only.stream().anyMatch(name::startsWith);
    }

    private static void add(List<Result> results, Result result) {
        results.add(result);
        System.out.println();
        System.out.print(Report.text(result));
    }
}
