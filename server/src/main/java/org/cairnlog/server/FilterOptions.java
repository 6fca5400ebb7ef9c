// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.cairnlog.event.EventQuery;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which events are meant. */
final class FilterOptions {
    @Option(
            names = "--category",
            paramLabel = "NAME",
            description = "Only streams of this category, or of one of these.")
    List<String> categories = new ArrayList<>();

    @Option(names = "--type", paramLabel = "NAME", description = "Only this event type, or one of these.")
    List<String> types = new ArrayList<>();

    @Option(names = "--tag", paramLabel = "TAG", description = "Only events with this tag; with all of these.")
    List<String> tags = new ArrayList<>();

    @Option(
            names = "--meta",
            paramLabel = "KEY=TEXT",
            description = "Only events with this metadata; KEY:=VALUE for a number, true or false.")
    List<String> metadata = new ArrayList<>();

    @Option(
            names = "--recorded-after",
            paramLabel = "TIME",
            description = "Only events that the log took in later: 2026-01-31 or 2026-01-31T12:00:00Z.")
    @Nullable String recordedAfter;

    boolean isEmpty() {
        return types.isEmpty() && tags.isEmpty() && metadata.isEmpty() && recordedAfter == null;
    }

    EventQuery query() {
        EventQuery query = EventQuery.all();
        if (!categories.isEmpty()) {
            query = query.andCategories(categories.toArray(String[]::new));
        }
        return narrow(query);
    }

    /** Everything but the category. */
    EventQuery narrow(EventQuery query) {
        if (!types.isEmpty()) {
            query = query.andTypes(types.toArray(String[]::new));
        }
        if (!tags.isEmpty()) {
            query = query.andTags(tags.toArray(String[]::new));
        }
        if (!metadata.isEmpty()) {
            query = query.andMetadata(Entries.metadata(metadata));
        }
        return recordedAfter == null ? query : query.andRecordedAfter(time("--recorded-after", recordedAfter));
    }

    /** A time, or the beginning of a day in UTC. */
    static Instant time(String option, String text) {
        try {
            return text.length() <= 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeException e) {
            throw Refused.usage(
                    option + " \"" + text + "\": expected a time like 2026-01-31 or 2026-01-31T12:00:00Z", e);
        }
    }
}
