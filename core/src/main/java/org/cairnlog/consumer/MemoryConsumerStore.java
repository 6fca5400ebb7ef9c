// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.cairnlog.event.Limits;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Cursor;
import org.jspecify.annotations.Nullable;

/** The state of the consumers of a log in memory; lives and dies with it. */
class MemoryConsumerStore implements ConsumerStore {
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    /** The active generation of each read model. */
    final Map<String, String> active = new TreeMap<>();

    final SortedMap<String, Row> rows = new TreeMap<>(Limits.BYTE_ORDER);

    MemoryConsumerStore(InstantSource clock) {
        this.clock = clock;
    }

    /** One consumer. */
    static final class Row {
        int partitions = 1;
        long token;

        @Nullable Cursor cursor;

        @Nullable Lease lease;

        Report report = new Report(ConsumerStatus.State.STOPPED, Duration.ZERO, "", 0);
        Instant since;

        @Nullable Halt halt;

        long asks;
        boolean rebuilding;

        @Nullable Cursor replayUpTo;

        @Nullable String base;

        boolean switching;
        final Map<UUID, ParkedEvent> setAside = new LinkedHashMap<>();
        final Map<String, Instant> members = new TreeMap<>();

        Row(Instant since) {
            this.since = since;
        }

        long count(boolean waits) {
            return setAside.values().stream().filter(e -> e.waits() == waits).count();
        }
    }

    <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    void locking(Runnable action) {
        locked(() -> {
            action.run();
            return true;
        });
    }

    Row row(String name) {
        Row row = rows.get(name);
        if (row == null) {
            throw new IllegalArgumentException("There is no consumer \"" + name + "\"; there are " + rows.keySet());
        }
        return row;
    }

    /** The row, if the token is the one of its lease. */
    Row held(Claim claim) {
        Row row = row(claim.name());
        if (row.token != claim.token()) {
            throw new LeaseLost(claim.name(), claim.token());
        }
        return row;
    }

    @Override
    public Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    @Override
    public void register(String name, int partitions) {
        locking(() -> {
            Row known = rows.get(name);
            if (known == null) {
                known = new Row(now());
                known.partitions = partitions;
                rows.put(name, known);
            }
            checkDivision(name, known.partitions, partitions);
            ConsumerStore.partitions(name, partitions).forEach(part -> rows.computeIfAbsent(part, n -> new Row(now())));
        });
    }

    void checkDivision(String name, int known, int wanted) {
        ConsumerStore.checkDivision(name, known, wanted);
    }

    @Override
    public Set<String> join(String name, String member, Duration lease) {
        return locked(() -> {
            Row row = row(name);
            row.members.put(member, now().plus(lease));
            row.members.values().removeIf(until -> !until.isAfter(now()));
            return Set.copyOf(row.members.keySet());
        });
    }

    @Override
    public void leave(String name, String member) {
        locking(() -> row(name).members.remove(member));
    }

    private Known known(String name, Row row) {
        return new Known(
                name,
                row.partitions,
                row.token,
                row.cursor,
                row.lease,
                row.report.state(),
                row.since,
                row.report.why(),
                row.report.rate(),
                row.halt,
                row.asks,
                row.rebuilding,
                row.replayUpTo,
                row.base,
                row.base == null || name.equals(active.get(row.base)),
                row.switching,
                row.count(true),
                row.count(false));
    }

    @Override
    public List<Known> consumers() {
        return locked(() -> rows.entrySet().stream()
                .map(row -> known(row.getKey(), row.getValue()))
                .toList());
    }

    @Override
    public Optional<Known> consumer(String name) {
        return locked(() -> Optional.ofNullable(rows.get(name)).map(row -> known(name, row)));
    }

    @Override
    public Optional<Claim> claim(String name, String holder, Duration lease) {
        return locked(() -> {
            Row row = row(name);
            Instant now = now();
            if (row.lease != null && row.lease.until().isAfter(now)) {
                return Optional.empty();
            }
            row.token++;
            row.lease = new Lease(holder, now.plus(lease));
            return Optional.of(new Claim(name, row.token, row.cursor));
        });
    }

    @Override
    public Set<String> renew(Collection<Renewal> renewals, Duration lease) {
        return locked(() -> {
            Set<String> held = new HashSet<>();
            for (Renewal renewal : renewals) {
                Row row = rows.get(renewal.claim().name());
                if (row != null
                        && row.lease != null
                        && row.token == renewal.claim().token()) {
                    row.lease = new Lease(row.lease.holder(), now().plus(lease));
                    report(row, renewal.report());
                    held.add(renewal.claim().name());
                }
            }
            return held;
        });
    }

    private void report(Row row, Report report) {
        row.report = report;
        row.since = now().minus(report.lasting());
    }

