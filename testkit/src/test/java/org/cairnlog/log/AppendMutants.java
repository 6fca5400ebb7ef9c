// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import static org.cairnlog.log.Mutant.of;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.cairnlog.event.EventData;
import org.cairnlog.event.Husk;
import org.cairnlog.event.Limits;
import org.cairnlog.event.Metadata;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.event.StreamId;

/** Logs that store wrongly what they were right to accept. */
final class AppendMutants {
    private static final long A_MOMENT_NANOS = 1_000_000;
    private static final int TEN_MEGABYTES = 10_000_000;

    private AppendMutants() {}

    static List<Mutant> all() {
        return List.of(
                of(
                        "Order",
                        "goes back with the clock, but not behind the first event",
                        (clock, ids) -> new MemoryEventLog(clock, ids) {
                            @Override
                            Instant now() {
                                Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
                                Instant first = entries.isEmpty()
                                        ? now
                                        : entries.getFirst().recordedAt();
                                return now.isBefore(first) ? first : now;
                            }
                        }),
                of(
                        "Order",
                        "shows a position while a lower one is not committed",
                        (clock, ids) -> new MemoryEventLog(clock, ids) {
                            private final Set<Long> uncommitted = new ConcurrentSkipListSet<>();
                            private final AtomicInteger writers = new AtomicInteger();

                            @Override
                            Appended store(Append append) {
                                for (int i = 1; i <= append.events().size(); i++) {
                                    uncommitted.add((long) entries.size() + i);
                                }
                                return super.store(append);
                            }

                            @Override
                            public Appended append(Append append) {
                                boolean alone = writers.getAndIncrement() == 0;
                                try {
                                    Appended appended = super.append(append);
                                    if (!alone && appended.firstPosition() % 2 == 0) {
                                        LockSupport.parkNanos(A_MOMENT_NANOS);
                                    }
                                    for (int i = 0; i < append.events().size(); i++) {
                                        uncommitted.remove(appended.firstPosition() + i);
                                    }
                                    return appended;
                                } finally {
                                    writers.decrementAndGet();
                                }
                            }

                            @Override
                            public LogPage page(LogRead read) {
                                return locked(() -> {
                                    Set<Long> hidden = new HashSet<>(uncommitted);
                                    long visible = entries.size();
                                    while (hidden.contains(visible)) {
                                        visible--;
                                    }
                                    boolean open = read.upTo() == null || position(read.upTo()) > visible;
                                    LogPage page = super.page(open ? read.upTo(cursor(visible)) : read);
                                    List<RecordedEvent> seen = page.events().stream()
                                            .filter(event -> !hidden.contains(event.position()))
                                            .toList();
                                    return new LogPage(seen, page.searched(), cursor(visible), page.husks());
                                });
                            }
                        }),
                of("Contiguity", "leaves a gap after a conflict", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    private final StreamId nowhere = StreamId.of("gap", "gap");
                    private int burnt;

                    @Override
                    void checkVersions(Append append) {
                        try {
                            super.checkVersions(append);
                        } catch (VersionConflict conflict) {
                            burnt = 1;
                            throw conflict;
                        }
                    }

                    @Override
                    Appended store(Append append) {
                        for (; burnt > 0; burnt--) {
                            long position = entries.size() + 1L;
                            add(
                                    new Husk(
                                            position, nowhere, version(nowhere) + 1, now(), ids.get(), "gap", Set.of()),
                                    true);
                        }
                        return super.store(append);
                    }
                }),
                of("Atomicity", "loses the second event of a stream that interleaves", changing(append -> {
                    List<Append.NewEvent> kept = new ArrayList<>();
                    Set<StreamId> done = new HashSet<>();
                    for (Append.NewEvent event : append.events()) {
                        boolean goesOn =
                                !kept.isEmpty() && kept.getLast().stream().equals(event.stream());
                        if (goesOn || done.add(event.stream())) {
                            kept.add(event);
                        }
                    }
                    return kept;
                })),
                of("Atomicity", "puts the events of each stream together", changing(append -> {
                    Map<StreamId, List<Append.NewEvent>> byStream = new LinkedHashMap<>();
                    append.events()
                            .forEach(event -> byStream.computeIfAbsent(event.stream(), s -> new ArrayList<>())
                                    .add(event));
                    return byStream.values().stream().flatMap(List::stream).toList();
                })),
                of(
                        "Atomicity",
                        "keeps the streams that were right when one was wrong",
                        (clock, ids) -> new MemoryEventLog(clock, ids) {
                            @Override
                            void checkVersions(Append append) {
                                try {
                                    super.checkVersions(append);
                                } catch (VersionConflict conflict) {
                                    Set<StreamId> wrong = new HashSet<>();
                                    conflict.mismatches().forEach(mismatch -> wrong.add(mismatch.stream()));
                                    List<Append.NewEvent> right = append.events().stream()
                                            .filter(event -> !wrong.contains(event.stream()))
                                            .toList();
                                    if (right.size() < append.events().size() && !right.isEmpty()) {
                                        store(new Append(right, Map.of(), List.of(), Map.of()));
                                    }
                                    throw conflict;
                                }
                            }
                        }),
                of("Labels", "loses the labels of an append", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    @Override
                    Appended store(Append append) {
                        return super.store(
                                new Append(append.events(), append.expectations(), append.conditions(), Map.of()));
                    }
                }),
                of(
                        "Bytes",
                        "reads payloads as text",
                        keeping(data -> new EventData(
                                data.id(),
                                data.type(),
                                data.schemaVersion(),
                                data.occurredAt(),
                                data.contentType(),
                                data.payloadText().getBytes(StandardCharsets.UTF_8),
                                data.metadata(),
                                data.tags(),
                                data.baseline()))),
                of(
                        "Bytes",
                        "keeps the time of the event to the millisecond",
                        keeping(data -> data.occurredAt() == null
                                ? data
                                : data.withOccurredAt(data.occurredAt().truncatedTo(ChronoUnit.MILLIS)))),
                of(
                        "Bytes",
                        "folds the case of tags",
                        keeping(data -> data.withTags(data.tags().stream()
                                .map(tag -> tag.toLowerCase(Locale.ROOT))
                                .toList()))),
                of("Bytes", "keeps times in metadata as text", keeping(data -> {
                    Map<String, Object> values = new HashMap<>(data.metadata().asMap());
                    values.keySet().removeIf(key -> key.startsWith("$"));
                    if (values.values().stream().noneMatch(Instant.class::isInstance)) {
                        return data;
                    }
                    values.replaceAll((key, value) -> value instanceof Instant ? value.toString() : value);
                    return data.withMetadata(Metadata.copyOf(values));
                })),
                of(
                        "Bytes",
                        "takes a dot in a stream's id for an underscore",
                        changing(append -> append.events().stream()
                                .map(event -> new Append.NewEvent(
                                        StreamId.of(
                                                event.stream().category(),
                                                event.stream().id().replace('.', '_')),
                                        event.event()))
                                .toList())),
                of("LargePayloads", "refuses more than ten megabytes", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    @Override
                    public Appended append(Append append) {
                        if (append.events().stream()
                                .anyMatch(event -> event.event().size() > TEN_MEGABYTES)) {
                            throw new LogUnavailable("The payload is too large.", null);
                        }
                        return super.append(append);
                    }
                }),
                of("Limits", "allows one tag less", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    @Override
                    public Appended append(Append append) {
                        for (Append.NewEvent event : append.events()) {
                            if (event.event().tags().size() >= Limits.STANDARD.tags()) {
                                throw new IllegalArgumentException("Too many tags.");
                            }
                        }
                        return super.append(append);
                    }
                }),
                of("Interrupts", "appends though interrupted", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    @Override
                    public Appended append(Append append) {
                        boolean interrupted = Thread.interrupted();
                        try {
                            return super.append(append);
                        } finally {
                            if (interrupted) {
                                Thread.currentThread().interrupt();
                            }
                        }
                    }
                }));
    }

    private interface Change {
        List<Append.NewEvent> of(Append append);
    }

    /** Stores other events than it was given, and knows them again when they are repeated. */
    private static MemoryFixture.Maker changing(Change change) {
        return (clock, ids) -> new MemoryEventLog(clock, ids) {
            @Override
            public Appended append(Append append) {
                return super.append(
                        new Append(change.of(append), append.expectations(), append.conditions(), append.labels()));
            }
        };
    }

    /** Keeps something else than it was given. */
    private static MemoryFixture.Maker keeping(UnaryOperator<EventData> change) {
        return (clock, ids) -> new MemoryEventLog(clock, ids) {
            @Override
            void add(StoredEntry entry, boolean startsAppend) {
                super.add(
                        entry instanceof RecordedEvent event
                                ? new RecordedEvent(
                                        event.position(),
                                        event.stream(),
                                        event.version(),
                                        event.recordedAt(),
                                        change.apply(event.data()))
                                : entry,
                        startsAppend);
            }
        };
    }

    /** For mutants that must tell a known id from a new one. */
    static boolean knows(MemoryEventLog log, Append append) {
        for (UUID id : append.ids()) {
            if (log.positions.containsKey(id)) {
                return true;
            }
        }
        return false;
    }
}
