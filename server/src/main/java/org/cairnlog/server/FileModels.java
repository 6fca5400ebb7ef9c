// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.EventLog;

/** Read models of a repository, folded from its events: now, and as of a date. */
final class FileModels {
    private final Map<String, Changes> byFile = new HashMap<>();
    private final SortedMap<YearMonth, Map<String, Changes>> byMonth = new TreeMap<>();
    private final Map<String, Changes> byAuthor = new HashMap<>();
    private Instant first = Instant.MAX;
    private Instant last = Instant.MIN;
    private long events;

    /** How many changes there are, and how many there were at the date. */
    static final class Changes {
        long now;
        long then;

        private void add(boolean before) {
            now++;
            then += before ? 1 : 0;
        }
    }

    /** Folds the log up to a point. */
    static FileModels fold(EventLog log, Cursor upTo, Instant asOf) {
        var models = new FileModels();
        for (RecordedEvent event :
                log.read(EventQuery.category(CommitLog.CATEGORY)).upTo(upTo)) {
            models.take(event, asOf);
        }
        return models;
    }

    /** Where the time of the history begins and ends: the date between them is what a first look shows. */
    static Instant middle(EventLog log, Cursor upTo) {
        FileModels models = fold(log, upTo, Instant.MIN);
        return models.events == 0
                ? Instant.EPOCH
                : models.first.plusSeconds(models.last.getEpochSecond() / 2 - models.first.getEpochSecond() / 2);
    }

    private void take(RecordedEvent event, Instant asOf) {
        Instant time = event.data().occurredAt();
        time = time == null ? event.recordedAt() : time;
        first = time.isBefore(first) ? time : first;
        last = time.isAfter(last) ? time : last;
        events++;
        boolean before = !time.isAfter(asOf);
        String author = Json.members(event.payload()).getOrDefault("author", "unknown");
        of(byFile, event.stream().id()).add(before);
        of(byAuthor, author).add(before);
        of(byMonth.computeIfAbsent(YearMonth.from(time.atOffset(ZoneOffset.UTC)), m -> new HashMap<>()), author)
                .add(before);
    }

    private static Changes of(Map<String, Changes> map, String key) {
        return map.computeIfAbsent(key, k -> new Changes());
    }

    static List<Map.Entry<String, Changes>> most(Map<String, Changes> changes, int count) {
        return changes.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, Changes> e) -> -e.getValue().now)
                        .thenComparing(Map.Entry::getKey))
                .limit(count)
                .toList();
    }

    Map<String, Changes> byFile() {
        return byFile;
    }

    Map<String, Changes> byAuthor() {
        return byAuthor;
    }

    SortedMap<YearMonth, Map<String, Changes>> byMonth() {
        return byMonth;
    }

    long events() {
        return events;
    }
}
