// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventIds;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Husk;
import org.cairnlog.event.Limits;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.event.StreamId;
import org.jspecify.annotations.Nullable;

/**
 * A log in memory, as strict as any store. Safe for use by many threads; one lock is held for a call, and never while a
 * reader iterates.
 */
public class MemoryEventLog implements AtomicEventLog {
    // A page of a query looks at no more places than this, so that rare matches do not hold the lock for long.
    private static final int PAGE_PLACES = 10_000;
    private static final int LOOKS = 100;

    final ReentrantLock lock = new ReentrantLock();
    final InstantSource clock;
    final Supplier<UUID> eventIds;
    final List<StoredEntry> entries = new ArrayList<>();
    final BitSet appendStarts = new BitSet();
    final Map<UUID, Long> positions = new HashMap<>();
    final Map<StreamId, MemoryStream> streams = new HashMap<>();
    final List<MemoryStream> directory = new ArrayList<>();
    final List<Removal> removals = new ArrayList<>();
    private final Map<Class<?>, Object> beside = new HashMap<>();
    private final Condition grown = lock.newCondition();
    private final MemoryIndex index = new MemoryIndex(entries);
    UUID id;
    boolean restoring;
    private boolean closed;

    MemoryEventLog(InstantSource clock, Supplier<UUID> eventIds) {
        this.clock = clock;
        this.eventIds = eventIds;
        this.id = eventIds.get();
    }

    /**
     * An empty log on the system's clock.
     *
     * @return the log
     */
    public static MemoryEventLog open() {
        return open(SystemTime.CLOCK);
    }

    /**
     * An empty log on a clock of the caller's.
     *
     * @param clock where recorded times come from
     * @return the log
     */
    public static MemoryEventLog open(InstantSource clock) {
        return new MemoryEventLog(clock, new EventIds(clock, new SecureRandom()));
    }

    /**
     * Removal and checks for this log.
     *
     * @return maintenance that works as long as the log is open
     */
    public LogMaintenance maintenance() {
        return new MemoryMaintenance(this);
    }

    /**
     * Begins to fill this log with the history of another one.
     *
     * @param log the other log's id, which this one takes over
     * @return the restore
     * @throws IllegalStateException if this log is not empty
     */
    public LogRestore restore(UUID log) {
        lock.lock();
        try {
            if (!entries.isEmpty() && !(restoring && id.equals(log))) {
                throw new IllegalStateException(
                        "A log can be restored only into an empty one; this one has " + entries.size() + " places.");
            }
            id = log;
            restoring = true;
            return new MemoryRestore(this);
        } finally {
            lock.unlock();
        }
    }

