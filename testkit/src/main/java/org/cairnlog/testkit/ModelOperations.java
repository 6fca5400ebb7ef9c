// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Limits;
import org.cairnlog.event.Metadata;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.HistoryPage;
import org.cairnlog.log.LogEvents;
import org.cairnlog.log.LogIterator;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.LogRead;
import org.cairnlog.log.LogRestore;
import org.cairnlog.log.StreamInfo;
import org.cairnlog.log.StreamListing;
import org.cairnlog.log.StreamRead;
import org.cairnlog.log.Tail;
import org.cairnlog.testkit.ModelRun.Operation;
import org.jspecify.annotations.Nullable;

/**
 * Makes up operations. What they do depends on the seed and on what the oracle holds, never on the log under test, so
 * that both sides get the same.
 */
final class ModelOperations {
    private static final List<String> CATEGORIES = List.of("a", "b/\u00fc", "c%", "\uffee", "\ud83d\ude00");
    private static final List<String> TYPES = List.of("Opened", "Changed", "Closed", "\u00c4nderung");
    private static final List<String> TAGS = List.of("t:1", "t:2", "T:1", "\u00e4", "\uffee", "\ud83d\ude00", "t");
    private static final List<String> LABELS = List.of("group", "Group", "owner", "\ud83d\ude00");
    private static final List<String> VALUES = List.of("", "x", "y", "\uffee");
    private static final int BULK = 520;
    private static final int FAR = 10_500;

    /** What a long run must have seen. */
    static final Set<String> OUTCOMES = Set.of(
            "append: stored",
            "append: VersionConflict",
            "append: StreamDeleted",
            "append: IllegalArgumentException",
            "append with condition: stored",
            "append with condition: ConditionFailed",
            "append with condition: VersionConflict",
            "append with condition: StreamDeleted",
            "append with condition: CursorFromAnotherHistory",
            "append again: repeated",
            "append again: stored",
            "append again: DuplicateIds",
            "append again: VersionConflict",
            "append again: ConditionFailed",
            "append again: StreamDeleted",
            "append many: stored",
            "append while reading: something",
            "read stream: something",
            "read stream: nothing",
            "remove while reading: HistoryRemoved",
            "read log: something",
            "read log: nothing",
            "read log: CursorFromAnotherHistory",
            "tail: something",
            "tail: nothing",
            "tail: CursorFromAnotherHistory",
            "list: something",
            "list: nothing",
            "list: NoSuchStream",
            "stream: something",
            "stream: nothing",
            "cursor: something",
            "cursor: IllegalArgumentException",
            "await growth: yes",
            "await growth: no",
            "await growth: CursorFromAnotherHistory",
            "history: something",
            "history: nothing",
            "history: CursorFromAnotherHistory",
            "label: done",
            "label: NoSuchStream",
            "label: IllegalArgumentException",
            "label: StreamDeleted",
            "unlabel: StreamDeleted",
            "cursor: done",
            "append: AppendInterrupted",
            "unlabel: done",
            "unlabel: NoSuchStream",
            "truncate: done",
            "truncate: BaselineMissing",
            "truncate: IllegalArgumentException",
            "truncate: NoSuchStream",
            "truncate: StreamDeleted",
            "truncate without baseline: done",
            "truncate without baseline: IllegalArgumentException",
            "truncate without baseline: NoSuchStream",
            "truncate without baseline: StreamDeleted",
            "delete: done",
            "delete: VersionConflict",
            "delete: NoSuchStream",
            "delete by label: done",
            "delete by label: IllegalArgumentException",
            "removals: something",
            "verify: done",
            "reopen: done",
            "illegal: IllegalArgumentException");

    private final Random random;
    private final AtomicLogFixture fixture;
    private final ModelSide oracle;
    private final Set<UUID> known;
    private final List<Append> appended = new ArrayList<>();
    private final List<StreamId> longStreams = new ArrayList<>();
    private int number;

    ModelOperations(long seed, AtomicLogFixture fixture, ModelSide oracle, Set<UUID> known) {
        this.random = new Random(seed);
        this.fixture = fixture;
        this.oracle = oracle;
        this.known = known;
    }

