// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import static org.cairnlog.log.Mutant.of;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Husk;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.event.StreamId;

/** Logs that remove, restore, keep and close wrongly. */
final class KeepingMutants {
    private KeepingMutants() {}

    static List<Mutant> all() {
        return List.of(
                of(
                        "Labels",
                        "keeps the time of a label that is set to the value it has",
                        (clock, ids) -> new MemoryEventLog(clock, ids) {
                            @Override
                            public void label(StreamId stream, String name, String value) {
                                Label known = locked(() -> known(stream).labels.get(name));
                                if (known == null || !known.value().equals(value)) {
                                    super.label(stream, name, value);
                                }
                            }
                        }),
                of("Truncation", "truncates without a baseline", maintained(log -> new MemoryMaintenance(log) {
                    @Override
                    boolean hasBaseline(MemoryStream stream, long before) {
                        return true;
                    }
                })),
                of(
                        "Truncation",
                        "takes a baseline that is to be removed",
                        maintained(log -> new MemoryMaintenance(log) {
                            @Override
                            boolean hasBaseline(MemoryStream stream, long before) {
                                return super.hasBaseline(stream, stream.removedBefore);
                            }
                        })),
                of("Truncation", "removes the baseline too", maintained(log -> new MemoryMaintenance(log) {
                    @Override
                    Removal truncate(StreamId stream, long before, String reason, boolean needsBaseline) {
                        Removal right = super.truncate(stream, before, reason, needsBaseline);
                        return needsBaseline && right.events() > 0
                                ? super.truncate(stream, before + 1, reason, false)
                                : right;
                    }
                })),
                of("Deletion", "deletes by the name of a label alone", maintained(log -> new MemoryMaintenance(log) {
                    @Override
                    boolean hasLabel(MemoryStream stream, String name, String value) {
                        return stream.labels.containsKey(name);
                    }
                })),
                of("Deletion", "deletes whatever is believed", maintained(log -> new MemoryMaintenance(log) {
                    @Override
                    public Removal delete(StreamId stream, ExpectedVersion expected, String reason) {
                        return super.delete(stream, ExpectedVersion.any(), reason);
                    }
                })),
                of("Husks", "frees the id of a removed event", maintained(log -> new MemoryMaintenance(log) {
                    @Override
                    Removal remove(MemoryStream stream, long before, boolean deletion, String reason) {
                        Removal removal = super.remove(stream, before, deletion, reason);
                        log.entries.stream()
                                .filter(entry -> entry instanceof Husk)
                                .forEach(husk -> log.positions.remove(husk.id()));
                        return removal;
                    }
                })),
                of(
                        "Husks",
                        "loses the tags of a removed event in conditions",
                        (clock, ids) -> new MemoryEventLog(clock, ids) {
                            @Override
                            boolean matchesPlace(EventQuery query, StoredEntry entry) {
                                return super.matchesPlace(query, entry instanceof Husk husk ? untagged(husk) : entry);
                            }
                        }),
                of(
                        "RemovalRecord",
                        "does not record a removal that found nothing left",
                        maintained(log -> new MemoryMaintenance(log) {
                            @Override
                            Removal remove(MemoryStream stream, long before, boolean deletion, String reason) {
                                Removal removal = super.remove(stream, before, deletion, reason);
                                if (removal.events() == 0) {
                                    log.removals.removeLast();
                                }
                                return removal;
                            }
                        })),
                of("Verification", "counts husks as events", maintained(log -> new MemoryMaintenance(log) {
                    @Override
                    public Verification verify(LongConsumer progress) {
                        Verification right = super.verify(progress);
                        return new Verification(
                                right.events() + right.husks(), right.husks(), right.streams(), right.damage());
                    }
                })),
                of("Restore", "forgets where appends end", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    @Override
                    void add(StoredEntry entry, boolean startsAppend) {
                        super.add(entry, startsAppend || restoring);
                    }
                }),
                of("Restore", "restores with the time of the restore", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    @Override
                    void add(StoredEntry entry, boolean startsAppend) {
                        super.add(
                                restoring && entry instanceof RecordedEvent event
                                        ? new RecordedEvent(
                                                event.position(), event.stream(), event.version(), now(), event.data())
                                        : entry,
                                startsAppend);
                    }
                }),
                of("Restore", "keeps the beginning of a part that it refuses", restored(log -> new MemoryRestore(log) {
                    @Override
                    public void add(List<List<StoredEntry>> appends) {
                        appends.forEach(append -> super.add(List.of(append)));
                    }
                })),
                of("Restore", "forgets labels", restored(log -> new MemoryRestore(log) {
                    @Override
                    public void labels(StreamId stream, Map<String, Label> labels) {
                        super.labels(stream, Map.of());
                    }
                })),
                of("Restore", "lets a complete copy be changed", restored(log -> new MemoryRestore(log) {
                    @Override
                    void checkIncomplete() {}
                })),
                of("Restore", "serves before it is complete", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    @Override
                    void checkComplete() {}
                }),
                of("Closing", "serves after it was closed", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    @Override
                    void checkOpen() {}
                }),
                new Mutant(
                        "acknowledges before it has stored",
                        "Persistence",
                        () -> new MemoryFixture(MemoryEventLog::new) {
                            @Override
                            int durable(MemoryEventLog before) {
                                return Math.max(0, before.appendStarts.previousSetBit(before.entries.size()) - 1);
                            }
                        }),
                reopened("forgets ids when it is opened again", (before, after) -> after.positions.clear()),
                reopened("has another id when it is opened again", (before, after) -> after.id = after.eventIds.get()),
                reopened("forgets the record of removals", (before, after) -> after.removals.clear()));
    }

    private static MemoryFixture.Maker maintained(Function<MemoryEventLog, LogMaintenance> maintenance) {
        return (clock, ids) -> new MemoryEventLog(clock, ids) {
            @Override
            public LogMaintenance maintenance() {
                return maintenance.apply(this);
            }
        };
    }

    private static MemoryFixture.Maker restored(Function<MemoryEventLog, LogRestore> restore) {
        return (clock, ids) -> new MemoryEventLog(clock, ids) {
            @Override
            public LogRestore restore(UUID log) {
                super.restore(log);
                return restore.apply(this);
            }
        };
    }

    private interface Loss {
        void between(MemoryEventLog before, MemoryEventLog after);
    }

    /** A store whose disk does not hold all that it should. */
    private static Mutant reopened(String name, Loss loss) {
        return new Mutant(name, "Persistence", () -> new MemoryFixture(MemoryEventLog::new) {
            @Override
            void reopen(MemoryEventLog before, MemoryEventLog after) {
                super.reopen(before, after);
                loss.between(before, after);
            }
        });
    }

    private static Husk untagged(Husk husk) {
        return new Husk(
                husk.position(), husk.stream(), husk.version(), husk.recordedAt(), husk.id(), husk.type(), Set.of());
    }
}