    @Override
    public void release(Renewal renewal) {
        locking(() -> {
            Row row = rows.get(renewal.claim().name());
            if (row != null && row.token == renewal.claim().token()) {
                row.lease = null;
                report(row, renewal.report());
            }
        });
    }

    @Override
    public void advance(Step step) {
        locking(() -> {
            Row row = held(step.claim());
            move(row, step);
            step.setAside().forEach(event -> row.setAside.put(event.id(), event));
        });
    }

    void move(Row row, Step step) {
        if (!Objects.equals(row.cursor, step.before())) {
            throw new LeaseLost(step.claim().name(), step.claim().token());
        }
        row.cursor = step.after();
    }

    @Override
    public void advance(Connection connection, Step step) {
        throw noDatabase();
    }

    private static IllegalStateException noDatabase() {
        return new IllegalStateException("A log in memory has no database that a transaction could be in.");
    }

    @Override
    public List<ParkedEvent> setAside(String name) {
        return locked(() -> List.copyOf(row(name).setAside.values()));
    }

    @Override
    public Set<StreamId> parkedStreams(String name) {
        return locked(() -> row(name).setAside.values().stream()
                .filter(ParkedEvent::waits)
                .map(ParkedEvent::stream)
                .collect(Collectors.toUnmodifiableSet()));
    }

    @Override
    public long ask(String name, Set<UUID> events, ParkedEvent.Wish wish) {
        return locked(() -> {
            Row row = row(name);
            List<ParkedEvent> meant = new ArrayList<>();
            for (ParkedEvent event : row.setAside.values()) {
                if (events.isEmpty() ? event.waits() : events.contains(event.id())) {
                    meant.add(event);
                }
            }
            for (ParkedEvent e : meant) {
                row.setAside.put(
                        e.id(),
                        new ParkedEvent(
                                e.id(),
                                e.stream(),
                                e.version(),
                                e.type(),
                                e.cause(),
                                e.why(),
                                e.attempts(),
                                e.at(),
                                Optional.of(wish)));
            }
            row.asks += meant.isEmpty() ? 0 : 1;
            return (long) meant.size();
        });
    }

    @Override
    public void park(Claim claim, ParkedEvent event) {
        locking(() -> held(claim).setAside.replace(event.id(), event));
    }

    @Override
    public void settle(Claim claim, UUID event) {
        locking(() -> held(claim).setAside.remove(event));
    }

    @Override
    public void settle(Connection connection, Claim claim, UUID event) {
        throw noDatabase();
    }

    @Override
    public void halt(String name, boolean failed, String why) {
        locking(() -> row(name).halt = new Halt(failed, why, now()));
    }

    @Override
    public void resume(String name) {
        locking(() -> {
            Row row = row(name);
            row.halt = null;
            row.rebuilding = false;
            row.switching = false;
        });
    }

    @Override
    public void askRebuild(String name) {
        locking(() -> {
            Row row = row(name);
            row.rebuilding = true;
            row.asks++;
        });
    }

    @Override
    public void registerGeneration(String name, String base) {
        locking(() -> {
            row(name).base = base;
            active.putIfAbsent(base, name);
        });
    }

    @Override
    public void askSwitch(String name) {
        locking(() -> {
            Row row = row(name);
            ConsumerStore.checkGeneration(name, row.base);
            row.switching = true;
            row.asks++;
        });
    }

    /** The active generation of the same read model. */
    private Row sibling(Claim claim) {
        return row(Objects.requireNonNull(active.get(Objects.requireNonNull(held(claim).base))));
    }

    @Override
    public @Nullable Cursor holdUp(@Nullable Connection connection, Claim claim) {
        checkNoDatabase(connection);
        return locked(() -> Optional.ofNullable(sibling(claim).cursor)).orElse(null);
    }

    @Override
    public void switchTo(@Nullable Connection connection, Step step) {
        checkNoDatabase(connection);
        locking(() -> {
            Row row = held(step.claim());
            Row before = sibling(step.claim());
            checkLevel(before, step);
            move(row, step);
            if (before != row) {
                before.token++;
                before.lease = null;
            }
            row.switching = false;
            active.put(Objects.requireNonNull(row.base), step.claim().name());
        });
    }

    void checkLevel(Row before, Step step) {
        if (!step.after().equals(before.cursor)) {
            throw new LeaseLost(step.claim().name(), step.claim().token());
        }
    }

    private static void checkNoDatabase(@Nullable Connection connection) {
        if (connection != null) {
            throw noDatabase();
        }
    }

    @Override
    public void restart(@Nullable Connection connection, Step step, @Nullable Cursor replayUpTo) {
        checkNoDatabase(connection);
        locking(() -> {
            Row row = held(step.claim());
            move(row, step);
            row.setAside.clear();
            row.replayUpTo = replayUpTo;
            row.rebuilding = false;
        });
    }
}
