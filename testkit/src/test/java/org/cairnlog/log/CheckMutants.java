// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import static org.cairnlog.log.Mutant.of;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiPredicate;
import java.util.stream.LongStream;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Husk;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.event.StreamId;

/** Logs that accept what they should refuse, or refuse what they should accept. */
final class CheckMutants {
    private static final long A_MOMENT_NANOS = 300_000;

    private CheckMutants() {}

    static List<Mutant> all() {
        return List.of(
                of(
                        "ExpectedVersions",
                        "ignores the expected number",
                        believing((log, belief) -> !(belief.getValue() instanceof ExpectedVersion.Exactly))),
                of(
                        "ExpectedVersions",
                        "takes exists for any",
                        believing((log, belief) -> !(belief.getValue() instanceof ExpectedVersion.Exists))),
                of("ExpectedVersions", "takes an emptied stream for a new one", believing((log, belief) -> {
                    MemoryStream known = log.streams.get(belief.getKey());
                    boolean emptied = known != null && known.removedBefore > known.version();
                    return !(emptied && belief.getValue() instanceof ExpectedVersion.NoStream);
                })),
                of("Guards", "ignores a guard that names a version", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    @Override
                    void checkVersions(Append append) {
                        Set<StreamId> written = new HashSet<>();
                        append.events().forEach(event -> written.add(event.stream()));
                        super.checkVersions(without(
                                append,
                                belief -> !written.contains(belief.getKey())
                                        && belief.getValue() instanceof ExpectedVersion.Exactly));
                    }
                }),
                of("Guards", "names only the first wrong belief", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    @Override
                    void checkVersions(Append append) {
                        try {
                            super.checkVersions(append);
                        } catch (VersionConflict conflict) {
                            throw new VersionConflict(conflict.mismatches().subList(0, 1));
                        }
                    }
                }),
                of("Idempotency", "compares the payload of a repeat", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    @Override
                    boolean isSame(Append.NewEvent event, StoredEntry stored) {
                        return super.isSame(event, stored)
                                && (!(stored instanceof RecordedEvent known)
                                        || known.data().equals(event.event()));
                    }
                }),
                of(
                        "Idempotency",
                        "takes a part of an append for the whole",
                        (clock, ids) -> new MemoryEventLog(clock, ids) {
                            @Override
                            boolean isOneAppend(long first, long last) {
                                return true;
                            }
                        }),
                of(
                        "Idempotency",
                        "does not look at the type of a repeat",
                        (clock, ids) -> new MemoryEventLog(clock, ids) {
                            @Override
                            boolean isSame(Append.NewEvent event, StoredEntry stored) {
                                return stored.id().equals(event.event().id())
                                        && stored.stream().equals(event.stream());
                            }
                        }),
                of(
                        "Idempotency",
                        "does not look at the order of a repeat",
                        (clock, ids) -> new MemoryEventLog(clock, ids) {
                            @Override
                            boolean isRepeat(Append append, long first) {
                                long lowest = append.ids().stream()
                                        .mapToLong(positions::get)
                                        .min()
                                        .orElseThrow();
                                List<Append.NewEvent> sorted = append.events().stream()
                                        .sorted((x, y) -> Long.compare(
                                                positions.get(x.event().id()),
                                                positions.get(y.event().id())))
                                        .toList();
                                return super.isRepeat(new Append(sorted, Map.of(), List.of(), Map.of()), lowest);
                            }
                        }),
                of("Idempotency", "sets the labels of a repeat", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    @Override
                    Optional<Appended> repeatOf(Append append) {
                        Optional<Appended> first = super.repeatOf(append);
                        if (first.isPresent()) {
                            append.labels()
                                    .forEach((stream, labels) -> labels.forEach((name, value) ->
                                            known(stream).labels.put(name, new Label(value, now()))));
                        }
                        return first;
                    }
                }),
                of("CheckOrder", "checks versions before ids", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    @Override
                    Optional<Appended> repeatOf(Append append) {
                        if (AppendMutants.knows(this, append)) {
                            checkVersions(append);
                        }
                        return super.repeatOf(append);
                    }
                }),
                of("CheckOrder", "checks conditions before ids", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    @Override
                    Optional<Appended> repeatOf(Append append) {
                        if (AppendMutants.knows(this, append)) {
                            checkConditions(append);
                        }
                        return super.repeatOf(append);
                    }
                }),
                of(
                        "CheckOrder",
                        "checks versions before deleted streams",
                        (clock, ids) -> new MemoryEventLog(clock, ids) {
                            @Override
                            void checkDeleted(Append append) {
                                if (append.expectations().size() > 1) {
                                    checkVersions(without(
                                            append,
                                            belief -> streams.containsKey(belief.getKey())
                                                    && isDeleted(streams.get(belief.getKey()))));
                                }
                                super.checkDeleted(append);
                            }
                        }),
                of("CheckOrder", "checks conditions before versions", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    @Override
                    void checkVersions(Append append) {
                        checkConditions(append);
                        super.checkVersions(append);
                    }
                }),
                of("Conditions", "counts the event at the point", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    @Override
                    OptionalLong firstMatch(EventQuery query, long after) {
                        return super.firstMatch(query, Math.max(0, after - 1));
                    }
                }),
                of("Conditions", "names the last match", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    @Override
                    OptionalLong firstMatch(EventQuery query, long after) {
                        return LongStream.rangeClosed(after + 1, entries.size())
                                .filter(position -> matchesPlace(query, entry(position)))
                                .max();
                    }
                }),
                of(
                        "Conditions",
                        "is met by any of the tags",
                        matching((item, entry) -> withoutTags(item).matchesPlace(entry)
                                && (item.tags().isEmpty() || !Collections.disjoint(item.tags(), entry.tags())))),
                of(
                        "Conditions",
                        "matches types through a filter that is not exact",
                        matching((item, entry) -> item.matchesPlace(entry)
                                || item.types().stream()
                                        .anyMatch(type ->
                                                type.length() == entry.type().length()))),
                of(
                        "Conditions",
                        "looks only at the streams that are written",
                        (clock, ids) -> new MemoryEventLog(clock, ids) {
                            private Set<StreamId> written = Set.of();

                            @Override
                            void checkConditions(Append append) {
                                written = new HashSet<>();
                                append.events().forEach(event -> written.add(event.stream()));
                                super.checkConditions(append);
                            }

                            @Override
                            OptionalLong firstMatch(EventQuery query, long after) {
                                return LongStream.rangeClosed(after + 1, entries.size())
                                        .filter(p ->
                                                written.contains(entry(p).stream()) && matchesPlace(query, entry(p)))
                                        .findFirst();
                            }
                        }),
                of("Conditions", "checks only the first condition", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    @Override
                    void checkConditions(Append append) {
                        List<Append.Condition> first =
                                append.conditions().stream().limit(1).toList();
                        super.checkConditions(
                                new Append(append.events(), append.expectations(), first, append.labels()));
                    }
                }),
                of("Husks", "forgets removed events in conditions", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    @Override
                    OptionalLong firstMatch(EventQuery query, long after) {
                        return LongStream.rangeClosed(after + 1, entries.size())
                                .filter(p -> !(entry(p) instanceof Husk) && matchesPlace(query, entry(p)))
                                .findFirst();
                    }
                }),
                of(
                        "Deletion",
                        "forgets the tombstone of a deleted stream",
                        (clock, ids) -> new MemoryEventLog(clock, ids) {
                            @Override
                            void checkDeleted(Append append) {
                                try {
                                    super.checkDeleted(append);
                                } catch (StreamDeleted deleted) {
                                    if (!append.expected(deleted.stream()).equals(ExpectedVersion.any())) {
                                        throw deleted;
                                    }
                                }
                            }
                        }),
                of("Races", "checks conditions outside the lock", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    @Override
                    public Appended append(Append append) {
                        if (append.conditions().isEmpty()) {
                            return super.append(append);
                        }
                        return checkedFirst(
                                this,
                                append,
                                new Append(append.events(), append.expectations(), List.of(), append.labels()));
                    }
                }),
                of("Races", "checks guards outside the lock", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    @Override
                    public Appended append(Append append) {
                        Set<StreamId> written = new HashSet<>();
                        append.events().forEach(event -> written.add(event.stream()));
                        Append unguarded = without(append, belief -> !written.contains(belief.getKey()));
                        return unguarded.expectations().size()
                                        == append.expectations().size()
                                ? super.append(append)
                                : checkedFirst(this, append, unguarded);
                    }
                }));
    }

    /** A log that leaves out the beliefs for which the test is false. */
    private static MemoryFixture.Maker believing(
            BiPredicate<MemoryEventLog, Map.Entry<StreamId, ExpectedVersion>> kept) {
        return (clock, ids) -> new MemoryEventLog(clock, ids) {
            @Override
            void checkVersions(Append append) {
                Set<StreamId> written = new HashSet<>();
                append.events().forEach(event -> written.add(event.stream()));
                super.checkVersions(
                        without(append, belief -> written.contains(belief.getKey()) && !kept.test(this, belief)));
            }
        };
    }

    private interface Left {
        boolean out(Map.Entry<StreamId, ExpectedVersion> belief);
    }

    private static Append without(Append append, Left left) {
        Map<StreamId, ExpectedVersion> beliefs = new LinkedHashMap<>(append.expectations());
        beliefs.entrySet().removeIf(left::out);
        return new Append(append.events(), beliefs, append.conditions(), append.labels());
    }

    private static MemoryFixture.Maker matching(BiPredicate<EventQuery.Item, StoredEntry> matches) {
        return (clock, ids) -> new MemoryEventLog(clock, ids) {
            @Override
            boolean matchesPlace(EventQuery query, StoredEntry entry) {
                return query.items().stream().anyMatch(item -> matches.test(item, entry));
            }

            @Override
            OptionalLong firstMatch(EventQuery query, long after) {
                return LongStream.rangeClosed(after + 1, entries.size())
                        .filter(position -> matchesPlace(query, entry(position)))
                        .findFirst();
            }

            @Override
            void checkConditions(Append append) {
                for (Append.Condition condition : append.conditions()) {
                    long after = condition.after() == null ? 0 : position(condition.after());
                    OptionalLong match = firstMatch(condition.query(), after);
                    if (match.isPresent()) {
                        EventQuery.Item item = condition.query().items().stream()
                                .filter(i -> matches.test(i, entry(match.getAsLong())))
                                .findFirst()
                                .orElseThrow();
                        throw new ConditionFailed(item, match.getAsLong(), condition.after());
                    }
                }
            }
        };
    }

    private static EventQuery.Item withoutTags(EventQuery.Item item) {
        return new EventQuery.Item(
                item.streams(),
                item.categories(),
                item.types(),
                Set.of(),
                item.recordedAfter(),
                item.metadata(),
                item.buckets());
    }

    /** Checks the whole, lets others in, and stores the part without checking again what was left out. */
    private static Appended checkedFirst(MemoryEventLog log, Append whole, Append part) {
        boolean repeat = log.locked(() -> {
            if (AppendMutants.knows(log, whole)) {
                return true;
            }
            log.checkDeleted(whole);
            log.checkVersions(whole);
            log.checkConditions(whole);
            return false;
        });
        if (!repeat) {
            LockSupport.parkNanos(A_MOMENT_NANOS);
        }
        return log.append(part);
    }
}