    /**
     * What lives and dies with this log beside its events; for what is built on logs.
     *
     * @param kind its class
     * @param make makes it on the log's clock, at the first call
     * @param <T> its class
     * @return the same for every caller
     */
    public <T> T beside(Class<T> kind, Function<InstantSource, T> make) {
        lock.lock();
        try {
            return kind.cast(beside.computeIfAbsent(kind, k -> make.apply(clock)));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Appended append(Append append) {
        try {
            lockSoon();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AppendInterrupted();
        }
        try {
            checkUsable();
            Optional<Appended> first = repeatOf(append);
            if (first.isPresent()) {
                return first.get();
            }
            checkDeleted(append);
            checkVersions(append);
            checkConditions(append);
            checkLabels(append);
            return store(append);
        } finally {
            lock.unlock();
        }
    }

    /** Appends are shorter than it takes to put a thread to sleep, so a writer looks again for a while before. */
    private void lockSoon() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        for (int looks = 0; looks < LOOKS; looks++) {
            if (lock.tryLock()) {
                return;
            }
            Thread.onSpinWait();
        }
        lock.lockInterruptibly();
    }

    Optional<Appended> repeatOf(Append append) {
        Map<UUID, Long> taken = new LinkedHashMap<>();
        for (Append.NewEvent event : append.events()) {
            UUID eventId = event.event().id();
            Long position = positions.get(eventId);
            if (position != null) {
                taken.put(eventId, position);
            }
        }
        if (taken.isEmpty()) {
            return Optional.empty();
        }
        long first = taken.values().iterator().next();
        if (taken.size() < append.events().size() || !isRepeat(append, first)) {
            throw new DuplicateIds(taken);
        }
        return Optional.of(appended(append, first, true));
    }

    boolean isRepeat(Append append, long first) {
        long last = first + append.events().size() - 1;
        if (last > entries.size() || !isOneAppend(first, last)) {
            return false;
        }
        for (long position = first; position <= last; position++) {
            if (!isSame(append.events().get((int) (position - first)), entry(position))) {
                return false;
            }
        }
        return true;
    }

    boolean isOneAppend(long first, long last) {
        return appendStarts.get((int) first) && appendEnd(first) == last;
    }

    boolean isSame(Append.NewEvent event, StoredEntry stored) {
        return stored.id().equals(event.event().id())
                && stored.stream().equals(event.stream())
                && stored.type().equals(event.event().type());
    }

    void checkDeleted(Append append) {
        append.expectations().keySet().forEach(stream -> checkDeleted(append, stream));
        for (Append.NewEvent event : append.events()) {
            if (!append.expectations().containsKey(event.stream())) {
                checkDeleted(append, event.stream());
            }
        }
    }

    private void checkDeleted(Append append, StreamId stream) {
        MemoryStream known = streams.get(stream);
        if (known != null
                && isDeleted(known)
                && !append.expected(stream).equals(ExpectedVersion.deletedAt(known.version()))) {
            throw new StreamDeleted(stream, known.version());
        }
    }

    void checkVersions(Append append) {
        List<VersionConflict.Mismatch> mismatches = new ArrayList<>();
        append.expectations().forEach((stream, expected) -> {
            MemoryStream known = streams.get(stream);
            long actual = version(stream);
            if (!expected.isMetBy(actual) && (known == null || !isDeleted(known))) {
                mismatches.add(new VersionConflict.Mismatch(stream, expected, actual));
            }
        });
        if (!mismatches.isEmpty()) {
            throw new VersionConflict(mismatches);
        }
    }

    void checkConditions(Append append) {
        for (Append.Condition condition : append.conditions()) {
            long after = condition.after() == null ? 0 : position(condition.after());
            OptionalLong match = firstMatch(condition.query(), after);
            if (match.isPresent()) {
                StoredEntry found = entry(match.getAsLong());
                EventQuery.Item item = condition.query().items().stream()
                        .filter(i -> i.matchesPlace(found))
                        .findFirst()
                        .orElseThrow();
                throw new ConditionFailed(item, found.position(), condition.after());
            }
        }
    }

    OptionalLong firstMatch(EventQuery query, long after) {
        PrimitiveIterator.OfLong places = index.candidates(query, after, entries.size(), false);
        while (places.hasNext()) {
            long position = places.nextLong();
            if (matchesPlace(query, entry(position))) {
                return OptionalLong.of(position);
            }
        }
        return OptionalLong.empty();
    }

    void checkLabels(Append append) {
        append.labels().forEach((stream, labels) -> {
            Set<String> names = new LinkedHashSet<>(labels.keySet());
            MemoryStream known = streams.get(stream);
            if (known != null) {
                names.addAll(known.labels.keySet());
            }
            Label.checkCount(stream, names.size());
        });
    }

    Appended store(Append append) {
        long first = entries.size() + 1L;
        Instant recordedAt = now();
        for (Append.NewEvent event : append.events()) {
            long version = version(event.stream()) + 1;
            add(
                    new RecordedEvent(entries.size() + 1L, event.stream(), version, recordedAt, event.event()),
                    entries.size() + 1L == first);
        }
        append.labels()
                .forEach((stream, labels) ->
                        labels.forEach((name, value) -> known(stream).labels.put(name, new Label(value, recordedAt))));
        grown.signalAll();
        return appended(append, first, false);
    }

    void storeDeletion(StreamId stream, EventData deletion) {
        add(new RecordedEvent(entries.size() + 1L, stream, version(stream) + 1, now(), deletion), true);
        grown.signalAll();
    }

    void add(StoredEntry entry, boolean startsAppend) {
        MemoryStream stream = streams.computeIfAbsent(entry.stream(), name -> {
            var created = new MemoryStream(name, directory.size());
            directory.add(created);
            return created;
        });
        entries.add(entry);
        appendStarts.set((int) entry.position(), startsAppend);
        positions.put(entry.id(), entry.position());
        stream.positions.add(entry.position());
        index.add(entry, stream);
    }

    private Appended appended(Append append, long first, boolean repeated) {
        Map<StreamId, Long> versions = new HashMap<>();
        long last = first + append.events().size() - 1;
        for (long position = first; position <= last; position++) {
            versions.put(entry(position).stream(), entry(position).version());
        }
        return new Appended(first, cursor(last), versions, repeated);
    }

    @Override
    public StreamPage page(StreamRead read) {
        return locked(() -> {
            MemoryStream stream = streams.get(read.stream());
            if (stream == null) {
                return new StreamPage(List.of(), 0, 1);
            }
            long first = Math.max(read.from(), stream.removedBefore);
            long last = Math.min(read.to(), stream.version());
            var page = new PageCollector(read.limit());
            for (long n = 0; n <= last - first && !page.isFull(); n++) {
                long version = read.isBackward() ? last - n : first + n;
                page.take((RecordedEvent) entry(stream.positions.get((int) version - 1)));
            }
            return new StreamPage(page.events(), stream.version(), stream.removedBefore);
        });
    }

    @Override
    public LogPage page(LogRead read) {
        return locked(() -> {
            long after = read.after() == null ? 0 : position(read.after());
            long upTo = read.upTo() == null ? entries.size() : position(read.upTo());
            var page = new PageCollector(read.limit());
            long searched = read.isBackward() ? Math.min(after, upTo) : Math.max(after, upTo);
            long husks = 0;
            int looked = 0;
            PrimitiveIterator.OfLong places = index.candidates(read.query(), after, upTo, read.isBackward());
            while (places.hasNext()) {
                StoredEntry entry = entry(places.nextLong());
                boolean decided = true;
                if (entry instanceof RecordedEvent event) {
                    if (read.query().matches(event)) {
                        decided = page.take(event);
                    }
                } else if (entry instanceof Husk husk && read.query().matches(husk)) {
                    husks++;
                }
                if (page.isFull() || ++looked >= PAGE_PLACES) {
                    // Forward, the mark is the last place that was decided; backward, the next one to look at.
                    searched = decided == read.isBackward() ? entry.position() - 1 : entry.position();
                    break;
                }
            }
            return new LogPage(page.events(), cursor(searched), cursor(entries.size()), husks);
        });
    }

    @Override
    public HistoryPage history(Cursor after) {
        return locked(() -> {
            long position = position(after);
            List<List<StoredEntry>> appends = new ArrayList<>();
            long events = 0;
            long bytes = 0;
            while (position < entries.size()
                    && events < Limits.STANDARD.pageEvents()
                    && bytes < Limits.STANDARD.pageBytes()) {
                long end = appendEnd(position + 1);
                List<StoredEntry> append = List.copyOf(entries.subList((int) position, (int) end));
                appends.add(append);
                events += append.size();
                bytes += append.stream()
                        .mapToLong(e ->
                                e instanceof RecordedEvent event ? event.data().size() : 0)
                        .sum();
                position = end;
            }
            return new HistoryPage(appends, cursor(position));
        });
    }

    @Override
    public List<StreamInfo> page(StreamListing listing) {
        return locked(() -> {
            StreamId after = listing.after();
            int next = after == null ? 0 : known(after).number + 1;
            Cursor createdUpTo = listing.createdUpTo();
            long last = createdUpTo == null ? entries.size() : position(createdUpTo);
            List<StreamInfo> page = new ArrayList<>();
            while (next < directory.size()
                    && page.size() < Math.min(listing.limit(), Limits.STANDARD.pageEvents())
                    && directory.get(next).positions.get(0) <= last) {
                MemoryStream stream = directory.get(next++);
                if (isListed(stream, listing)) {
                    page.add(info(stream));
                }
            }
            return page;
        });
    }

    private static boolean isListed(MemoryStream stream, StreamListing listing) {
        String category = listing.category();
        if (category != null && !category.equals(stream.id.category())) {
            return false;
        }
        if (listing.label() == null) {
            return true;
        }
        Label label = stream.labels.get(listing.label());
        return label != null && (listing.value() == null || listing.value().equals(label.value()));
    }

    @Override
    public Optional<StreamInfo> stream(StreamId stream) {
        return locked(() -> Optional.ofNullable(streams.get(stream)).map(this::info));
    }

    private StreamInfo info(MemoryStream stream) {
        return stream.info(
                entry(stream.positions.get(0)).recordedAt(),
                entry(stream.positions.get(stream.positions.size() - 1)).recordedAt(),
                isDeleted(stream));
    }

    @Override
    public void label(StreamId stream, String name, String value) {
        Label.check(name, value);
        locked(() -> {
            MemoryStream known = unlessDeleted(stream);
            Label.checkCount(stream, known.labels.size() + (known.labels.containsKey(name) ? 0 : 1));
            known.labels.put(name, new Label(value, now()));
            return known;
        });
    }

    @Override
    public void unlabel(StreamId stream, String name) {
        Label.check(name, "");
        locked(() -> {
            MemoryStream known = unlessDeleted(stream);
            known.labels.remove(name);
            return known;
        });
    }

    @Override
    public LogStatus status() {
        return LogStatus.quiet(LogStatus.WakeUp.LOCAL);
    }

    @Override
    public Cursor beginning() {
        return locked(() -> cursor(0));
    }

    @Override
    public Cursor head() {
        return locked(() -> cursor(entries.size()));
    }

    @Override
    public Cursor cursorAt(long position) {
        return locked(() -> {
            if (position < 0 || position > entries.size()) {
                throw new IllegalArgumentException("The log has no position " + position + "; its positions go from 0"
                        + " (before the first event) to " + entries.size() + ".");
            }
            return cursor(position);
        });
    }

    @Override
    public boolean awaitGrowth(Cursor seen, Duration timeout) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            checkUsable();
            long position = position(seen);
            long left = Timeouts.nanos(timeout);
            while (!closed && entries.size() <= position && left > 0) {
                left = grown.awaitNanos(left);
            }
            checkUsable();
            return entries.size() > position;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            checkUsable();
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private void checkUsable() {
        checkOpen();
        checkComplete();
    }

    void checkOpen() {
        if (closed) {
            throw new LogUnavailable("The log is closed. Open it again, or stop using it.", null);
        }
    }

    void checkComplete() {
        if (restoring) {
            throw new LogUnusable(
                    "The log is being restored from another one and is not complete. Finish the restore" + " first.",
                    null);
        }
    }

    Instant now() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Instant last = entries.isEmpty() ? now : entries.getLast().recordedAt();
        return now.isBefore(last) ? last : now;
    }

