// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.cairnlog.event.CairnException;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventIds;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.EventLog;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.HistoryPage;
import org.cairnlog.log.MemoryEventLog;
import org.cairnlog.sql.servers.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Appends that go to the database in one batch have outcomes that they could have one after the other, whatever one
 * does to another. The log's lock is held until all of a round wait.
 */
@Timeout(120)
class PostgresBatchesTest {
    private static final int ROUNDS = 40;
    private static final int APPENDS = 12;

    private record Prepared(
            List<EventData> events, List<StreamId> streams, List<ExpectedVersion> expected, int rule, double after) {}

    @Test
    void a_batch_does_what_its_appends_do_one_after_the_other() throws Exception {
        long seed = Long.getLong("cairn.seed", System.nanoTime() % 1_000_000);
        System.out.println("batches: -Dcairn.seed=" + seed);
        var random = new Random(seed);
        PostgresSite site = PostgresSite.on(PostgresServer.newest());
        List<Prepared> known = new ArrayList<>();
        int refused = 0;
        int stored = 0;
        int repeated = 0;
        try (var fixture = new PostgresFixture(site);
                var memory = EventLog.inMemory();
                Connection holder = site.pool("postgres").getConnection()) {
            for (int round = 0; round < ROUNDS; round++) {
                List<Prepared> batch = new ArrayList<>();
                for (int i = 0; i < APPENDS; i++) {
                    Prepared next = !known.isEmpty() && random.nextInt(8) == 0
                            ? known.get(known.size() - 1 - random.nextInt(Math.min(known.size(), 2 * APPENDS)))
                            : prepared(random, memory, round * APPENDS + i, known);
                    batch.add(next);
                    known.add(next);
                }
                List<Append> appends =
                        batch.stream().map(p -> append(p, fixture.log())).toList();
                List<Append> same = batch.stream().map(p -> append(p, memory)).toList();
                long before = fixture.log().status().batches();
                List<String> outcomes = together(fixture, holder, site, appends);
                assertThat(fixture.log().status().batches() - before)
                        .as("batches of round %s", round)
                        .isLessThanOrEqualTo(2);
                Set<Integer> explained = explained(memory, same, outcomes);
                for (int i = 0; i < APPENDS; i++) {
                    assertThat(explained)
                            .as(
                                    "append %s of round %s, seed %s: %s gave %s among %s",
                                    i, round, seed, batch.get(i), outcomes.get(i), outcomes)
                            .contains(i);
                }
                for (String outcome : outcomes) {
                    refused += outcome.startsWith("at") ? 0 : 1;
                    stored += outcome.endsWith("false") ? 1 : 0;
                    repeated += outcome.endsWith("true") ? 1 : 0;
                }
            }
            assertThat(fixture.maintenance().verify(position -> {}).damage()).isEmpty();
        }
        assertThat(List.of(refused, stored, repeated)).allMatch(count -> count > 3);
    }

    /**
     * Stores in memory what was stored, in the order of the positions. Which outcomes a log would give that has stored
     * as many of them as it takes: those who append at the same time may come in any order.
     */
    private static Set<Integer> explained(MemoryEventLog memory, List<Append> appends, List<String> outcomes) {
        Set<Integer> explained = new TreeSet<>();
        explainRefusals(memory, appends, outcomes, explained);
        for (boolean more = true; more; ) {
            more = false;
            String next = "at " + (memory.head().places().getFirst().position() + 1) + " ";
            for (int i = 0; i < appends.size() && !more; i++) {
                if (outcomes.get(i).startsWith(next) && outcomes.get(i).endsWith("false")) {
                    more = outcome(memory, appends.get(i)).equals(outcomes.get(i)) && explained.add(i);
                }
            }
            if (more) {
                explainRefusals(memory, appends, outcomes, explained);
            }
        }
        return explained;
    }

    private static void explainRefusals(
            MemoryEventLog memory, List<Append> appends, List<String> outcomes, Set<Integer> explained) {
        for (int i = 0; i < appends.size(); i++) {
            if (!explained.contains(i) && !outcomes.get(i).endsWith("false")) {
                var copy = copy(memory);
                if (outcome(copy, appends.get(i)).equals(outcomes.get(i))) {
                    explained.add(i);
                }
            }
        }
    }

