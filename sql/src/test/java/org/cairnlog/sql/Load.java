// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.AppendInterrupted;
import org.cairnlog.log.Appended;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.EventLog;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.LogBusy;
import org.cairnlog.log.LogUnavailable;
import org.cairnlog.log.OutcomeUnknown;
import org.cairnlog.log.Tail;
import org.cairnlog.log.TransactionalEventLog;

/**
 * Writers and readers of a log while something goes wrong, and the ledger of what was acknowledged. At the end the log
 * holds just what it should: everything acknowledged once where it was said to be, nothing refused, and every reader
 * has seen all of it in order.
 */
final class Load implements AutoCloseable {
    private static final int STREAMS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TransactionalEventLog log;
    private final EventLog other;
    private final List<Thread> writers = new ArrayList<>();
    private final List<Reader> readers = new ArrayList<>();
    private final Map<UUID, Appended> acknowledged = new ConcurrentHashMap<>();
    private final Map<UUID, Boolean> refused = new ConcurrentHashMap<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    final AtomicInteger unknown = new AtomicInteger();
    final AtomicInteger refusals = new AtomicInteger();
    private volatile boolean stopped;
    private volatile Cursor end;

    /** Starts writers on one node and readers on both. */
    Load(TransactionalEventLog log, EventLog other, int writers) {
        this.log = log;
        this.other = other;
        readers.add(new Reader(log, EventQuery.all()));
        readers.add(new Reader(other, EventQuery.all()));
        readers.add(new Reader(other, EventQuery.types("even")));
        for (int number = 0; number < writers; number++) {
            int writer = number;
            this.writers.add(Thread.ofVirtual().start(() -> write(writer)));
        }
        readers.forEach(reader -> reader.thread = Thread.ofPlatform().daemon().start(reader));
    }

    private void write(int writer) {
        for (int n = 0; !stopped; n++) {
            var event = EventData.json(n % 2 == 0 ? "even" : "odd", "{\"writer\":" + writer + ",\"n\":" + n + "}");
            var append = Append.to(StreamId.of("load", "s" + n % STREAMS), ExpectedVersion.any(), event);
            try {
                acknowledged.put(event.id(), settled(append));
            } catch (LogBusy | LogUnavailable | AppendInterrupted e) {
                refusals.incrementAndGet();
                refused.put(event.id(), true);
                LockSupport.parkNanos(1_000_000);
            } catch (Throwable e) {
                failures.add(e);
                return;
            }
        }
    }

    /** Repeats an append of unknown outcome until it is known: then it must be stored. */
    private Appended settled(Append append) {
        OutcomeUnknown open;
        try {
            return log.append(append);
        } catch (OutcomeUnknown e) {
            open = e;
        }
        unknown.incrementAndGet();
        long started = System.nanoTime();
        while (true) {
            try {
                return log.repeat(open);
            } catch (OutcomeUnknown | LogBusy | LogUnavailable e) {
                if (System.nanoTime() - started > PATIENCE.toNanos()) {
                    throw e;
                }
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    /** Follows the log, beginning again where it was if the log cannot be read for a while. */
    private final class Reader implements Runnable {
        private final EventLog log;
        private final EventQuery query;
        private final List<RecordedEvent> seen = new CopyOnWriteArrayList<>();
        private Thread thread;

        Reader(EventLog log, EventQuery query) {
            this.log = log;
            this.query = query;
        }

        @Override
        public void run() {
            try {
                Cursor cursor = log.beginning();
                while (!isDone(cursor)) {
                    cursor = follow(cursor);
                }
            } catch (Throwable e) {
                failures.add(e);
            }
        }

        private Cursor follow(Cursor from) throws InterruptedException {
            Cursor cursor = from;
            try (Tail tail = log.tail(from, query)) {
                while (!isDone(cursor)) {
                    tail.next(Duration.ofMillis(100)).ifPresent(seen::add);
                    cursor = tail.cursor();
                }
            } catch (LogUnavailable e) {
                LockSupport.parkNanos(10_000_000);
            }
            return cursor;
        }

        private boolean isDone(Cursor cursor) {
            return !failures.isEmpty() || (end != null && cursor.covers(end));
        }
    }

    int acknowledged() {
        return acknowledged.size();
    }

    /** Waits until so many more appends have been acknowledged. */
    void awaitMore(int appends) {
        int wanted = acknowledged.size() + appends;
        long started = System.nanoTime();
        while (acknowledged.size() < wanted) {
            assertThat(failures).isEmpty();
            assertThat(System.nanoTime() - started)
                    .as("%s of %s acknowledged; %s", acknowledged.size(), wanted, log.status())
                    .isLessThan(PATIENCE.toNanos());
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Stops the writers, lets the readers come to the end, and compares. */
    @Override
    public void close() throws InterruptedException {
        stopped = true;
        for (Thread writer : writers) {
            assertThat(writer.join(PATIENCE)).isTrue();
        }
        end = other.head();
        for (Reader reader : readers) {
            assertThat(reader.thread.join(PATIENCE))
                    .as("a reader that should come to %s", end)
                    .isTrue();
        }
        assertThat(failures).isEmpty();
        check();
    }

    private void check() {
        List<RecordedEvent> all = other.read(EventQuery.all()).toList();
        Map<UUID, RecordedEvent> stored = new HashMap<>();
        long position = 0;
        for (RecordedEvent event : all) {
            assertThat(event.position()).isEqualTo(++position);
            assertThat(stored.put(event.id(), event))
                    .as("the second time that %s is there", event.id())
                    .isNull();
        }
        acknowledged.forEach((id, appended) -> {
            assertThat(stored).as("what was acknowledged").containsKey(id);
            assertThat(stored.get(id).position()).isEqualTo(appended.firstPosition());
            assertThat(stored.get(id).version()).isEqualTo(appended.version());
        });
        refused.keySet().forEach(id -> assertThat(stored).as("what was refused").doesNotContainKey(id));
        assertThat(readers.get(0).seen).isEqualTo(all);
        assertThat(readers.get(1).seen).isEqualTo(all);
        assertThat(readers.get(2).seen)
                .isEqualTo(all.stream().filter(e -> e.type().equals("even")).toList());
    }
}