    StoredEntry entry(long position) {
        return entries.get((int) (position - 1));
    }

    /** The last position of the append that a position belongs to. */
    long appendEnd(long position) {
        int next = appendStarts.nextSetBit((int) position + 1);
        return next < 0 ? entries.size() : next - 1L;
    }

    long version(StreamId stream) {
        MemoryStream known = streams.get(stream);
        return known == null ? 0 : known.version();
    }

    MemoryStream known(StreamId stream) {
        MemoryStream known = streams.get(stream);
        if (known == null) {
            throw new NoSuchStream(stream);
        }
        return known;
    }

    MemoryStream unlessDeleted(StreamId stream) {
        MemoryStream known = known(stream);
        if (isDeleted(known)) {
            throw new StreamDeleted(stream, known.version());
        }
        return known;
    }

    boolean isDeleted(MemoryStream stream) {
        return entry(stream.positions.get(stream.positions.size() - 1)).type().equals(EventData.DELETED);
    }

    boolean matchesPlace(EventQuery query, StoredEntry entry) {
        return query.items().stream().anyMatch(item -> item.matchesPlace(entry));
    }

    Cursor cursor(long position) {
        return Cursor.of(
                id,
                position == 0
                        ? Cursor.Place.START
                        : new Cursor.Place(position, entry(position).id()));
    }

    long position(Cursor cursor) {
        if (!cursor.log().equals(id) || cursor.places().size() != 1) {
            throw new CursorFromAnotherHistory(cursor, "this log is " + id);
        }
        Cursor.Place place = cursor.places().getFirst();
        if (place.position() > entries.size()) {
            throw new CursorFromAnotherHistory(cursor, "this log ends at position " + entries.size());
        }
        @Nullable UUID there = place.position() == 0 ? null : entry(place.position()).id();
        if (there != null && !there.equals(place.event())) {
            throw new CursorFromAnotherHistory(cursor, "at position " + place.position() + " is event " + there);
        }
        return place.position();
    }
}
