// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.cairnlog.log.Appended;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.LogRestore;
import org.cairnlog.log.MemoryEventLog;

/** Performs random operations on a log and on the log in memory, which is the oracle, and compares each answer. */
final class ModelRun {
    private static final int REMEMBERED = 12;
    private static final int MOST_TIMES = 5;
    private static final int CONTEXT = 3;

    private final long seed;
    private final Map<String, Long> outcomes = new TreeMap<>();
    private final Deque<String> latest = new ArrayDeque<>();

    /**
     * An operation that can be performed on either side.
     *
     * @param kind which outcomes are counted together
     * @param text what is done, for people
     * @param action does it and gives what is to be compared; may throw instead
     */
    record Operation(String kind, String text, Function<ModelSide, Object> action) {}

    /**
     * What a run found.
     *
     * @param operations how many operations were performed
     * @param outcomes how often each outcome was seen
     * @param difference the first answer that differs from the oracle's, and how it came about; empty if none did
     */
    record Result(int operations, Map<String, Long> outcomes, Optional<String> difference) {}

    ModelRun(long seed) {
        this.seed = seed;
    }

    /** Performs so many operations, and then as many more as it takes to see every wanted outcome, within reason. */
    Result run(AtomicLogFixture fixture, int operations, Set<String> wanted) {
        Set<UUID> known = new HashSet<>();
        MemoryEventLog memory = MemoryEventLog.open(fixture.clock());
        try (memory;
                LogMaintenance removal = memory.maintenance()) {
            var oracle = new ModelSide(() -> memory, () -> removal, new SecondMemory(memory, fixture), known);
            var subject = new ModelSide(fixture::log, fixture::maintenance, new SecondOf(fixture), known);
            var operationsOf = new ModelOperations(seed, fixture, oracle, known);
            int done = 0;
            while (done < operations
                    || (done < operations * MOST_TIMES && !outcomes.keySet().containsAll(wanted))) {
                done++;
                Optional<String> difference = perform(operationsOf.next(done), oracle, subject, done);
                if (difference.isPresent()) {
                    return new Result(done, outcomes, difference);
                }
            }
            var idOfTheLast = new UUID(seed, seed);
            known.add(idOfTheLast);
            for (Operation operation : ModelOperations.last(idOfTheLast)) {
                done++;
                Optional<String> difference = perform(operation, oracle, subject, done);
                if (difference.isPresent()) {
                    return new Result(done, outcomes, difference);
                }
            }
            return new Result(done, outcomes, Optional.empty());
        }
    }

    private static final class SecondMemory implements ModelSide.Second {
        private final UUID id;
        private final MemoryEventLog log;

        SecondMemory(MemoryEventLog first, AtomicLogFixture fixture) {
            id = first.id();
            log = MemoryEventLog.open(fixture.clock());
        }

        @Override
        public LogRestore restore() {
            return log.restore(id);
        }

        @Override
        public AtomicEventLog log() {
            return log;
        }

        @Override
        public LogMaintenance maintenance() {
            return log.maintenance();
        }
    }

    private record SecondOf(AtomicLogFixture fixture) implements ModelSide.Second {
        @Override
        public LogRestore restore() {
            return fixture.restore(fixture.log().id());
        }

        @Override
        public AtomicEventLog log() {
            return fixture.restored();
        }

        @Override
        public LogMaintenance maintenance() {
            return fixture.restoredMaintenance();
        }
    }

    private Optional<String> perform(Operation operation, ModelSide oracle, ModelSide subject, int number) {
        Object right = answer(operation, oracle);
        String expected = oracle.text(right);
        String actual = subject.text(answer(operation, subject));
        outcomes.merge(operation.kind() + ": " + outcome(right), 1L, Long::sum);
        latest.add(number + " " + operation.text());
        if (latest.size() > REMEMBERED) {
            latest.remove();
        }
        return expected.equals(actual)
                ? Optional.empty()
                : Optional.of("Operation " + number + " of seed " + seed + " differs (-Dcairn.seed=" + seed
                        + " repeats it).\n  expected: " + around(expected, actual)
                        + "\n  but was:  " + around(actual, expected)
                        + "\n  after these operations, the last one being it:\n  " + String.join("\n  ", latest));
    }

    /** Of a long text only the lines about the first difference. */
    private static String around(String text, String other) {
        List<String> lines = text.lines().toList();
        List<String> others = other.lines().toList();
        int at = 0;
        while (at < Math.min(lines.size(), others.size()) && lines.get(at).equals(others.get(at))) {
            at++;
        }
        int from = Math.max(0, at - CONTEXT);
        int to = Math.min(lines.size(), at + CONTEXT);
        return (from == 0 ? "" : "(" + from + " lines) ") + String.join("\n", lines.subList(from, to));
    }

    private static Object answer(Operation operation, ModelSide side) {
        try {
            return operation.action().apply(side);
        } catch (RuntimeException e) {
            return e;
        }
    }

    private static String outcome(Object answer) {
        return switch (answer) {
            case RuntimeException e -> e.getClass().getSimpleName();
            case Appended appended -> appended.repeated() ? "repeated" : "stored";
            case Collection<?> found -> found.isEmpty() ? "nothing" : "something";
            case Optional<?> found -> found.isEmpty() ? "nothing" : "something";
            case Boolean yes -> yes ? "yes" : "no";
            default -> "done";
        };
    }
}
