// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Metadata;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.ConditionFailed;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.LogEvents;
import org.cairnlog.log.Tail;
import org.cairnlog.log.VersionConflict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a log promises to many clients at once. Each test prints what it saw, so that an idle one is noticed. */
public abstract class ConcurrencyContract {
    private static final Duration MOMENT = Duration.ofMillis(20);

    /** For subclasses. */
    protected ConcurrencyContract() {}

    /**
     * Makes a new, empty log.
     *
     * @return a fixture, which the test closes
     * @throws Exception if that is not possible
     */
    protected abstract AtomicLogFixture open() throws Exception;

    @ParameterizedTest
    @CsvSource({"8, 100", "24, 40", "64, 15"})
    void appends_and_reads_of_single_streams_are_linearizable(int clients, int steps) throws Exception {
        try (AtomicLogFixture fixture = open()) {
            AtomicEventLog log = fixture.log();
            var history = new LogHistory(log);
            Clients.together(clients, client -> {
                var random = new Random(client);
                Map<StreamId, Long> seen = new HashMap<>();
                for (int step = 0; step < steps; step++) {
                    // All move on to new streams now and then, so that first appends race as well.
                    var stream = StreamId.of("hot", step * 8 / steps + "-" + random.nextInt(2));
                    if (random.nextInt(4) == 0) {
                        seen.put(stream, history.read(stream).version());
                    } else {
                        Append append = Append.to(
                                stream,
                                expectation(random, seen.getOrDefault(stream, 0L)),
                                events(random, 1 + random.nextInt(2)));
                        history.append(append).ifPresent(result -> seen.put(stream, result.version()));
                    }
                }
            });
            assertThat(history.problems()).isEmpty();
            assertAllSeen(history, "stored", "conflict", "read");
        }
    }

    @ParameterizedTest
    @CsvSource({"8, 60", "32, 12"})
    void appends_to_many_streams_with_guards_are_linearizable_over_the_whole_log(int clients, int steps)
            throws Exception {
        List<StreamId> hot = List.of(
                StreamId.of("hot", "1"), StreamId.of("hot", "2"), StreamId.of("other", "1"), StreamId.of("other", "2"));
        try (AtomicLogFixture fixture = open()) {
            AtomicEventLog log = fixture.log();
            var history = new LogHistory(log);
            Clients.together(clients, client -> {
                var random = new Random(client);
                Map<StreamId, Long> seen = new HashMap<>();
                for (int step = 0; step < steps; step++) {
                    switch (random.nextInt(5)) {
                        case 0 -> history.head();
                        case 1 -> {
                            StreamId stream = hot.get(random.nextInt(hot.size()));
                            seen.put(stream, history.read(stream).version());
                        }
                        default ->
                            history.append(interleaved(random, hot, seen))
                                    .ifPresent(result -> seen.putAll(result.versions()));
                    }
                }
            });
            assertThat(history.problems()).isEmpty();
            assertAllSeen(history, "stored", "conflict", "read", "head");
        }
    }

