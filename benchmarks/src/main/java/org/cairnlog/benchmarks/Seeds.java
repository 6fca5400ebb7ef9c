// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.EventLog;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.sql.Sqlite;

/** The workload that chronicle published: 31 bytes for each event, streams that are new for each append. */
final class Seeds {
    private static final String PAYLOAD = "{\"value\":\"some-data-for-event\"}";
    private static final int TASKS = 100;
    private static final int PER_TASK = 5;
    private static final int FILLING = 100;
    private static final AtomicLong STREAMS = new AtomicLong();

    private Seeds() {}

    /** Work on a log. */
    private interface Work {
        void on(Store store) throws Exception;
    }

    static List<Workload> all() {
        List<Workload> all = new ArrayList<>();
        for (int size : new int[] {1, 10, 100}) {
            List<EventData> batch = batch(size);
            all.add(workload("append-" + size, "append " + size, store -> {}, store -> append(store, batch)));
        }
        List<EventData> each = batch(PER_TASK);
        all.add(workload("concurrent", "100 tasks append 5 each", store -> {}, store -> concurrent(store, each)));
        for (int size : new int[] {100, 1000}) {
            all.add(workload(
                    "read-" + size,
                    "read a stream of " + size,
                    store -> fill(store, 1, size),
                    store -> expect(
                            size,
                            store.log
                                    .read(StreamId.of("seed", "filled-0"))
                                    .toList()
                                    .size())));
        }
        for (int size : new int[] {100, 1000}) {
            all.add(workload(
                    "read-all-" + 10 * size,
                    "read all of " + 10 * size,
                    store -> fill(store, 10, size),
                    store -> expect(
                            10 * size, store.log.read(EventQuery.all()).toList().size())));
        }
        return all;
    }

    private static Workload workload(String name, String title, Work before, Work work) {
        return new Workload("seeds-" + name, "Seeds' workload: " + title, 1)
                .side("memory", site -> new Logged(EventLog::inMemory, true, before, work, () -> {}))
                .side(
                        "SQLite",
                        site -> new Logged(() -> Sqlite.open(site.file("seeds.db")), false, before, work, () -> {}))
                .side("PostgreSQL", site -> {
                    String url = site.database(null);
                    return new Logged(() -> PostgresAppends.open(url), false, before, work, () -> site.drop(url));
                });
    }

    /** A batch, made once; its events only get ids of their own for each append. */
    private static List<EventData> batch(int size) {
        List<EventData> batch = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            batch.add(EventData.json("test_event_" + i, PAYLOAD));
        }
        return List.copyOf(batch);
    }

    private static void append(Store store, StreamId stream, ExpectedVersion expected, List<EventData> batch) {
        List<EventData> events =
                batch.stream().map(event -> event.withId(Events.id())).toList();
        store.log.append(Append.to(stream, expected, events));
        events.forEach(event -> store.ledger.add(event.id()));
    }

    private static void append(Store store, List<EventData> batch) {
        append(store, StreamId.of("seed", "s-" + STREAMS.incrementAndGet()), ExpectedVersion.noStream(), batch);
    }

    private static void concurrent(Store store, List<EventData> batch) throws Exception {
        try (ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < TASKS; i++) {
                running.add(tasks.submit(() -> append(store, batch)));
            }
            for (Future<?> task : running) {
                task.get();
            }
        }
    }

    private static void fill(Store store, int streams, int size) {
        List<EventData> batch = batch(FILLING);
        for (int stream = 0; stream < streams; stream++) {
            for (int i = 0; i < size; i += FILLING) {
                append(store, StreamId.of("seed", "filled-" + stream), ExpectedVersion.exactly(i), batch);
            }
        }
    }

    private static void expect(int events, int found) {
        if (events != found) {
            throw new IllegalStateException(found + " events were read, and " + events + " are there.");
        }
    }

    private interface Opening {
        AtomicEventLog open() throws Exception;
    }

    /** A log, and what was acknowledged by it. */
    private record Store(AtomicEventLog log, Ledger ledger) {}

    /** Work on a log; one in memory is made anew for each slice of time, because it would fill the heap. */
    private static final class Logged implements Side {
        private final Opening opening;
        private final boolean anew;
        private final Work before;
        private final Work work;
        private final CairnAppends.End end;
        private Store store;

        Logged(Opening opening, boolean anew, Work before, Work work, CairnAppends.End end) throws Exception {
            this.opening = opening;
            this.anew = anew;
            this.before = before;
            this.work = work;
            this.end = end;
            this.store = new Store(opening.open(), new Ledger());
            before.on(store);
        }

        @Override
        public void beginRound() throws Exception {
            if (anew) {
                check();
                store.log.close();
                store = new Store(opening.open(), new Ledger());
                before.on(store);
            }
        }

        @Override
        public void once(int caller) throws Exception {
            work.on(store);
        }

        @Override
        public void check() {
            CairnAppends.check(store.log, store.ledger, 0);
        }

        @Override
        public void close() throws Exception {
            store.log.close();
            end.end();
        }
    }
}