    private static MemoryEventLog copy(MemoryEventLog log) {
        var copy = EventLog.inMemory();
        try (var restore = copy.restore(log.id())) {
            HistoryPage page = log.history(log.beginning());
            while (!page.appends().isEmpty()) {
                restore.add(page.appends());
                page = log.history(page.cursor());
            }
            restore.complete();
        }
        return copy;
    }

    private static Prepared prepared(Random random, EventLog log, int number, List<Prepared> known) {
        List<EventData> events = new ArrayList<>();
        List<StreamId> streams = new ArrayList<>();
        List<ExpectedVersion> expected = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            var event = EventData.json("type" + random.nextInt(3), "{}")
                    .withId(EventIds.named("batch", number + "/" + i))
                    .withTags(random.nextBoolean() ? List.of() : List.of("tag" + random.nextInt(4), "all"));
            if (i == 0 && !known.isEmpty() && random.nextInt(15) == 0) {
                event = event.withId(known.getLast().events().getFirst().id());
            }
            events.add(event);
            StreamId stream = StreamId.of("batch", "s" + random.nextInt(4) + (number < 60 ? "" : "x"));
            streams.add(stream);
            long version = log.stream(stream).map(info -> info.version()).orElse(0L) + random.nextInt(4);
            expected.add(
                    switch (random.nextInt(5)) {
                        case 0 -> ExpectedVersion.noStream();
                        case 1 -> ExpectedVersion.exists();
                        case 2 -> ExpectedVersion.any();
                        default -> ExpectedVersion.exactly(version);
                    });
        }
        return new Prepared(events, streams, expected, random.nextInt(8), random.nextDouble());
    }

    private static Append append(Prepared prepared, AtomicEventLog log) {
        Append append = Append.to(
                prepared.streams().getFirst(),
                prepared.expected().getFirst(),
                prepared.events().getFirst());
        for (int i = 1; i < prepared.events().size(); i++) {
            append = append.expectations().containsKey(prepared.streams().get(i))
                    ? append.and(prepared.streams().get(i), prepared.events().get(i))
                    : append.and(
                            prepared.streams().get(i),
                            prepared.expected().get(i),
                            prepared.events().get(i));
        }
        long head = log.head().places().getFirst().position();
        var after = log.cursorAt((long) (head * prepared.after() + 0.5));
        return switch (prepared.rule()) {
            case 0 -> append.unless(EventQuery.tags("tag1"), after);
            case 1 -> append.unless(EventQuery.tags("tag2", "all").andTypes("type1"), log.head());
            case 2 -> append.unless(EventQuery.types("type2").or(EventQuery.tags("tag3")), log.head());
            case 3 ->
                append.unless(EventQuery.streams(prepared.streams().getFirst()).andTypes("type0"), log.head());
            default -> append;
        };
    }

    /** Holds the lock until all wait in their order, and lets them go. */
    private static List<String> together(
            PostgresFixture fixture, Connection holder, PostgresSite site, List<Append> appends) throws Exception {
        List<CompletableFuture<String>> outcomes = new ArrayList<>();
        try (Statement statement = holder.createStatement()) {
            String lock = new PostgresSchema(PostgresSite.SCHEMA)
                    .of("(SELECT pg_advisory_%s('\"cairn\".log'::regclass::oid::bigint::bit(32)::integer, l.key) FROM"
                            + " \"cairn\".log l WHERE l.name = '" + fixture.name + "')");
            statement.execute("SELECT " + String.format(lock, "lock") + "::text");
            for (Append append : appends) {
                var outcome = new CompletableFuture<String>();
                Thread thread = Thread.ofPlatform().start(() -> outcome.complete(outcome(fixture.log(), append)));
                while (thread.getState() != Thread.State.TIMED_WAITING && !outcome.isDone()) {
                    LockSupport.parkNanos(100_000);
                }
                outcomes.add(outcome);
            }
            statement.execute("SELECT " + String.format(lock, "unlock") + "::text");
        }
        List<String> all = new ArrayList<>();
        for (CompletableFuture<String> outcome : outcomes) {
            all.add(outcome.get());
        }
        return all;
    }

    private static String outcome(AtomicEventLog log, Append append) {
        try {
            Appended done = log.append(append);
            return "at " + done.firstPosition() + " to "
                    + done.cursor().places().getFirst() + " versions " + new TreeMap<>(done.versions())
                    + " repeated " + done.repeated();
        } catch (CairnException e) {
            return e.getClass().getSimpleName() + ": " + e.getMessage().replaceAll("c1~[0-9a-f-]+", "c1");
        }
    }
}
