// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.HistoryPage;
import org.cairnlog.log.LogBusy;
import org.cairnlog.log.OutcomeUnknown;
import org.cairnlog.log.StreamEvents;
import org.cairnlog.log.VersionConflict;

/**
 * Records what concurrent clients of a log do and see, and says afterwards whether the log can have behaved like one
 * that serves them one after the other, and whether everything that it acknowledged is where it said. For logs that
 * were empty and that nobody else uses meanwhile. Safe for use by many threads.
 */
public final class LogHistory {
    private final AtomicEventLog log;
    private final Queue<Linearizability.Call<Operation>> calls = new ConcurrentLinkedQueue<>();
    private final Queue<Acknowledged> ledger = new ConcurrentLinkedQueue<>();
    private final Queue<Append> unknown = new ConcurrentLinkedQueue<>();
    private final Queue<List<UUID>> reads = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();

    private record Acknowledged(Append append, Appended result) {}

    /** What a client did and saw. */
    private sealed interface Operation {}

    private record Appending(
            Map<StreamId, Integer> events, Map<StreamId, ExpectedVersion> expectations, Outcome outcome)
            implements Operation {}

    private record Reading(StreamId stream, long version) implements Operation {}

    private record Heading(long position) implements Operation {}

    private sealed interface Outcome {}

    private record Stored(long firstPosition, Map<StreamId, Long> versions) implements Outcome {}

    private record Conflicted(Map<StreamId, Long> actual) implements Outcome {}

    private record Unknown() implements Outcome {}

    /**
     * A history that is still empty.
     *
     * @param log the log to use
     */
    public LogHistory(AtomicEventLog log) {
        this.log = log;
    }

    /**
     * Appends, and notes the outcome instead of throwing it.
     *
     * @param append without conditions
     * @return the result; empty after a conflict, when the log was busy, or when the outcome is unknown
     */
    public Optional<Appended> append(Append append) {
        Map<StreamId, Integer> events = new LinkedHashMap<>();
        append.events().forEach(e -> events.merge(e.stream(), 1, Integer::sum));
        long invoked = System.nanoTime();
        try {
            Appended result = log.append(append);
            long returned = System.nanoTime();
            ledger.add(new Acknowledged(append, result));
            record(
                    "stored",
                    new Appending(events, append.expectations(), new Stored(result.firstPosition(), result.versions())),
                    invoked,
                    returned);
            return Optional.of(result);
        } catch (VersionConflict e) {
            long returned = System.nanoTime();
            Map<StreamId, Long> actual = e.mismatches().stream()
                    .collect(Collectors.toMap(VersionConflict.Mismatch::stream, VersionConflict.Mismatch::actual));
            record("conflict", new Appending(events, append.expectations(), new Conflicted(actual)), invoked, returned);
        } catch (OutcomeUnknown e) {
            unknown.add(append);
            record("unknown", new Appending(events, append.expectations(), new Unknown()), invoked, Long.MAX_VALUE);
        } catch (LogBusy e) {
            // Nothing was stored and nothing was seen: the history is the same without this call.
            count("busy");
        }
        return Optional.empty();
    }

    /**
     * Reads a stream.
     *
     * @param stream the stream
     * @return what was read
     */
    public StreamEvents read(StreamId stream) {
        long invoked = System.nanoTime();
        StreamEvents events = log.read(stream).toList();
        record("read", new Reading(stream, events.version()), invoked, System.nanoTime());
        reads.add(events.stream().map(RecordedEvent::id).toList());
        return events;
    }

    /**
     * Asks for the log's head.
     *
     * @return its position
     */
    public long head() {
        long invoked = System.nanoTime();
        long position = log.head().places().getFirst().position();
        record("head", new Heading(position), invoked, System.nanoTime());
        return position;
    }

    private void record(String outcome, Operation operation, long invoked, long returned) {
        calls.add(new Linearizability.Call<>(operation, invoked, returned));
        count(outcome);
    }

