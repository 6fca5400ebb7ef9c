// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.io.IOException;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs Cairn beside its floors and its peers, and reports. */
@Command(
        name = "cairn bench",
        mixinStandardHelpOptions = true,
        description = "Runs Cairn beside its floors and its peers, and writes a report with plots. Takes less than an"
                + " hour on two cores; nothing else should run meanwhile.",
        footerHeading =
                "%nExit code 0: measured; a missed bar is in the report. 1: a workload failed, or a log does not"
                        + " hold what was acknowledged. 2: the arguments are wrong.%nExamples:%n",
        footer = {
            "  cairn bench --quick",
            "  cairn bench --only append --only sqlite",
            "  cairn bench --history git-history.ndjson.gz --out target/bench-5"
        })
public final class Bench implements Callable<Integer> {
    private static final int LARGE = 5_000_000;
    private static final int QUICK_LARGE = 200_000;
    private static final int ROUNDS = 7;
    private static final Duration IDLE = Duration.ofSeconds(10);
    /** What a quick run leaves out. */
    private static final String LONG =
            "(seeds|large|import|small-heap|idle|memory|codec).*|joined-(16|64)|peers-(read|append-100).*"
                    + "|append-16|read-type";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--quick", description = "Fewer workloads and shorter rounds: at most 3 minutes.")
    private boolean quick;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            description = "Workloads whose name begins so; may be repeated. A wrong one lists all.")
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

    @Option(names = "--out", paramLabel = "FOLDER", description = "Where the report goes: ${DEFAULT-VALUE}.")
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

    /** Something to measure. */
    private interface Measuring {
        Result measure(Site site) throws Exception;
    }

    /**
     * A part of a run.
     *
     * @param time how long it takes, about
     */
    private record Part(String name, Duration time, Measuring measuring) {}

    @Override
    public Integer call() throws Exception {
        long started = System.nanoTime();
        Rounds rounds = quick
                ? new Rounds(Duration.ofMillis(600), Duration.ofMillis(200), ROUNDS)
                : new Rounds(Duration.ofSeconds(4), Duration.ofSeconds(1), ROUNDS);
        List<Part> parts = wanted(parts(rounds));
        try (Site site = Site.open(store, quick ? Duration.ofMillis(100) : Duration.ofMillis(400))) {
            // Also when it is interrupted, nothing stays behind.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(site)));
            Map<String, String> machine = Machine.describe(site);
            Report.print(System.out, machine);
            List<Result> results = new ArrayList<>();
            List<String> failed = new ArrayList<>();
            var progress = new Progress(parts.stream().map(Part::time).toList());
            for (Part part : parts) {
                System.out.println();
                System.out.println(progress.next(part.name()));
                try {
                    Result result = part.measuring().measure(site);
                    results.add(result);
                    System.out.print(Report.text(result));
                } catch (Exception e) {
                    // The other parts are worth having all the same.
                    failed.add(part.name() + ": " + e);
                    System.out.println("FAILED: " + e);
                }
            }
            machine.put("this run", time(System.nanoTime() - started) + (quick ? ", quick: " : ": ") + rounds.text());
            Report.write(out, machine, results, failed);
            return end(results, failed, Duration.ofNanos(System.nanoTime() - started));
        }
    }

    private int end(List<Result> results, List<String> failed, Duration took) {
        System.out.println();
        List<Result.Verdict> verdicts =
                results.stream().flatMap(result -> result.verdicts().stream()).toList();
        System.out.printf(
                "%d of %d bars are reached, in %s. The report is in %s%n",
                verdicts.stream().filter(Result.Verdict::reached).count(),
                verdicts.size(),
                time(took.toNanos()),
                out.toAbsolutePath());
        failed.forEach(failure -> System.out.println("FAILED: " + failure));
        return failed.isEmpty() ? 0 : 1;
    }

    private static String time(long nanos) {
        Duration time = Duration.ofNanos(nanos);
        return time.toMinutes() + " min " + time.toSecondsPart() + " s";
    }

    private static void close(Site site) {
        try {
            site.close();
        } catch (IOException e) {
            System.err.println("Something is left behind: " + e);
        }
    }

    private List<Part> parts(Rounds rounds) throws Exception {
        var logs = new LargeLog(quick ? QUICK_LARGE : LARGE);
        List<Part> parts = new ArrayList<>();
        for (Workload workload : workloads(logs)) {
            if (!sides.isEmpty()) {
                workload.sides().keySet().retainAll(sides);
                workload.bars().clear();
            }
            if (!workload.sides().isEmpty()) {
                Duration time = rounds.time().multipliedBy(workload.sides().size());
                parts.add(new Part(workload.name(), time, site -> Result.of(rounds.run(workload, site))));
            }
        }
        if (sides.isEmpty()) {
            parts.add(new Part(
                    "small-heap", Duration.ofMinutes(3), site -> SmallHeap.measure(site, logs, quick ? 1 : ROUNDS)));
            if (store == null) {
                parts.add(new Part("idle", IDLE.multipliedBy(2), site -> Idle.measure(site, logs, IDLE)));
            }
            Rounds wakes = quick ? rounds : new Rounds(Duration.ZERO, Duration.ofSeconds(2), ROUNDS);
            parts.add(new Part("wakes", wakes.time().multipliedBy(2), site -> Wakes.measure(site, wakes)));
            for (InProcess workload : InProcess.all()) {
                parts.add(new Part(workload.name(), workload.time(), site -> workload.measure()));
            }
        }
        return parts;
    }

    /** What was asked for; a name that nothing has is a mistake. */
    private List<Part> wanted(List<Part> parts) {
        for (String name : only) {
            if (parts.stream().noneMatch(part -> part.name().startsWith(name))) {
                throw usage("--only " + name + ": no workload begins so"
                        + (name.startsWith("import") ? ", because imports need --history" : "")
                        + (name.equals("idle") ? ", because that counts in the log of its own server" : "")
                        + ". There are "
                        + String.join(", ", parts.stream().map(Part::name).toList()) + ".");
            }
        }
        if (parts.isEmpty()) {
            throw usage("--side " + String.join(", ", sides) + ": no workload has a side of that name.");
        }
        return parts.stream()
                .filter(part -> only.isEmpty()
                        ? !(quick && part.name().matches(LONG))
                        : only.stream().anyMatch(part.name()::startsWith))
                .toList();
    }

    private CommandLine.ParameterException usage(String problem) {
        return new CommandLine.ParameterException(spec.commandLine(), problem);
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
        if (history != null) {
            if (!Files.isReadable(history)) {
                throw usage("--history " + history + ": there is no such file, or it must not be read.");
            }
            all.addAll(Imports.all(history));
        }
        return all;
    }
}
