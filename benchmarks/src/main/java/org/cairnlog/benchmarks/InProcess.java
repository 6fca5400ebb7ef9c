// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * What stays in the process, by JMH: in each round every side once, in turn, each in a process of its own.
 *
 * @param name of the workload
 * @param title a line of the table
 * @param threads how many call at the same time
 * @param sides what JMH runs, by the side's name
 * @param bars what is asked of the ratio of two sides
 * @param notes what else is worth saying
 */
record InProcess(
        String name, String title, int threads, Map<String, Call> sides, List<Workload.Bar> bars, List<String> notes) {
    private static final int THREADS = 8;
    private static final String BYTES = "gc.alloc.rate.norm";
    private static final int ROUNDS = 7;

    /** A method that JMH runs, with its parameter if it has one. */
    private record Call(
            Class<?> of, String method, @Nullable String store) {}

    static List<InProcess> all() {
        // One of JMH at a time is a matter of the machine, and everything else here asks for a quiet one too.
        System.setProperty("jmh.ignoreLock", "true");
        List<String> memory = List.of(
                "Axon and Occurrent keep the caller's bytes and give them out again; the side that has a bar copies"
                        + " them in its adapter, as Cairn does by itself",
                "Occurrent has an order within each stream only");
        List<InProcess> all = new ArrayList<>();
        all.add(logs("memory-append", "In memory, append 1 event, threads: " + THREADS, "append", THREADS, memory));
        all.add(logs("memory-read", "In memory, read a stream of 1,000", "read", 1, memory));
        all.add(models());
        all.add(codec("encode"));
        all.add(codec("decode"));
        return all;
    }

    private static InProcess logs(String name, String title, String method, int threads, List<String> notes) {
        Map<String, Call> sides = new LinkedHashMap<>();
        for (MemoryStore.Kind kind : MemoryStore.Kind.values()) {
            sides.put(kind.side, new Call(MemoryLogs.class, method, kind.name()));
        }
        String cairn = MemoryStore.Kind.CAIRN.side;
        List<String> copying = List.of(MemoryStore.Kind.AXON_COPYING.side);
        return new InProcess(name, title, threads, sides, List.of(new Workload.Bar(cairn, copying, 2)), notes);
    }

    private static InProcess models() {
        Map<String, Call> sides = new LinkedHashMap<>();
        List<Workload.Bar> bars = new ArrayList<>();
        for (MemoryModels.Kind kind : MemoryModels.Kind.values()) {
            sides.put(kind.side, new Call(MemoryModels.class, "loadAndAppend", kind.name()));
            if (kind != MemoryModels.Kind.CAIRN) {
                bars.add(new Workload.Bar(MemoryModels.Kind.CAIRN.side, List.of(kind.side), 1));
            }
        }
        List<String> notes = List.of(
                "Cairn and Occurrent turn each event into JSON and back; Axon's memory engine keeps the objects",
                "Occurrent's application service is written again here: its module does not resolve");
        return new InProcess("memory-model", "In memory, load a state and append 1 event", 1, sides, bars, notes);
    }

    private static InProcess codec(String way) {
        Map<String, Call> sides = new LinkedHashMap<>();
        sides.put("Cairn's codec", new Call(Codecs.class, way, null));
        sides.put("Jackson alone", new Call(Codecs.class, way + "ByJackson", null));
        return new InProcess("codec-" + way, "JSON of 200 bytes, " + way + " an event", 1, sides, List.of(), List.of());
    }

    /** How long it takes, about; most of it to begin a process for each round of each side. */
    Duration time() {
        return Duration.ofSeconds(4).multipliedBy((long) ROUNDS * sides.size());
    }

    /** Runs it. */
    Result measure() throws RunnerException {
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        Map<String, List<Double>> bytes = new LinkedHashMap<>();
        sides.keySet().forEach(side -> {
            rates.put(side, new ArrayList<>());
            bytes.put(side, new ArrayList<>());
        });
        for (int round = 0; round < ROUNDS; round++) {
            List<String> order = new ArrayList<>(sides.keySet());
            if (round % 2 == 1) {
                Collections.reverse(order);
            }
            for (String side : order) {
                RunResult result = run(Objects.requireNonNull(sides.get(side)));
                Objects.requireNonNull(rates.get(side))
                        .add(result.getPrimaryResult().getScore());
                Objects.requireNonNull(bytes.get(side))
                        .add(Objects.requireNonNull(result.getSecondaryResults().get(BYTES))
                                .getScore());
            }
        }
        List<Result.Row> rows = new ArrayList<>();
        rates.forEach((side, of) ->
                rows.add(Result.Row.inProcess(side, of, Rounds.median(Objects.requireNonNull(bytes.get(side))))));
        return new Result(name, title, rows, Result.verdicts(bars, rates), notes);
    }

    private RunResult run(Call call) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + call.of().getName().replace(".", "\\.") + "\\." + call.method() + "$")
                .threads(threads)
                .forks(1)
                .warmupIterations(2)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(700))
                .timeUnit(TimeUnit.SECONDS)
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        if (call.store() != null) {
            options.param("store", call.store());
        }
        return new Runner(options.build()).runSingle();
    }
}