    private void count(String outcome) {
        counts.computeIfAbsent(outcome, o -> new AtomicLong()).incrementAndGet();
    }

    /**
     * How often each outcome was seen.
     *
     * @return stored, conflict, unknown, busy, read and head, as far as seen
     */
    public Map<String, Long> counts() {
        return counts.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().get()));
    }

    /**
     * Checks everything, when the clients are done.
     *
     * @return what cannot be; empty if all is well
     */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        List<List<StoredEntry>> appends = whole();
        List<StoredEntry> entries = appends.stream().flatMap(List::stream).toList();
        checkContiguous(entries, problems);
        checkLedger(entries, problems);
        checkReads(entries, problems);
        checkOrder(problems);
        return problems;
    }

    private List<List<StoredEntry>> whole() {
        List<List<StoredEntry>> all = new ArrayList<>();
        Cursor cursor = log.beginning();
        for (HistoryPage page = log.history(cursor); !page.appends().isEmpty(); page = log.history(cursor)) {
            all.addAll(page.appends());
            cursor = page.cursor();
        }
        return all;
    }

    private static void checkContiguous(List<StoredEntry> entries, List<String> problems) {
        Map<StreamId, Long> versions = new HashMap<>();
        for (int i = 0; i < entries.size(); i++) {
            StoredEntry entry = entries.get(i);
            long version = versions.merge(entry.stream(), 1L, Long::sum);
            if (entry.position() != i + 1 || entry.version() != version) {
                problems.add("position " + entry.position() + ", version " + entry.version() + " of " + entry.stream()
                        + " stands where position " + (i + 1) + ", version " + version + " belongs");
            }
        }
    }

    private void checkLedger(List<StoredEntry> entries, List<String> problems) {
        Map<UUID, StoredEntry> byId = new HashMap<>();
        entries.forEach(e -> {
            if (byId.put(e.id(), e) != null) {
                problems.add("event " + e.id() + " is there twice");
            }
        });
        long expected = 0;
        for (Acknowledged ack : ledger) {
            long position = ack.result().firstPosition();
            Map<StreamId, Long> versions = new HashMap<>();
            for (Append.NewEvent event : ack.append().events()) {
                StoredEntry there = byId.get(event.event().id());
                if (there == null
                        || there.position() != position
                        || !there.stream().equals(event.stream())) {
                    problems.add("event " + event.event().id() + " was acknowledged at position " + position + " of "
                            + event.stream() + ", but there is " + there);
                } else {
                    versions.put(there.stream(), there.version());
                }
                position++;
                expected++;
            }
            if (!versions.equals(ack.result().versions())) {
                problems.add("versions " + ack.result().versions() + " were acknowledged, but are " + versions);
            }
        }
        for (Append append : unknown) {
            long found = append.ids().stream().filter(byId::containsKey).count();
            if (found != 0 && found != append.events().size()) {
                problems.add(found + " of the " + append.events().size() + " events of one append are there");
            }
            expected += found;
        }
        if (expected != entries.size()) {
            problems.add(expected + " events were appended, but " + entries.size() + " are there");
        }
    }

    private void checkReads(List<StoredEntry> entries, List<String> problems) {
        Map<UUID, List<UUID>> streams = new HashMap<>();
        entries.stream()
                .collect(Collectors.groupingBy(StoredEntry::stream))
                .values()
                .forEach(ofStream -> streams.put(
                        ofStream.getFirst().id(),
                        ofStream.stream().map(StoredEntry::id).toList()));
        for (List<UUID> read : reads) {
            List<UUID> stream = read.isEmpty() ? List.of() : streams.getOrDefault(read.getFirst(), List.of());
            if (stream.size() < read.size() || !stream.subList(0, read.size()).equals(read)) {
                problems.add("a read gave " + read + ", which is not how the stream begins: " + stream);
            }
        }
    }

    private void checkOrder(List<String> problems) {
        List<Linearizability.Call<Operation>> all = List.copyOf(calls);
        boolean whole = all.stream().anyMatch(c -> c.operation() instanceof Heading);
        Collection<List<Linearizability.Call<Operation>>> parts = whole ? List.of(all) : independent(all);
        for (List<Linearizability.Call<Operation>> part : parts) {
            Linearizability.violation(new OneAfterTheOther(whole), part).ifPresent(problems::add);
        }
    }

    /** Divides the calls into groups that have no stream in common, each of which can be checked alone. */
    private static Collection<List<Linearizability.Call<Operation>>> independent(
            List<Linearizability.Call<Operation>> all) {
        Map<StreamId, Set<StreamId>> groups = new HashMap<>();
        for (Linearizability.Call<Operation> call : all) {
            Set<StreamId> joined = new HashSet<>();
            streams(call.operation()).forEach(s -> joined.addAll(groups.getOrDefault(s, Set.of(s))));
            joined.forEach(s -> groups.put(s, joined));
        }
        return all.stream()
                .collect(Collectors.groupingBy(call -> Collections.min(
                        groups.getOrDefault(streams(call.operation()).iterator().next(), Set.of()))))
                .values();
    }

    private static Set<StreamId> streams(Operation operation) {
        return switch (operation) {
            case Reading reading -> Set.of(reading.stream());
            case Heading heading -> Set.of();
            case Appending appending -> {
                Set<StreamId> all = new HashSet<>(appending.expectations().keySet());
                all.addAll(appending.events().keySet());
                yield all;
            }
        };
    }

    private record State(Map<StreamId, Long> versions, long head) {
        long version(StreamId stream) {
            return versions.getOrDefault(stream, 0L);
        }
    }

    /** A log that serves one client after the other; positions count only if the calls cover the whole log. */
    private record OneAfterTheOther(boolean whole) implements Linearizability.Model<State, Operation> {
        @Override
        public State initial() {
            return new State(Map.of(), 0);
        }

        @Override
        public Optional<State> step(State state, Operation operation) {
            boolean possible = switch (operation) {
                case Reading reading -> state.version(reading.stream()) == reading.version();
                case Heading heading -> state.head() == heading.position();
                case Appending appending -> isPossible(state, appending);
            };
            if (!possible) {
                return Optional.empty();
            }
            return Optional.of(
                    operation instanceof Appending appending && !(appending.outcome() instanceof Conflicted)
                            ? after(state, appending)
                            : state);
        }

        @Override
        public boolean onlyLooks(Operation operation) {
            return !(operation instanceof Appending appending) || appending.outcome() instanceof Conflicted;
        }

        private boolean isPossible(State state, Appending appending) {
            Map<StreamId, Long> wrong = new HashMap<>();
            appending.expectations().forEach((stream, expected) -> {
                if (!expected.isMetBy(state.version(stream))) {
                    wrong.put(stream, state.version(stream));
                }
            });
            return switch (appending.outcome()) {
                case Conflicted conflicted ->
                    !wrong.isEmpty() && conflicted.actual().equals(wrong);
                case Unknown unknown -> wrong.isEmpty();
                case Stored stored ->
                    wrong.isEmpty()
                            && (!whole || stored.firstPosition() == state.head() + 1)
                            && appending.events().entrySet().stream()
                                    .allMatch(e -> stored.versions().getOrDefault(e.getKey(), 0L)
                                            == state.version(e.getKey()) + e.getValue());
            };
        }

        private static State after(State state, Appending appending) {
            Map<StreamId, Long> versions = new HashMap<>(state.versions());
            long head = state.head();
            for (Map.Entry<StreamId, Integer> events : appending.events().entrySet()) {
                versions.merge(events.getKey(), (long) events.getValue(), Long::sum);
                head += events.getValue();
            }
            return new State(versions, head);
        }
    }
}