    Operation next(int number) {
        this.number = number;
        tick();
        int dice = random.nextInt(1000);
        if (dice < 400) {
            return append(newAppend());
        } else if (dice < 500) {
            return repeat();
        } else if (dice < 501) {
            return bulk();
        } else if (dice < 600) {
            return readStream();
        } else if (dice < 720) {
            return readLog();
        } else if (dice < 735) {
            return readWhileAppending();
        } else if (dice < 750) {
            return tail();
        } else if (dice < 790) {
            return list();
        } else if (dice < 810) {
            return info();
        } else if (dice < 850) {
            return points();
        } else if (dice < 870) {
            return history();
        } else if (dice < 900) {
            return label();
        } else if (dice < 960) {
            return remove();
        } else if (dice < 975) {
            return dice < 965 ? removals() : verify();
        } else if (dice < 980) {
            return reopen();
        } else if (dice < 981) {
            return readWhileRemoving();
        } else if (dice < 983) {
            return appendInterrupted();
        } else if (dice < 985) {
            return wake();
        }
        return illegal();
    }

    private void tick() {
        // Seldom backward; and by nanoseconds, which no log keeps.
        switch (random.nextInt(6)) {
            case 0 -> fixture.clock().advance(Duration.ofSeconds(random.nextInt(10) - 2));
            case 1 -> fixture.clock().advance(Duration.ofNanos(random.nextInt(3_000)));
            default -> {
                // No time passes.
            }
        }
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private boolean seldom(int in) {
        return random.nextInt(in) == 0;
    }

    /** A few streams that change in the course of the run, so that new, old and deleted ones all take part. */
    private StreamId stream() {
        int oldest = seldom(8) ? 0 : Math.max(0, number / 40 - 6);
        int stream = oldest + random.nextInt(number / 40 - oldest + 3);
        return StreamId.of(
                CATEGORIES.get(stream / 2 % CATEGORIES.size()), "s" + (stream % 2 == 0 ? "." : "_") + stream / 2);
    }

    private StreamId streamOrNone() {
        return seldom(5) ? StreamId.of(one(CATEGORIES), "nobody") : stream();
    }

    private UUID id() {
        var id = new UUID(random.nextLong(), random.nextLong());
        known.add(id);
        return id;
    }

    private EventData event() {
        byte[] payload = new byte[random.nextInt(seldom(50) ? 20_000 : 30)];
        random.nextBytes(payload);
        EventData event = EventData.of(one(TYPES), payload).withId(id());
        if (seldom(60)) {
            event = event.withTags(IntStream.range(0, Limits.STANDARD.tags())
                    .mapToObj(i -> "many " + i)
                    .toList());
        } else if (random.nextBoolean()) {
            event = event.withTags(some(TAGS, 3));
        }
        if (seldom(3)) {
            event = event.withMetadata(metadata());
        }
        if (seldom(4)) {
            event = event.withSchemaVersion(1 + random.nextInt(3))
                    .withOccurredAt(Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)))
                    .withContentType("text/plain");
        }
        return seldom(6) ? event.asBaseline() : event;
    }

    private Metadata metadata() {
        Metadata metadata = Metadata.empty();
        do {
            String key = "k" + random.nextInt(3);
            metadata = switch (random.nextInt(5)) {
                case 0 -> metadata.with(key, one(VALUES));
                case 1 -> metadata.with(key, (long) random.nextInt(2));
                case 2 -> metadata.with(key, random.nextBoolean());
                case 3 -> metadata.with(key, new BigDecimal(random.nextInt(2)));
                default -> metadata.with(key, Instant.ofEpochSecond(random.nextInt(2)));
            };
        } while (random.nextBoolean());
        return metadata;
    }

    private <T> List<T> some(List<T> of, int most) {
        List<T> shuffled = new ArrayList<>(of);
        Collections.shuffle(shuffled, random);
        return shuffled.subList(0, 1 + random.nextInt(most));
    }

    private ExpectedVersion expected(StreamId stream) {
        long version = oracle.log().stream(stream).map(StreamInfo::version).orElse(0L);
        return switch (random.nextInt(12)) {
            case 0 -> ExpectedVersion.noStream();
            case 10 -> ExpectedVersion.deletedAt(Math.max(2, version));
            case 11 -> ExpectedVersion.deletedAt(version + 2);
            case 1 -> ExpectedVersion.exists();
            case 2 -> ExpectedVersion.exactly(version + 1);
            case 3 -> ExpectedVersion.exactly(Math.max(0, version - 1));
            case 4, 5, 6 -> ExpectedVersion.exactly(version);
            default -> ExpectedVersion.any();
        };
    }

    private Append newAppend() {
        List<Append.NewEvent> events = new ArrayList<>();
        int streams = seldom(3) ? 3 : 1;
        List<StreamId> targets = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            targets.add(stream());
        }
        int count = 1 + random.nextInt(seldom(4) ? 12 : 2);
        for (int i = 0; i < count; i++) {
            events.add(new Append.NewEvent(one(targets), event()));
        }
        Map<StreamId, ExpectedVersion> expectations = new LinkedHashMap<>();
        for (StreamId target : targets) {
            if (seldom(3)) {
                expectations.put(target, expected(target));
            }
        }
        while (seldom(6)) {
            StreamId guarded = stream();
            expectations.put(guarded, expected(guarded));
        }
        Map<StreamId, Map<String, String>> labels = new LinkedHashMap<>();
        if (seldom(4)) {
            labels.put(events.getFirst().stream(), Map.of(one(LABELS), one(VALUES)));
        }
        return new Append(events, expectations, List.of(), labels);
    }

    private Operation append(Append append) {
        appended.add(append);
        List<Boundary> boundaries = new ArrayList<>();
        while (seldom(3)) {
            boundaries.add(new Boundary(query(false), seldom(4) ? null : point()));
        }
        return new Operation(
                boundaries.isEmpty() ? "append" : "append with condition",
                "append "
                        + append.events().stream()
                                .map(e -> e.stream() + " " + e.event() + " "
                                        + e.event().tags())
                                .toList()
                        + " expecting " + append.expectations() + " unless " + boundaries + " labels "
                        + append.labels(),
                side -> {
                    Append whole = append;
                    for (Boundary boundary : boundaries) {
                        whole = boundary.after() == null
                                ? whole.unless(boundary.query())
                                : whole.unless(
                                        boundary.query(), boundary.after().of().apply(side));
                    }
                    var result = side.log().append(whole);
                    side.keep(result.cursor());
                    return result;
                });
    }

    private record Boundary(EventQuery query, @Nullable Point after) {}

    /** A cursor that each side makes for itself. */
    private record Point(String text, Function<ModelSide, Cursor> of) {
        @Override
        public String toString() {
            return text;
        }
    }

    private Point point() {
        long head = oracle.log().head().places().getFirst().position();
        long position = random.nextLong(head + 1);
        int index = oracle.kept.isEmpty() ? -1 : random.nextInt(oracle.kept.size());
        UUID id = id();
        return switch (random.nextInt(14)) {
            case 0, 1 -> new Point("the beginning", side -> side.log().beginning());
            case 2, 3, 4 -> new Point("the head", side -> side.log().head());
            case 5 ->
                new Point(
                        "a point beyond the head",
                        side -> Cursor.of(side.log().head().log(), new Cursor.Place(head + 1, id)));
            case 6 ->
                new Point(
                        "another event at " + (position + 1),
                        side -> Cursor.of(side.log().head().log(), new Cursor.Place(position + 1, id)));
            case 7 -> new Point("a point of another log", side -> Cursor.of(id, Cursor.Place.START));
            case 8, 9, 10 -> near();
            default ->
                index < 0
                        ? new Point("the beginning", side -> side.log().beginning())
                        : new Point(
                                "kept cursor " + oracle.kept.get(index),
                                side -> Cursor.parse(side.kept.get(index).toString()));
        };
    }

    private Point near() {
        long head = oracle.log().head().places().getFirst().position();
        long near = Math.max(0, head - random.nextInt(20));
        return new Point("position " + near, side -> side.log().cursorAt(near));
    }

    private EventQuery query(boolean forRead) {
        EventQuery query = item(forRead);
        while (seldom(4)) {
            query = query.or(item(forRead));
        }
        return query;
    }

    private EventQuery item(boolean forRead) {
        EventQuery item = EventQuery.all();
        if (seldom(3)) {
            item = item.andStreams(stream(), stream());
        }
        if (seldom(5)) {
            item = item.andCategories(some(CATEGORIES, 2).toArray(String[]::new));
        }
        if (seldom(3)) {
            List<String> types = new ArrayList<>(some(TYPES, 2));
            if (seldom(4)) {
                types.add(EventData.DELETED);
            }
            item = item.andTypes(types.toArray(String[]::new));
        }
        if (seldom(3)) {
            item = item.andTags(some(TAGS, 2).toArray(String[]::new));
        }
        if (forRead && seldom(6)) {
            item = item.andMetadata(metadata());
        }
        if (forRead && seldom(6)) {
            item = item.andRecordedAfter(fixture.clock().instant().minusSeconds(random.nextInt(60)));
        }
        return item;
    }

    /** An append that has something to do with an earlier one. */
    private Operation repeat() {
        if (appended.isEmpty()) {
            return append(newAppend());
        }
        Append earlier = appended.get(
                seldom(4) ? random.nextInt(appended.size()) : Math.max(0, appended.size() - 1 - random.nextInt(20)));
        List<Append.NewEvent> events = new ArrayList<>(earlier.events());
        int at = random.nextInt(events.size());
        Append.NewEvent event = events.get(at);
        switch (random.nextInt(10)) {
            case 0 -> events.remove(at);
            case 1 -> Collections.shuffle(events, random);
            case 2 -> events.set(at, new Append.NewEvent(stream(), event.event()));
            case 3 -> events.set(at, new Append.NewEvent(event.stream(), ofType(event.event(), one(TYPES))));
            case 4 -> events.add(random.nextInt(events.size() + 1), new Append.NewEvent(stream(), event()));
            case 5 ->
                events.set(
                        at,
                        new Append.NewEvent(
                                event.stream(), event().withId(event.event().id())));
            case 6 ->
                one(appended).events().stream()
                        .filter(e -> !earlier.ids().contains(e.event().id()))
                        .forEach(events::add);
            default -> {
                // The whole append again, with other payloads and metadata, but the same types.
                events.replaceAll(e -> new Append.NewEvent(
                        e.stream(),
                        ofType(event(), e.event().type()).withId(e.event().id())));
            }
        }
        if (events.isEmpty()) {
            events.add(new Append.NewEvent(stream(), event()));
        }
        Map<StreamId, ExpectedVersion> expectations =
                random.nextBoolean() ? earlier.expectations() : Map.of(stream(), ExpectedVersion.exactly(99));
        // Ids are checked first: a repeat is one whatever it believes.
        List<Append.Condition> conditions =
                random.nextBoolean() ? List.of() : List.of(new Append.Condition(EventQuery.all(), null));
        Map<StreamId, Map<String, String>> labels =
                random.nextBoolean() ? Map.of() : Map.of(events.getFirst().stream(), Map.of(one(LABELS), one(VALUES)));
        var again = new Append(events, expectations, conditions, labels);
        return new Operation(
                "append again",
                "append "
                        + again.events().stream()
                                .map(e -> e.stream() + " " + e.event())
                                .toList() + " instead of "
                        + earlier.events().stream()
                                .map(e -> e.stream() + " " + e.event())
                                .toList() + " expecting " + expectations + " unless " + conditions,
                side -> side.log().append(again));
    }

    private static EventData ofType(EventData event, String type) {
        return EventData.of(type, event.payload()).withId(event.id()).withMetadata(event.metadata());
    }

    /** Many small events, so that reads have several pages. */
    private Operation bulk() {
        StreamId stream = stream();
        longStreams.add(stream);
        Append append = Append.to(stream, ExpectedVersion.any(), many());
        appended.add(append);
        return new Operation(
                "append many",
                "append " + BULK + " events to " + stream,
                side -> side.log().append(append));
    }

    private List<EventData> many() {
        List<EventData> events = new ArrayList<>();
        for (int i = 0; i < BULK; i++) {
            EventData event = EventData.of(one(TYPES), new byte[] {(byte) i}).withId(id());
            events.add(seldom(10) ? event.withTags(one(TAGS)) : event);
        }
        return events;
    }

    private Operation readStream() {
        StreamId stream = seldom(10) && !longStreams.isEmpty() ? one(longStreams) : stream();
        long version = oracle.log().stream(stream).map(StreamInfo::version).orElse(0L);
        long from = seldom(2) ? 1 : 1 + random.nextLong(version + 2);
        long to = seldom(2) ? Long.MAX_VALUE : 1 + random.nextLong(version + 2);
        long limit = seldom(2) ? Long.MAX_VALUE : 1 + random.nextInt(10);
        boolean backward = random.nextBoolean();
        return new Operation(
                "read stream",
                "read " + stream + " from " + from + " to " + to + (backward ? " backward" : "") + " limit " + limit,
                side -> {
                    StreamRead read = side.log().read(stream).from(from).to(to).limit(limit);
                    return (backward ? read.backward() : read).toList();
                });
    }

    private Operation readLog() {
        EventQuery query = query(true);
        Point after = seldom(4) ? null : point();
        Point upTo = seldom(3) ? point() : null;
        boolean backward = seldom(3);
        long limit = seldom(5) ? Long.MAX_VALUE : 1 + random.nextInt(20);
        return new Operation(
                "read log",
                "read " + query + " after " + after + " up to " + upTo + (backward ? " backward" : "") + " limit "
                        + limit,
                side -> {
                    LogRead read = side.log().read(query).limit(limit);
                    read = after == null ? read : read.after(after.of().apply(side));
                    read = upTo == null ? read : read.upTo(upTo.of().apply(side));
                    LogEvents found = (backward ? read.backward() : read).toList();
                    side.keep(found.cursor());
                    return found;
                });
    }

    /** A read ends where it began: what is appended meanwhile does not belong to it. */
    private Operation readWhileAppending() {
        EventQuery query = query(true);
        StreamId stream = stream();
        EventData late = event();
        boolean wholeStream = random.nextBoolean();
        return new Operation(
                "append while reading",
                "append " + late + " to " + stream + " while reading " + (wholeStream ? "it" : query),
                side -> {
                    List<RecordedEvent> seen = new ArrayList<>();
                    Iterator<RecordedEvent> reader =
                            (wholeStream ? side.log().read(stream) : side.log().read(query)).iterator();
                    if (reader.hasNext()) {
                        seen.add(reader.next());
                    }
                    Object result;
                    try {
                        result = side.log().append(stream, ExpectedVersion.any(), late);
                    } catch (RuntimeException e) {
                        result = e;
                    }
                    reader.forEachRemaining(seen::add);
                    return reader instanceof LogIterator whole
                            ? List.of(result, seen, side.keep(whole.cursor()))
                            : List.of(result, seen);
                });
    }

    /** A read of a stream fails when what comes next is removed behind its back. */
    private Operation readWhileRemoving() {
        StreamId stream = StreamId.of(one(CATEGORIES), "long " + number);
        List<EventData> events = many();
        boolean backward = random.nextBoolean();
        return new Operation("remove while reading", "truncate " + stream + " while reading it", side -> {
            side.log().append(stream, ExpectedVersion.noStream(), events);
            StreamRead read = side.log().read(stream);
            Iterator<RecordedEvent> reader = (backward ? read.backward() : read).iterator();
            reader.next();
            side.maintenance().truncateWithoutBaseline(stream, BULK, "while reading");
            List<RecordedEvent> rest = new ArrayList<>();
            reader.forEachRemaining(rest::add);
            return rest;
        });
    }

    private Operation tail() {
        EventQuery query = query(true);
        Point after = point();
        List<EventData> late = random.nextBoolean() ? null : List.of(event(), event());
        return new Operation("tail", "tail " + query + " after " + after + " append " + late, side -> {
            List<Object> seen = new ArrayList<>();
            try (Tail tail = side.log().tail(after.of().apply(side), query)) {
                drain(tail, seen);
                if (late != null) {
                    side.log().append(StreamId.of("waited", "for"), ExpectedVersion.any(), late);
                    drain(tail, seen);
                }
                side.keep(tail.cursor());
                return seen.isEmpty() ? seen : List.of(seen, tail.cursor(), tail.husks());
            } catch (InterruptedException e) {
                throw new IllegalStateException("The test was interrupted.", e);
            }
        });
    }

    private static void drain(Tail tail, List<Object> seen) throws InterruptedException {
        for (var e = tail.next(Duration.ZERO); e.isPresent(); e = tail.next(Duration.ZERO)) {
            seen.add(e.get());
        }
    }

    private Operation list() {
        String category = seldom(3) ? one(CATEGORIES) : null;
        String label = seldom(3) ? one(LABELS) : null;
        String value = label != null && random.nextBoolean() ? one(VALUES) : null;
        StreamId after = seldom(3) ? streamOrNone() : null;
        long limit = random.nextBoolean() ? Long.MAX_VALUE : 1 + random.nextInt(5);
        return new Operation(
                "list",
                "list category " + category + " label " + label + " = " + value + " after " + after + " limit " + limit,
                side -> {
                    StreamListing listing = side.log().streams().limit(limit);
                    listing = category == null ? listing : listing.category(category);
                    if (label != null) {
                        listing = value == null ? listing.labelled(label) : listing.labelled(label, value);
                    }
                    return (after == null ? listing : listing.after(after)).toList();
                });
    }

    private Operation info() {
        StreamId stream = streamOrNone();
        return new Operation("stream", "look up " + stream, side -> side.log().stream(stream));
    }

    private Operation points() {
        if (seldom(4)) {
            Instant time = fixture.clock().instant().minusSeconds(random.nextInt(200));
            return new Operation(
                    "cursor", "cursor at " + time, side -> side.keep(side.log().cursorAt(time)));
        }
        if (random.nextBoolean()) {
            Point seen = point();
            return new Operation("await growth", "await growth beyond " + seen, side -> {
                try {
                    return side.log().awaitGrowth(seen.of().apply(side), Duration.ZERO);
                } catch (InterruptedException e) {
                    throw new IllegalStateException("The test was interrupted.", e);
                }
            });
        }
        long head = oracle.log().head().places().getFirst().position();
        long position = seldom(3) ? head + random.nextInt(3) : random.nextLong(head + 2) - 1;
        return new Operation(
                "cursor",
                "cursor at " + position,
                side -> List.of(
                        side.keep(side.log().cursorAt(position)),
                        side.log().beginning(),
                        side.keep(side.log().head())));
    }

    private Operation history() {
        Point after = seldom(4) ? point() : near();
        return new Operation(
                "history",
                "history after " + after,
                side -> history(side.log(), after.of().apply(side)));
    }

    private static List<List<StoredEntry>> history(AtomicEventLog log, Cursor after) {
        List<List<StoredEntry>> all = new ArrayList<>();
        HistoryPage page = log.history(after);
        while (!page.appends().isEmpty()) {
            all.addAll(page.appends());
            page = log.history(page.cursor());
        }
        return all;
    }

    private Operation label() {
        StreamId stream = streamOrNone();
        String name = one(LABELS);
        String value = one(VALUES);
        return switch (random.nextInt(8)) {
            case 0, 1 ->
                done(
                        "unlabel",
                        "unlabel " + stream + " " + name,
                        side -> side.log().unlabel(stream, name));
            case 2 ->
                done("label", "too many labels on " + stream, side -> {
                    for (int i = 0; i < Limits.STANDARD.labels(); i++) {
                        side.log().label(stream, "many " + i, value);
                    }
                });
            case 3 ->
                done("unlabel", "the labels off " + stream, side -> {
                    for (int i = 0; i < Limits.STANDARD.labels(); i++) {
                        side.log().unlabel(stream, "many " + i);
                    }
                });
            default ->
                done(
                        "label",
                        "label " + stream + " " + name + " = " + value,
                        side -> side.log().label(stream, name, value));
        };
    }

    private static Operation done(String kind, String text, Consumer<ModelSide> action) {
        return new Operation(kind, text, side -> {
            action.accept(side);
            return "done";
        });
    }

    private Operation remove() {
        StreamId stream = streamOrNone();
        long version = oracle.log().stream(stream).map(StreamInfo::version).orElse(0L);
        // Now and then one beyond what is possible, on either side.
        long before = seldom(3) ? version + 1 : random.nextLong(version + 3);
        String reason = "reason " + random.nextInt(3);
        ExpectedVersion expected = expected(stream);
        return switch (random.nextInt(12)) {
            case 0, 6 ->
                new Operation(
                        "delete",
                        "delete " + stream + " expecting " + expected,
                        side -> side.maintenance().delete(stream, expected, reason));
            case 1, 2, 3, 4 ->
                new Operation(
                        "truncate without baseline",
                        "truncate " + stream + " before " + before + " without baseline",
                        side -> side.maintenance().truncateWithoutBaseline(stream, before, reason));
            case 5 -> {
                String name = one(LABELS);
                String value = seldom(3) ? "" : one(VALUES);
                yield new Operation(
                        "delete by label",
                        "delete by label " + name + " = " + value,
                        side -> side.maintenance().deleteByLabel(name, value, reason));
            }
            default ->
                new Operation(
                        "truncate",
                        "truncate " + stream + " before " + before,
                        side -> side.maintenance().truncate(stream, before, reason));
        };
    }

    private static Operation removals() {
        return new Operation("removals", "list removals", side -> {
            List<Object> all = new ArrayList<>();
            side.maintenance().removals().forEach(all::add);
            return all;
        });
    }

    private static Operation verify() {
        return new Operation("verify", "verify", side -> side.maintenance().verify(position -> {}));
    }

    /** The oracle lives on; a store that can be opened again is. */
    private Operation reopen() {
        return done("reopen", "reopen", side -> {
            if (side != oracle && fixture instanceof PersistentLogFixture persistent) {
                persistent.reopen();
            }
        });
    }

    private Operation appendInterrupted() {
        Append append = newAppend();
        return new Operation("append", "append while interrupted", side -> {
            Thread.currentThread().interrupt();
            try {
                return side.log().append(append);
            } finally {
                Thread.interrupted();
            }
        });
    }

    /** Somebody waits, and an append wakes him. */
    private Operation wake() {
        StreamId stream = StreamId.of("waited", "for");
        EventData event = event();
        return new Operation("await growth", "append while somebody waits", side -> {
            Cursor head = side.log().head();
            var waiting = new FutureTask<>(() -> side.log().awaitGrowth(head, Duration.ofSeconds(20)));
            Thread waiter = Thread.ofPlatform().daemon().start(waiting);
            while (waiter.isAlive()
                    && waiter.getState() != Thread.State.TIMED_WAITING
                    && waiter.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            side.log().append(stream, ExpectedVersion.any(), event);
            try {
                return waiting.get();
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException("The waiter failed.", e);
            }
        });
    }

    /** What nobody may ask for. */
    private Operation illegal() {
        StreamId stream = stream();
        EventData event = event();
        List<Supplier<Operation>> all = List.of(
                () -> done("illegal", "empty append", side -> side.log().append(stream, ExpectedVersion.any())),
                () -> done(
                        "illegal",
                        "one id twice",
                        side -> side.log().append(stream, ExpectedVersion.any(), event, event)),
                () -> done(
                        "illegal",
                        "label without event",
                        side -> side.log()
                                .append(Append.to(stream, ExpectedVersion.any(), event)
                                        .label(StreamId.of("nobody", "x"), "name", "value"))),
                () -> done(
                        "illegal",
                        "reserved type",
                        side -> side.log()
                                .append(stream, ExpectedVersion.any(), EventData.deletion(event.id(), "no reason"))),
                () -> done(
                        "illegal",
                        "condition on time",
                        side -> side.log()
                                .append(Append.to(stream, ExpectedVersion.any(), event)
                                        .unless(EventQuery.all().andRecordedAfter(Instant.EPOCH)))),
                () -> done("illegal", "cursor at -1", side -> side.log().cursorAt(-1)),
                () -> done("illegal", "empty label", side -> side.log().label(stream, "", "value")),
                () -> done("illegal", "NUL in label", side -> side.log().label(stream, "name", "\0")),
                () -> done("illegal", "no reason", side -> side.maintenance().truncate(stream, 1, "")),
                () -> done(
                        "illegal",
                        "lone surrogate",
                        side -> side.maintenance().delete(stream, ExpectedVersion.any(), "\ud83d")),
                () -> done(
                        "illegal",
                        "delete by empty label",
                        side -> side.maintenance().deleteByLabel("name", "", "reason")),
                () -> done("illegal", "too many labels at once", side -> {
                    Append append = Append.to(stream, ExpectedVersion.any(), event);
                    for (int i = 0; i <= Limits.STANDARD.labels(); i++) {
                        append = append.label(stream, "label " + i, "x");
                    }
                    side.log().append(append);
                }));
        return one(all).get();
    }

    /** What is done at the end of a run: the largest event, everything that is there, a copy of it, and closing. */
    static List<Operation> last(UUID id) {
        byte[] most = new byte[Limits.STANDARD.payloadBytes()];
        EventData large = EventData.of("Large", most).withId(id);
        return List.of(
                new Operation(
                        "append",
                        "append a payload of the largest size",
                        side -> side.log().append(StreamId.of("large", "large"), ExpectedVersion.any(), large)),
                new Operation("everything", "compare everything", side -> everything(side.log(), side.maintenance())),
                new Operation("copy", "copy into an empty log", ModelOperations::copy),
                new Operation("far", "read what is far behind what does not match", side -> far(side, id)),
                new Operation("page", "read a page of large events", side -> {
                    side.log().append(StreamId.of("large", "large"), ExpectedVersion.any(), large.withId(id(id, -1)));
                    return side.log()
                            .page(side.log().read(StreamId.of("large", "large")))
                            .events()
                            .size();
                }),
                done("close", "close", side -> side.log().close()),
                new Operation(
                        "closed",
                        "read after closing",
                        side -> side.log().read(StreamId.of("large", "large")).toList()));
    }

    private static List<Object> everything(AtomicEventLog log, LogMaintenance maintenance) {
        List<Object> all = new ArrayList<>(history(log, log.beginning()));
        all.addAll(log.streams().toList());
        maintenance.removals().forEach(all::add);
        all.add(log.read(EventQuery.all()).toList());
        all.add(log.read(EventQuery.all()).backward().toList());
        Set<StreamId> streams = new LinkedHashSet<>();
        log.streams().forEach(info -> streams.add(info.stream()));
        streams.forEach(stream -> all.add(log.read(stream).toList()));
        all.add(maintenance.verify(position -> {}));
        return all;
    }

    /** Reads past more than one page's worth of places that do not match. */
    private static Object far(ModelSide side, UUID id) {
        List<EventData> events = new ArrayList<>();
        for (int i = 0; i < FAR; i++) {
            events.add(EventData.of("Near", new byte[0]).withId(id(id, i)));
        }
        Metadata rare = Metadata.of("rare", "very");
        events.add(EventData.of("Far", new byte[0]).withId(id(id, FAR)).withMetadata(rare));
        side.log().append(StreamId.of("far", "far"), ExpectedVersion.any(), events);
        return side.log().read(EventQuery.all().andMetadata(rare)).toList();
    }

    private static UUID id(UUID base, long number) {
        return new UUID(base.getMostSignificantBits() ^ FAR, number);
    }

    /** Fills the second log with the first one's history, looks too early, and offers it a part that is wrong. */
    private static Object copy(ModelSide side) {
        List<Object> seen = new ArrayList<>();
        List<List<StoredEntry>> appends = history(side.log(), side.log().beginning());
        int half = appends.size() / 2;
        try (LogRestore restore = side.restore()) {
            restore.add(appends.subList(0, half));
            seen.add(outcome(() -> side.restored().head()));
            // The first append once more, behind the ones that follow.
            List<List<StoredEntry>> wrong = new ArrayList<>(appends.subList(half, half + 2));
            wrong.add(appends.getFirst());
            seen.add(outcome(() -> {
                restore.add(wrong);
                return "taken";
            }));
            seen.add(restore.head());
            restore.add(appends.subList(half, appends.size()));
            side.log().streams().forEach(info -> restore.labels(info.stream(), info.labels()));
            side.maintenance().removals().forEach(restore::removal);
            restore.complete();
            seen.add(outcome(() -> {
                restore.add(List.of());
                return "taken";
            }));
        }
        seen.addAll(everything(side.restored(), side.restoredMaintenance()));
        // A repeat is recognised by the whole append.
        List<Append.NewEvent> again = new ArrayList<>();
        List<StoredEntry> twice = appends.stream()
                .filter(a -> a.size() > 1 && a.stream().allMatch(e -> !e.type().startsWith("$")))
                .findFirst()
                .orElseThrow();
        for (StoredEntry entry : twice) {
            again.add(new Append.NewEvent(
                    entry.stream(), EventData.of(entry.type(), new byte[0]).withId(entry.id())));
        }
        seen.add(outcome(() -> side.restored().append(new Append(again, Map.of(), List.of(), Map.of()))));
        seen.add(outcome(() -> side.restored().append(new Append(again.subList(0, 1), Map.of(), List.of(), Map.of()))));
        return seen;
    }

    private static Object outcome(Supplier<Object> action) {
        try {
            return action.get();
        } catch (RuntimeException e) {
            return e;
        }
    }
}
