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

    private Seeds() {}

    /** Work on a log. */
    private interface Work {
        void on(AtomicEventLog log) throws Exception;
    }

    static List<Workload> all() {
        List<Workload> all = new ArrayList<>();
        var streams = new AtomicLong();
        for (int size : new int[] {1, 10, 100}) {
            all.add(workload("append-" + size, "append " + size, log -> {}, log -> append(log, streams, size)));
        }
        all.add(workload("concurrent", "100 tasks append 5 each", log -> {}, log -> concurrent(log, streams)));
        for (int size : new int[] {100, 1000}) {
            all.add(workload(
                    "read-" + size,
                    "read a stream of " + size,
                    log -> fill(log, 1, size),
                    log -> expect(
                            size,
                            log.read(StreamId.of("seed", "filled-0")).toList().size())));
        }
        for (int size : new int[] {100, 1000}) {
            all.add(workload(
                    "read-all-" + 10 * size,
                    "read all of " + 10 * size,
                    log -> fill(log, 10, size),
                    log -> expect(10 * size, log.read(EventQuery.all()).toList().size())));
        }
        return all;
    }

    private static Workload workload(String name, String title, Work before, Work work) {
        return new Workload("seeds-" + name, "Seeds' workload: " + title, 1)
                .side("memory", site -> new Logged(EventLog.inMemory(), before, work, () -> {}))
                .side("SQLite", site -> new Logged(Sqlite.open(site.file("seeds.db")), before, work, () -> {}))
                .side("PostgreSQL", site -> {
                    String url = site.database(null);
                    return new Logged(PostgresAppends.open(url), before, work, () -> site.drop(url));
                });
    }

    private static List<EventData> events(int size) {
        List<EventData> events = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            events.add(EventData.json("test_event_" + i, PAYLOAD));
        }
        return events;
    }

    private static void append(AtomicEventLog log, AtomicLong streams, int size) {
        var stream = StreamId.of("seed", "s-" + streams.incrementAndGet());
        log.append(Append.to(stream, ExpectedVersion.noStream(), events(size)));
    }

    private static void concurrent(AtomicEventLog log, AtomicLong streams) throws Exception {
        try (ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < TASKS; i++) {
                running.add(tasks.submit(() -> append(log, streams, PER_TASK)));
            }
            for (Future<?> task : running) {
                task.get();
            }
        }
    }

    private static void fill(AtomicEventLog log, int streams, int size) {
        for (int stream = 0; stream < streams; stream++) {
            for (int i = 0; i < size; i += 100) {
                log.append(Append.to(StreamId.of("seed", "filled-" + stream), ExpectedVersion.exactly(i), events(100)));
            }
        }
    }

    private static void expect(int events, int found) {
        if (events != found) {
            throw new IllegalStateException(found + " events were read, and " + events + " are there.");
        }
    }

    private record Logged(AtomicEventLog log, Work work, CairnAppends.End end) implements Side {
        Logged(AtomicEventLog log, Work before, Work work, CairnAppends.End end) throws Exception {
            this(log, work, end);
            before.on(log);
        }

        @Override
        public void once(int caller) throws Exception {
            work.on(log);
        }

        @Override
        public void close() throws Exception {
            log.close();
            end.end();
        }
    }
}
