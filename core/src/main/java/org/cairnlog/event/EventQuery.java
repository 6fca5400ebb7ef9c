// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.event;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which events are meant. A query is an OR of items, and an item an AND over streams, categories, types and tags: the
 * event's stream, category and type are among those named (if any are), and it has all tags named. Immutable.
 *
 * <p>For reading, an item may also ask for events recorded after a time, for entries of metadata and for a share of the
 * streams. A condition may not, because what it decides on must outlive the removal of content.
 *
 * <p>Build one from {@link #all}, {@link #streams}, {@link #category}, {@link #types} or {@link #tags}, narrow it with
 * the {@code and} methods and widen it with {@link #or}. Narrowing a query of several items narrows each.
 */
public final class EventQuery {
    private final List<Item> items;

    private EventQuery(List<Item> items) {
        if (items.size() > Limits.STANDARD.queryItems()) {
            throw new IllegalArgumentException("The query has " + items.size() + " items; at most "
                    + Limits.STANDARD.queryItems() + " are allowed.");
        }
        this.items = List.copyOf(items);
    }

    /**
     * A run of {@linkplain StreamId#bucket buckets}.
     *
     * @param first the first of them, from 0
     * @param last the last of them, at most 1023
     */
    public record Buckets(int first, int last) {
        /**
         * Checks the bounds.
         *
         * @throws IllegalArgumentException if there are no such buckets
         */
        public Buckets {
            if (first < 0 || last >= StreamId.BUCKETS || first > last) {
                throw new IllegalArgumentException("There are no buckets " + first + " to " + last
                        + "; they go from 0 to " + (StreamId.BUCKETS - 1) + ".");
            }
        }

        /**
         * Whether a stream is in one of them.
         *
         * @param stream the stream
         * @return true if so
         */
        public boolean contains(StreamId stream) {
            int bucket = stream.bucket();
            return first <= bucket && bucket <= last;
        }
    }

    /**
     * One item: every part that is not empty must hold.
     *
     * @param streams the event's stream is one of these; empty = any
     * @param categories the event's category is one of these; empty = any
     * @param types the event's type is one of these; empty = any
     * @param tags the event has all of these
     * @param recordedAfter the event was recorded later than this; null = at any time
     * @param metadata the event's metadata contains these entries
     * @param buckets the event's stream is in one of these; null = in any
     */
    public record Item(
            Set<StreamId> streams,
            Set<String> categories,
            Set<String> types,
            Set<String> tags,
            @Nullable Instant recordedAfter,
            Metadata metadata,
            @Nullable Buckets buckets) {
        static final Item ANY = new Item(Set.of(), Set.of(), Set.of(), Set.of(), null, Metadata.empty(), null);

        /**
         * Keeps the parts as they are; the query's own methods check them.
         */
        public Item {
            for (Set<?> values : List.of(streams, categories, types, tags)) {
                if (values.size() > Limits.STANDARD.queryValues()) {
                    throw new IllegalArgumentException("One item of the query names " + values.size()
                            + " streams, categories, types or tags; at most " + Limits.STANDARD.queryValues()
                            + " of a kind are allowed.");
                }
            }
        }

        /**
         * Whether stream, category, type and tags match. This part holds for a husk as for its event.
         *
         * @param entry the event or husk
         * @return true if so
         */
        public boolean matchesPlace(StoredEntry entry) {
            return (streams.isEmpty() || streams.contains(entry.stream()))
                    && (categories.isEmpty()
                            || categories.contains(entry.stream().category()))
                    && (types.isEmpty() || types.contains(entry.type()))
                    && entry.tags().containsAll(tags)
                    && (buckets == null || buckets.contains(entry.stream()));
        }

        /**
         * Whether the whole item matches.
         *
         * @param event the event
         * @return true if so
         */
        public boolean matches(RecordedEvent event) {
            return matchesPlace(event)
                    && isLater(event)
                    && event.data().metadata().containsAll(metadata);
        }

        /**
         * Whether the event that left a husk may have matched; its metadata is gone and does not count.
         *
         * @param husk what is left
         * @return true if so
         */
        public boolean matches(Husk husk) {
            return matchesPlace(husk) && isLater(husk);
        }

        private boolean isLater(StoredEntry entry) {
            return recordedAfter == null || entry.recordedAt().isAfter(recordedAfter);
        }

        /**
         * Whether a condition may use the item.
         *
         * @return false if it asks for a time, for metadata or for buckets
         */
        public boolean fitsCondition() {
            return recordedAfter == null && metadata.isEmpty() && buckets == null;
        }

        @Override
        public String toString() {
            List<String> parts = new ArrayList<>();
            add(parts, "stream", " or ", streams);
            add(parts, "category", " or ", categories);
            add(parts, "type", " or ", types);
            add(parts, "tag", " and ", tags);
            if (recordedAfter != null) {
                parts.add("recorded after " + recordedAfter);
            }
            if (!metadata.isEmpty()) {
                parts.add("metadata " + metadata.asMap());
            }
            if (buckets != null) {
                parts.add("bucket " + buckets.first + " to " + buckets.last);
            }
            return parts.isEmpty() ? "any event" : String.join(", ", parts);
        }

        private static void add(List<String> parts, String what, String joint, Set<?> values) {
            if (!values.isEmpty()) {
                parts.add(what + " " + values.stream().map(Object::toString).collect(Collectors.joining(joint)));
            }
        }
    }

    /**
     * Every event.
     *
     * @return the query of one item that asks for nothing
     */
    public static EventQuery all() {
        return new EventQuery(List.of(Item.ANY));
    }

    /**
     * The events of these streams.
     *
     * @param streams at least one
     * @return the query
     */
    public static EventQuery streams(StreamId... streams) {
        return all().andStreams(streams);
    }

    /**
     * The events of every stream of a category.
     *
     * @param category the category
     * @return the query
     */
    public static EventQuery category(String category) {
        return all().andCategories(category);
    }

    /**
     * The events of these types.
     *
     * @param types at least one
     * @return the query
     */
    public static EventQuery types(String... types) {
        return all().andTypes(types);
    }

    /**
     * The events that have all of these tags.
     *
     * @param tags at least one
     * @return the query
     */
    public static EventQuery tags(String... tags) {
        return all().andTags(tags);
    }

    /**
     * Only those whose stream is among these.
     *
     * @param streams at least one
     * @return the narrower query
     * @throws IllegalArgumentException if nothing is named, or no event could match any more
     */
    public EventQuery andStreams(StreamId... streams) {
        SortedSet<StreamId> wanted = new TreeSet<>(Arrays.asList(streams));
        return each(i -> new Item(
                either("streams", i.streams, wanted),
                i.categories,
                i.types,
                i.tags,
                i.recordedAfter,
                i.metadata,
                i.buckets));
    }

    /**
     * Only those whose category is among these.
     *
     * @param categories at least one
     * @return the narrower query
     * @throws IllegalArgumentException if nothing is named, or no event could match any more
     */
    public EventQuery andCategories(String... categories) {
        SortedSet<String> wanted = new TreeSet<>(Limits.BYTE_ORDER);
        for (String category : categories) {
            wanted.add(StreamId.category(category));
        }
        return each(i -> new Item(
                i.streams,
                either("categories", i.categories, wanted),
                i.types,
                i.tags,
                i.recordedAfter,
                i.metadata,
                i.buckets));
    }

    /**
     * Only those whose type is among these.
     *
     * @param types at least one
     * @return the narrower query
     * @throws IllegalArgumentException if nothing is named, or no event could match any more
     */
    public EventQuery andTypes(String... types) {
        SortedSet<String> wanted = texts("event type", types);
        return each(i -> new Item(
                i.streams,
                i.categories,
                either("types", i.types, wanted),
                i.tags,
                i.recordedAfter,
                i.metadata,
                i.buckets));
    }

    /**
     * Only those that have all of these tags too.
     *
     * @param tags at least one
     * @return the narrower query
     * @throws IllegalArgumentException if nothing is named
     */
    public EventQuery andTags(String... tags) {
        SortedSet<String> wanted = texts("tag", tags);
        require("tags", wanted);
        return each(i -> {
            SortedSet<String> both = new TreeSet<>(Limits.BYTE_ORDER);
            both.addAll(i.tags);
            both.addAll(wanted);
            return new Item(
                    i.streams,
                    i.categories,
                    i.types,
                    Collections.unmodifiableSet(both),
                    i.recordedAfter,
                    i.metadata,
                    i.buckets);
        });
    }

    /**
     * Only those recorded later than this. Not for conditions.
     *
     * @param time the log's time, exclusive
     * @return the narrower query
     */
    public EventQuery andRecordedAfter(Instant time) {
        return each(i -> {
            boolean later = i.recordedAfter == null || time.isAfter(i.recordedAfter);
            return new Item(
                    i.streams, i.categories, i.types, i.tags, later ? time : i.recordedAfter, i.metadata, i.buckets);
        });
    }

    /**
     * Only those whose metadata contains these entries. Not for conditions.
     *
     * @param entries equal by type and value
     * @return the narrower query
     * @throws IllegalArgumentException if no event could match any more
     */
    public EventQuery andMetadata(Metadata entries) {
        return each(i -> new Item(
                i.streams, i.categories, i.types, i.tags, i.recordedAfter, i.metadata.and(entries), i.buckets));
    }

    /**
     * Only those whose stream is in one of these buckets: a share of the work. Not for conditions.
     *
     * @param buckets which
     * @return the narrower query
     * @throws IllegalArgumentException if no event could match any more
     */
    public EventQuery andBuckets(Buckets buckets) {
        return each(i -> {
            Buckets known = i.buckets == null ? buckets : i.buckets;
            var both = new Buckets(Math.max(known.first, buckets.first), Math.min(known.last, buckets.last));
            return new Item(i.streams, i.categories, i.types, i.tags, i.recordedAfter, i.metadata, both);
        });
    }

    /**
     * These events and those.
     *
     * @param other the other query
     * @return the wider query
     */
    public EventQuery or(EventQuery other) {
        List<Item> both = new ArrayList<>(items);
        other.items.stream().filter(item -> !both.contains(item)).forEach(both::add);
        return new EventQuery(both);
    }

    /**
     * The items.
     *
     * @return at least one
     */
    public List<Item> items() {
        return items;
    }

    /**
     * Whether an event is meant.
     *
     * @param event the event
     * @return true if an item matches
     */
    public boolean matches(RecordedEvent event) {
        return items.stream().anyMatch(item -> item.matches(event));
    }

    /**
     * Whether the event that left a husk may have been meant; its metadata is gone and does not count.
     *
     * @param husk what is left
     * @return true if an item matches
     */
    public boolean matches(Husk husk) {
        return items.stream().anyMatch(item -> item.matches(husk));
    }

    /**
     * Whether a condition may use the query.
     *
     * @return false if an item asks for a time, for metadata or for buckets
     */
    public boolean fitsCondition() {
        return items.stream().allMatch(Item::fitsCondition);
    }

    private EventQuery each(UnaryOperator<Item> change) {
        return new EventQuery(items.stream().map(change).toList());
    }

    private static SortedSet<String> texts(String what, String... values) {
        SortedSet<String> set = new TreeSet<>(Limits.BYTE_ORDER);
        for (String value : values) {
            set.add(Limits.text(what, value, Limits.STANDARD.nameBytes()));
        }
        return set;
    }

    private static void require(String what, Collection<?> wanted) {
        if (wanted.isEmpty()) {
            throw new IllegalArgumentException("No " + what + " were named. To ask for any, leave this call out.");
        }
    }

    private static <T> Set<T> either(String what, Set<T> known, SortedSet<T> wanted) {
        require(what, wanted);
        if (!known.isEmpty()) {
            wanted = new TreeSet<>(wanted);
            wanted.retainAll(known);
            if (wanted.isEmpty()) {
                throw new IllegalArgumentException("No event could match: the query already asks for other " + what
                        + ". To ask for either, use or(...).");
            }
        }
        return Collections.unmodifiableSet(wanted);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EventQuery that && items.equals(that.items);
    }

    @Override
    public int hashCode() {
        return items.hashCode();
    }

    @Override
    public String toString() {
        return items.stream().map(Item::toString).collect(Collectors.joining("; or "));
    }
}