    private static Append interleaved(Random random, List<StreamId> hot, Map<StreamId, Long> seen) {
        List<Append.NewEvent> events = new ArrayList<>();
        Map<StreamId, ExpectedVersion> expectations = new LinkedHashMap<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            events.add(new Append.NewEvent(
                    hot.get(random.nextInt(hot.size())), events(random, 1).getFirst()));
        }
        // Some of these are guards.
        for (int i = random.nextInt(3); i > 0; i--) {
            StreamId stream = hot.get(random.nextInt(hot.size()));
            expectations.put(stream, expectation(random, seen.getOrDefault(stream, 0L)));
        }
        return new Append(events, expectations, List.of(), Map.of());
    }

    private static ExpectedVersion expectation(Random random, long seen) {
        return switch (random.nextInt(8)) {
            case 0, 1 -> ExpectedVersion.any();
            case 2 -> ExpectedVersion.noStream();
            case 3 -> ExpectedVersion.exists();
            case 4 -> ExpectedVersion.exactly(seen + 1);
            default -> ExpectedVersion.exactly(seen);
        };
    }

    private static List<EventData> events(Random random, int count) {
        List<EventData> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String number = "" + random.nextInt(3);
            events.add(EventData.json("Type" + random.nextInt(3), "{\"n\":" + number + "}")
                    .withTags("tag:" + number, "even:" + random.nextInt(2))
                    .withMetadata(Metadata.of("number", number)));
        }
        return events;
    }

    private static void assertAllSeen(LogHistory history, String... outcomes) {
        System.out.println("concurrency: " + new TreeMap<>(history.counts()));
        assertThat(history.counts()).containsKeys(outcomes);
    }

    @Test
    void every_tail_and_every_reader_beside_the_writers_sees_each_match_once_and_in_order() throws Exception {
        try (AtomicLogFixture fixture = open()) {
            AtomicEventLog log = fixture.log();
            int writers = 4;
            var busy = new CountDownLatch(writers);
            Map<String, List<UUID>> seen = new ConcurrentHashMap<>();
            var clients = new Clients();
            for (int i = 0; i < writers; i++) {
                var random = new Random(i);
                clients.add(() -> {
                    write(log, random);
                    busy.countDown();
                });
            }
            BooleanSupplier done = () -> busy.getCount() == 0;
            for (EventQuery query : queries()) {
                clients.add(() -> seen.put("tail of " + query, tail(log, query, done)));
                clients.add(() -> seen.put("reader of " + query, pages(log, query, done)));
            }
            clients.run();
            LogEvents everything = log.read(EventQuery.all()).toList();
            for (EventQuery query : queries()) {
                List<UUID> expected = everything.stream()
                        .filter(query::matches)
                        .map(RecordedEvent::id)
                        .toList();
                assertThat(expected).as("matches of " + query).isNotEmpty();
                assertThat(seen.get("tail of " + query)).as("tail of " + query).isEqualTo(expected);
                assertThat(seen.get("reader of " + query))
                        .as("reader of " + query)
                        .isEqualTo(expected);
            }
            System.out.println("concurrency: " + seen.size() + " readers of " + everything.size() + " events");
        }
    }

    private static List<EventQuery> queries() {
        return List.of(
                EventQuery.all(),
                EventQuery.streams(StreamId.of("hot", "1")),
                EventQuery.streams(StreamId.of("hot", "1"), StreamId.of("other", "1")),
                EventQuery.category("other"),
                EventQuery.types("Type1"),
                EventQuery.types("Type0", "Type2"),
                EventQuery.tags("tag:1"),
                EventQuery.tags("tag:1", "even:0"),
                EventQuery.category("hot").andTypes("Type1").andTags("tag:2"),
                EventQuery.tags("tag:0").or(EventQuery.types("Type1")).or(EventQuery.streams(StreamId.of("hot", "2"))),
                EventQuery.all().andRecordedAfter(Instant.EPOCH),
                EventQuery.all().andMetadata(Metadata.of("number", "1")));
    }

    private static void write(AtomicEventLog log, Random random) {
        List<StreamId> streams = List.of(
                StreamId.of("hot", "1"), StreamId.of("hot", "2"), StreamId.of("other", "1"), StreamId.of("other", "2"));
        for (int i = 0; i < 80; i++) {
            List<Append.NewEvent> events = new ArrayList<>();
            for (EventData event : events(random, 1 + random.nextInt(10))) {
                events.add(new Append.NewEvent(streams.get(random.nextInt(streams.size())), event));
            }
            log.append(new Append(events, Map.of(), List.of(), Map.of()));
        }
    }

    private static List<UUID> tail(AtomicEventLog log, EventQuery query, BooleanSupplier writersAreDone)
            throws InterruptedException {
        List<UUID> seen = new ArrayList<>();
        try (Tail tail = log.tail(log.beginning(), query)) {
            boolean last = false;
            while (!last) {
                // Asked before the look: what was written before the answer is found by the look.
                last = writersAreDone.getAsBoolean();
                for (var event = tail.next(MOMENT); event.isPresent(); event = tail.next(MOMENT)) {
                    seen.add(event.get().id());
                }
            }
        }
        return seen;
    }

    private static List<UUID> pages(AtomicEventLog log, EventQuery query, BooleanSupplier writersAreDone)
            throws InterruptedException {
        List<UUID> seen = new ArrayList<>();
        Cursor cursor = log.beginning();
        boolean last = false;
        while (!last) {
            last = writersAreDone.getAsBoolean();
            LogEvents some;
            do {
                some = log.read(query).after(cursor).limit(7).toList();
                some.forEach(event -> seen.add(event.id()));
                cursor = some.cursor();
            } while (!some.isEmpty());
            if (!last) {
                log.awaitGrowth(cursor, MOMENT);
            }
        }
        return seen;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 8, 24})
    void of_many_writers_with_overlapping_but_different_conditions_one_wins(int writers) throws Exception {
        int rounds = 20;
        try (AtomicLogFixture fixture = open()) {
            AtomicEventLog log = fixture.log();
            for (int round = 0; round < rounds; round++) {
                Cursor before = log.head();
                String seat = "seat:" + round;
                var stream = StreamId.of("booking", "round " + round);
                List<EventQuery> boundaries = List.of(
                        EventQuery.tags(seat),
                        EventQuery.tags(seat).andTypes("Booked"),
                        EventQuery.types("Booked", "Cancelled"),
                        EventQuery.streams(stream),
                        EventQuery.category("booking").andTags(seat, "hall:1"),
                        EventQuery.tags("nobody").or(EventQuery.streams(stream).andTypes("Booked")),
                        EventQuery.all());
                var won = new AtomicInteger();
                var lost = new AtomicInteger();
                Clients.together(writers, client -> {
                    EventData booked = EventData.json("Booked", "{}").withTags(seat, "hall:1", "by:" + client);
                    Append append = Append.to(
                            stream,
                            // A plain expectation takes part in the race as well.
                            client % 8 == 7 ? ExpectedVersion.noStream() : ExpectedVersion.any(),
                            booked);
                    try {
                        log.append(client % 8 == 7 ? append : append.unless(boundaries.get(client % 8 % 7), before));
                        won.incrementAndGet();
                    } catch (ConditionFailed e) {
                        assertThat(e.position())
                                .isEqualTo(before.places().getFirst().position() + 1);
                        lost.incrementAndGet();
                    } catch (VersionConflict e) {
                        assertThat(e.mismatches().getFirst().actual()).isEqualTo(1);
                        lost.incrementAndGet();
                    }
                });
                assertThat(won).as("winners of round " + round).hasValue(1);
                assertThat(lost).hasValue(writers - 1);
                assertThat(log.read(stream).toList()).hasSize(1);
            }
        }
    }

    @Test
    void conditions_that_do_not_overlap_all_hold() throws Exception {
        try (AtomicLogFixture fixture = open()) {
            AtomicEventLog log = fixture.log();
            Clients.together(16, client -> {
                for (int i = 0; i < 10; i++) {
                    String seat = "seat:" + client + ":" + i;
                    log.append(Append.to(
                                    StreamId.of("booking", "shared"),
                                    ExpectedVersion.any(),
                                    EventData.json("Booked", "{}").withTags(seat))
                            .unless(EventQuery.tags(seat)));
                }
            });
            assertThat(log.read(EventQuery.all()).toList()).hasSize(160);
        }
    }

    @Test
    void appends_to_the_same_streams_in_opposite_orders_neither_block_each_other_nor_conflict() throws Exception {
        var a = StreamId.of("account", "a");
        var b = StreamId.of("account", "b");
        try (AtomicLogFixture fixture = open()) {
            AtomicEventLog log = fixture.log();
            var history = new LogHistory(log);
            Clients.together(16, client -> {
                var random = new Random(client);
                for (int i = 0; i < 20; i++) {
                    List<StreamId> order = client % 2 == 0 ? List.of(a, b, a, b) : List.of(b, a, b, a);
                    List<Append.NewEvent> events = order.stream()
                            .map(stream -> new Append.NewEvent(
                                    stream, events(random, 1).getFirst()))
                            .toList();
                    var append = new Append(events, Map.of(), List.of(), Map.of());
                    Appended result = history.append(append).orElseThrow();
                    assertThat(result.versions().keySet()).isEqualTo(Set.of(a, b));
                }
            });
            assertThat(history.problems()).isEmpty();
            assertThat(history.counts()).containsOnlyKeys("stored");
        }
    }

    @Test
    void the_same_append_sent_by_many_at_once_is_stored_once() throws Exception {
        try (AtomicLogFixture fixture = open()) {
            AtomicEventLog log = fixture.log();
            for (int round = 0; round < 10; round++) {
                Append append = Append.to(
                        StreamId.of("hot", "repeats"),
                        ExpectedVersion.exactly(2L * round),
                        EventData.json("First", "{}"),
                        EventData.json("Second", "{}"));
                var first = new AtomicInteger();
                long position = 2L * round + 1;
                Clients.together(12, client -> {
                    Appended result = log.append(append);
                    assertThat(result.firstPosition()).isEqualTo(position);
                    assertThat(result.version()).isEqualTo(position + 1);
                    if (!result.repeated()) {
                        first.incrementAndGet();
                    }
                });
                assertThat(first).as("who was told to be the first").hasValue(1);
            }
            assertThat(log.read(EventQuery.all()).toList()).hasSize(20);
        }
    }
}
