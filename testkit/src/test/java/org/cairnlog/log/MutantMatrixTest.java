// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.cairnlog.testkit.AtomicEventLogContract;
import org.cairnlog.testkit.PersistenceContract;
import org.cairnlog.testkit.PersistentLogFixture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * The contracts under test: the log in memory passes all of them, and each mutant fails those of its own guarantee and
 * passes all others. A guarantee that no mutant fails would be decoration.
 */
class MutantMatrixTest {
    private static final String COLUMNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int THREADS = 3;
    private static final int MESSAGE_CHARS = 400;
    private static final ThreadLocal<Supplier<MemoryFixture>> UNDER_TEST = new ThreadLocal<>();

    /** Every contract, on the log that the calling thread has put under test. */
    static class EveryContract extends AtomicEventLogContract {
        @Override
        protected MemoryFixture open() {
            return UNDER_TEST.get().get();
        }

        @Nested
        class Persistence extends PersistenceContract {
            @Override
            protected PersistentLogFixture open() {
                return EveryContract.this.open();
            }
        }
    }

    /** How many tests of each guarantee failed, and what the first failure of each said. */
    private record Row(Mutant mutant, Map<String, Integer> failures, List<String> messages, int tests) {
        boolean isOnDiagonal() {
            return failures.keySet().equals(Set.of(mutant.guarantee()));
        }
    }

    @Test
    void every_mutant_fails_its_own_guarantee_and_no_other() throws Exception {
        var unchanged = new Mutant("nothing", "", () -> new MemoryFixture(MemoryEventLog::new));
        Set<String> guarantees = new LinkedHashSet<>();
        Row healthy = run(unchanged, guarantees);
        List<Row> rows = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<Row>> running = Mutant.all().stream()
                    .map(mutant -> threads.submit(() -> run(mutant, new LinkedHashSet<>())))
                    .toList();
            for (Future<Row> row : running) {
                rows.add(row.get());
            }
        }
        print(guarantees, healthy, rows);
        assertThat(healthy.failures()).as(String.join("\n", healthy.messages())).isEmpty();
        assertThat(rows.stream().filter(row -> !row.isOnDiagonal()).map(MutantMatrixTest::explain))
                .as("mutants that do not fail exactly the contract of their guarantee")
                .isEmpty();
        assertThat(rows.stream().map(row -> row.mutant().guarantee()))
                .as("guarantees that a mutant breaks")
                .containsAll(guarantees);
    }

    private static Row run(Mutant mutant, Set<String> guarantees) {
        UNDER_TEST.set(mutant.fixture());
        Map<String, Integer> failures = new TreeMap<>();
        List<String> messages = new ArrayList<>();
        int[] tests = new int[1];
        LauncherDiscoveryRequest everything = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(EveryContract.class))
                .build();
        LauncherFactory.create().execute(everything, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                String guarantee = guarantee(test);
                guarantees.add(guarantee);
                tests[0] += test.isTest() ? 1 : 0;
                if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                    failures.merge(guarantee, 1, Integer::sum);
                    String cause =
                            result.getThrowable().map(Throwable::toString).orElse("aborted");
                    messages.add(guarantee + "." + test.getDisplayName() + ": "
                            + cause.substring(0, Math.min(MESSAGE_CHARS, cause.length())));
                }
            }
        });
        guarantees.remove("");
        return new Row(mutant, failures, messages, tests[0]);
    }

    private static String guarantee(TestIdentifier test) {
        return test.getUniqueIdObject().getSegments().stream()
                .filter(segment -> segment.getType().equals("nested-class"))
                .map(UniqueId.Segment::getValue)
                .findFirst()
                .orElse("");
    }

    private static String explain(Row row) {
        return "\n\"" + row.mutant().name() + "\" should fail " + row.mutant().guarantee() + " only:\n  "
                + String.join("\n  ", row.messages());
    }

    private static void print(Set<String> guarantees, Row healthy, List<Row> rows) {
        Set<String> ordered = new LinkedHashSet<>();
        rows.forEach(row -> ordered.add(row.mutant().guarantee()));
        ordered.addAll(guarantees);
        List<String> columns = List.copyOf(ordered);
        var text = new StringBuilder("\nGuarantee x mutant: " + columns.size() + " guarantees, " + rows.size()
                + " mutants, " + healthy.tests() + " tests each. A cell is how many tests failed, . is none.\n");
        for (int i = 0; i < columns.size(); i++) {
            text.append("%s %-18s%s".formatted(COLUMNS.charAt(i), columns.get(i), i % 5 == 4 ? "\n" : ""));
        }
        text.append("\n\n%-2s%-64s%s%n".formatted("", "", COLUMNS.substring(0, columns.size())));
        List<Row> all = new ArrayList<>(List.of(healthy));
        all.addAll(rows);
        for (Row row : all) {
            int own = columns.indexOf(row.mutant().guarantee());
            text.append("%-2s%-64s"
                    .formatted(own < 0 ? "" : COLUMNS.charAt(own), row.mutant().name()));
            columns.forEach(guarantee -> {
                int failed = row.failures().getOrDefault(guarantee, 0);
                text.append(failed == 0 ? "." : failed > 9 ? "+" : String.valueOf(failed));
            });
            text.append(row.mutant() == healthy.mutant() || row.isOnDiagonal() ? "\n" : "  <-- not its own only\n");
        }
        System.out.println(text);
    }
}
