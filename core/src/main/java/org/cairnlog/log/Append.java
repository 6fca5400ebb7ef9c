// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Limits;
import org.cairnlog.event.StreamId;
import org.jspecify.annotations.Nullable;

/**
 * What is to be stored together or not at all: events in order, what the writer believes, and labels. Immutable; each
 * method gives a changed copy.
 *
 * {@snippet :
 * log.append(Append.to(a, exactly(1), withdrawn).and(b, exactly(7), deposited).guard(c, exists()));
 * }
 *
 * @param events the events in the order that they get; streams may interleave; at least one
 * @param expectations what is believed about a stream; a stream without an entry is met in any version. A stream with
 *     an expectation and no event is a guard
 * @param conditions what must not have happened
 * @param labels labels to set on streams that this append writes to
 */
public record Append(
        List<NewEvent> events,
        Map<StreamId, ExpectedVersion> expectations,
        List<Condition> conditions,
        Map<StreamId, Map<String, String>> labels) {
    /**
     * An event and where it goes.
     *
     * @param stream the stream
     * @param event the event
     */
    public record NewEvent(StreamId stream, EventData event) {}

    /**
     * That no event after a point matches a query: the Dynamic Consistency Boundary of dcb.events.
     *
     * @param query must not match
     * @param after events up to here do not count; null = every event counts
     */
    public record Condition(EventQuery query, @Nullable Cursor after) {
        /**
         * Checks that the query can be a condition.
         *
         * @throws IllegalArgumentException if it asks for a time, for metadata or for buckets
         */
        public Condition {
            if (!query.fitsCondition()) {
                throw new IllegalArgumentException("A condition can go by streams, categories, types and tags only,"
                        + " because these outlive the removal of content; this one is: " + query + ".");
            }
        }
    }

    /**
     * Copies and checks; for those who build large appends. Others begin with {@link #to}.
     *
     * @throws IllegalArgumentException if there is no event, an id appears twice, an event type is reserved, a label
     *     is on a stream without an event, or a limit is exceeded
     */
    public Append {
        events = List.copyOf(events);
        expectations = Collections.unmodifiableMap(new LinkedHashMap<>(expectations));
        conditions = List.copyOf(conditions);
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
        checkEvents(events);
        checkLabels(events, labels);
    }

    /**
     * An append to one stream.
     *
     * @param stream the stream
     * @param expected what is believed about it
     * @param events at least one
     * @return the append
     * @throws IllegalArgumentException as the constructor
     */
    public static Append to(StreamId stream, ExpectedVersion expected, List<EventData> events) {
        return new Append(onto(stream, events), Map.of(stream, expected), List.of(), Map.of());
    }

    /**
     * An append to one stream.
     *
     * @param stream the stream
     * @param expected what is believed about it
     * @param events at least one
     * @return the append
     * @throws IllegalArgumentException as the constructor
     */
    public static Append to(StreamId stream, ExpectedVersion expected, EventData... events) {
        return to(stream, expected, List.of(events));
    }

    /**
     * And then these events on that stream.
     *
     * @param stream the stream
     * @param expected what is believed about it before the whole append
     * @param more at least one
     * @return the larger append
     * @throws IllegalArgumentException as the constructor, or if something else was believed about the stream
     */
    public Append and(StreamId stream, ExpectedVersion expected, List<EventData> more) {
        return new Append(plus(stream, more), believing(stream, expected), conditions, labels);
    }

    /**
     * And then these events on that stream.
     *
     * @param stream the stream
     * @param expected what is believed about it before the whole append
     * @param more at least one
     * @return the larger append
     * @throws IllegalArgumentException as the constructor, or if something else was believed about the stream
     */
    public Append and(StreamId stream, ExpectedVersion expected, EventData... more) {
        return and(stream, expected, List.of(more));
    }

    /**
     * And then these events on that stream, with the belief that was already stated, or none.
     *
     * @param stream the stream
     * @param more at least one
     * @return the larger append
     * @throws IllegalArgumentException as the constructor
     */
    public Append and(StreamId stream, EventData... more) {
        return new Append(plus(stream, List.of(more)), expectations, conditions, labels);
    }

    /**
     * Only if the belief about a stream is true too, also if it gets no event.
     *
     * @param stream the stream
     * @param expected what is believed about it
     * @return the guarded append
     * @throws IllegalArgumentException if something else was believed about the stream
     */
    public Append guard(StreamId stream, ExpectedVersion expected) {
        return new Append(events, believing(stream, expected), conditions, labels);
    }

    /**
     * Unless an event after the point matches.
     *
     * @param query must not match
     * @param after events up to here do not count; as the read that the decision rests on gave it
     * @return the append with the condition
     * @throws IllegalArgumentException if the query asks for a time or for metadata
     */
    public Append unless(EventQuery query, Cursor after) {
        return and(new Condition(query, after));
    }

    /**
     * Unless any event at all matches.
     *
     * @param query must not match
     * @return the append with the condition
     * @throws IllegalArgumentException if the query asks for a time or for metadata
     */
    public Append unless(EventQuery query) {
        return and(new Condition(query, null));
    }

    /**
     * And set a label on a stream that this append writes to.
     *
     * @param stream the stream
     * @param name the label
     * @param value its value
     * @return the append with the label
     * @throws IllegalArgumentException if the append has no event for the stream, or a text is not allowed
     */
    public Append label(StreamId stream, String name, String value) {
        Map<StreamId, Map<String, String>> all = new LinkedHashMap<>(labels);
        Map<String, String> ofStream = new LinkedHashMap<>(all.getOrDefault(stream, Map.of()));
        ofStream.put(name, value);
        all.put(stream, Collections.unmodifiableMap(ofStream));
        return new Append(events, expectations, conditions, all);
    }

    /**
     * The ids of the events, in order.
     *
     * @return as many as events
     */
    public List<UUID> ids() {
        return events.stream().map(e -> e.event().id()).toList();
    }

    /**
     * What is believed about a stream.
     *
     * @param stream the stream
     * @return {@link ExpectedVersion#any} if nothing was said
     */
    public ExpectedVersion expected(StreamId stream) {
        return expectations.getOrDefault(stream, ExpectedVersion.any());
    }

    /**
     * What the append counts against the limits of a batch.
     *
     * @return the size of all payloads and metadata, in bytes
     */
    public long size() {
        return events.stream().mapToLong(e -> e.event().size()).sum();
    }

    private Append and(Condition condition) {
        List<Condition> all = new ArrayList<>(conditions);
        all.add(condition);
        return new Append(events, expectations, all, labels);
    }

    private Map<StreamId, ExpectedVersion> believing(StreamId stream, ExpectedVersion expected) {
        ExpectedVersion known = expectations.get(stream);
        if (known != null && !known.equals(expected)) {
            throw new IllegalArgumentException("Two beliefs about " + stream + " in one append: " + known + " and "
                    + expected + ". A belief is about the stream before the whole append.");
        }
        Map<StreamId, ExpectedVersion> all = new LinkedHashMap<>(expectations);
        all.put(stream, expected);
        return all;
    }

    private List<NewEvent> plus(StreamId stream, List<EventData> more) {
        List<NewEvent> all = new ArrayList<>(events);
        all.addAll(onto(stream, more));
        return all;
    }

    private static List<NewEvent> onto(StreamId stream, List<EventData> events) {
        return events.stream().map(event -> new NewEvent(stream, event)).toList();
    }

    private static void checkEvents(List<NewEvent> events) {
        Limits limits = Limits.STANDARD;
        if (events.isEmpty()) {
            throw new IllegalArgumentException(
                    "The append has no event; a log keeps events only. To check what a" + " stream holds, read it.");
        }
        if (events.size() > limits.appendEvents()) {
            throw new IllegalArgumentException(
                    "The append has " + events.size() + " events; at most " + limits.appendEvents() + " fit into one.");
        }
        long bytes = 0;
        Set<UUID> ids = new HashSet<>(events.size() * 2);
        for (NewEvent e : events) {
            if (e.event().type().startsWith("$")) {
                throw new IllegalArgumentException(
                        "The event type \"" + e.event().type() + "\" begins with $, which is kept for Cairn itself.");
            }
            if (!ids.add(e.event().id())) {
                throw new IllegalArgumentException("The event id " + e.event().id() + " appears twice in one append;"
                        + " make a new EventData for each event.");
            }
            bytes += e.event().size();
        }
        if (bytes > limits.appendBytes()) {
            throw new IllegalArgumentException("The append has " + bytes + " bytes of payload and metadata; at most "
                    + limits.appendBytes() + " fit into one.");
        }
    }

    private static void checkLabels(List<NewEvent> events, Map<StreamId, Map<String, String>> labels) {
        if (labels.isEmpty()) {
            return;
        }
        Set<StreamId> written = new HashSet<>();
        events.forEach(e -> written.add(e.stream()));
        labels.forEach((stream, ofStream) -> {
            if (!written.contains(stream)) {
                throw new IllegalArgumentException(
                        "The append labels " + stream + " but has no event for it; use EventLog.label.");
            }
            ofStream.forEach(Label::check);
        });
    }
}
