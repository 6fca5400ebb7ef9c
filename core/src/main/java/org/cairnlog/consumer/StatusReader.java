// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.cairnlog.consumer.ConsumerStatus.State;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.CursorFromAnotherHistory;
import org.cairnlog.log.EventLog;
import org.jspecify.annotations.Nullable;

/** What consumers do, put together from the store, the log's head and what the workers here know better. */
final class StatusReader {
    private static final List<State> WORST_FIRST = List.of(
            State.STOPPED,
            State.RETRYING,
            State.PAUSED,
            State.PARKED,
            State.CATCHING_UP,
            State.RUNNING,
            State.WAITING_FOR_LEASE,
            State.IDLE);

    private final EventLog log;
    private final ConsumerStore store;
    private final List<Worker<?>> workers;

    StatusReader(EventLog log, ConsumerStore store, List<Worker<?>> workers) {
        this.log = log;
        this.store = store;
        this.workers = workers;
    }

    List<ConsumerStatus> all() {
        List<ConsumerStore.Known> known = store.consumers();
        Instant now = store.now();
        Cursor head = log.head();
        Map<String, ConsumerStatus> all = new LinkedHashMap<>();
        known.forEach(row -> all.put(row.name(), status(row, now, head)));
        for (ConsumerStore.Known row : known) {
            List<ConsumerStatus> parts = ConsumerStore.partitions(row.name(), row.partitions()).stream()
                    .map(all::get)
                    .filter(Objects::nonNull)
                    .toList();
            if (row.partitions() > 1 && !parts.isEmpty()) {
                all.put(row.name(), together(row.name(), parts));
            }
        }
        return List.copyOf(all.values());
    }

    /** Of partitions the one that needs looking after most, and what they come to together. */
    private static ConsumerStatus together(String name, List<ConsumerStatus> parts) {
        ConsumerStatus worst = Collections.min(
                parts,
                Comparator.comparing(ConsumerStatus::isHealthy)
                        .thenComparingInt(part -> WORST_FIRST.indexOf(part.state())));
        String why = worst.why().isEmpty() ? "" : worst.name().substring(name.length() + 1) + ": " + worst.why();
        Optional<ConsumerStatus> least = parts.stream().max(Comparator.comparingLong(ConsumerStatus::lag));
        return new ConsumerStatus(
                name,
                worst.state(),
                worst.since(),
                why,
                least.flatMap(ConsumerStatus::cursor),
                least.map(ConsumerStatus::lag).orElse(0L),
                Collections.max(parts.stream().map(ConsumerStatus::lagTime).toList()),
                parts.stream().mapToDouble(ConsumerStatus::rate).sum(),
                parts.stream()
                        .flatMap(part -> part.holder().stream())
                        .distinct()
                        .sorted()
                        .reduce((one, other) -> one + ", " + other),
                parts.stream().mapToLong(ConsumerStatus::parked).sum(),
                parts.stream().mapToLong(ConsumerStatus::skipped).sum(),
                true);
    }

    private ConsumerStatus status(ConsumerStore.Known row, Instant now, Cursor head) {
        ConsumerStore.Report report = report(row, now);
        Cursor cursor = row.cursor();
        return new ConsumerStatus(
                row.name(),
                report.state(),
                now.minus(report.lasting()),
                report.why(),
                Optional.ofNullable(cursor),
                lag(cursor == null ? log.beginning() : cursor, head),
                lagTime(cursor == null ? log.beginning() : cursor, head, now),
                report.rate(),
                Optional.ofNullable(row.lease()).map(ConsumerStore.Lease::holder),
                row.parked(),
                row.skipped(),
                row.active());
    }

    private ConsumerStore.Report report(ConsumerStore.Known row, Instant now) {
        ConsumerStore.Halt halt = row.halt();
        if (halt != null) {
            return report(halt.failed() ? State.STOPPED : State.PAUSED, halt.since(), now, halt.why());
        }
        Worker<?> local = local(row);
        if (local != null
                && (local.claim() != null
                        || row.lease() == null
                        || local.report().state() == State.RETRYING)) {
            return local.report();
        }
        ConsumerStore.Lease lease = row.lease();
        if (lease == null) {
            return report(State.STOPPED, row.since(), now, "nobody runs it: start it");
        }
        if (lease.until().isBefore(now)) {
            return report(
                    State.STOPPED,
                    lease.until(),
                    now,
                    "its holder, " + lease.holder() + ", has died or stands still, and nobody else runs it");
        }
        if (local != null) {
            return local.report();
        }
        return new ConsumerStore.Report(row.state(), Duration.between(row.since(), now), row.why(), row.rate());
    }

    private static ConsumerStore.Report report(State state, Instant since, Instant now, String why) {
        return new ConsumerStore.Report(state, Duration.between(since, now), why, 0);
    }

    private @Nullable Worker<?> local(ConsumerStore.Known row) {
        return workers.stream()
                .filter(worker -> worker.name().equals(row.name()) && !worker.isStopping())
                .findFirst()
                .orElse(null);
    }

    private static long lag(Cursor cursor, Cursor head) {
        long lag = 0;
        if (cursor.places().size() == head.places().size()) {
            for (int i = 0; i < head.places().size(); i++) {
                lag += Math.max(
                        0,
                        head.places().get(i).position() - cursor.places().get(i).position());
            }
        }
        return lag;
    }

    private Duration lagTime(Cursor cursor, Cursor head, Instant now) {
        if (!cursor.log().equals(head.log())
                || cursor.places().size() != head.places().size()
                || cursor.covers(head)) {
            return Duration.ZERO;
        }
        try {
            List<RecordedEvent> next =
                    log.page(log.read(EventQuery.all()).after(cursor).limit(1)).events();
            return next.isEmpty()
                    ? Duration.ZERO
                    : Duration.between(next.getFirst().recordedAt(), now);
        } catch (CursorFromAnotherHistory e) {
            // Its worker says so, and that matters more.
            return Duration.ZERO;
        }
    }
}
