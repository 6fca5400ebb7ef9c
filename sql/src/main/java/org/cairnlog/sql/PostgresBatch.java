// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Limits;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.ConditionFailed;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.CursorFromAnotherHistory;
import org.cairnlog.log.DuplicateIds;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.Label;
import org.cairnlog.log.StreamDeleted;
import org.cairnlog.log.VersionConflict;
import org.jspecify.annotations.Nullable;

/**
 * Appends that go to the database in one statement. A plan of the batch assumes about the log what makes the appends
 * right, and works out what each does to those behind it; the statement checks the assumptions under the lock. If one
 * is wrong it stores nothing and tells the facts: then whoever is wrong by the facts alone is answered, and the rest is
 * planned again.
 */
final class PostgresBatch {
    private final UUID log;
    private final boolean oneTransaction;
    private final List<Entry> entries = new ArrayList<>();

    /**
     * An empty batch.
     *
     * @param log the log's id
     * @param oneTransaction whether all appends are of one caller's transaction, whose conditions are about others
     */
    PostgresBatch(UUID log, boolean oneTransaction) {
        this.log = log;
        this.oneTransaction = oneTransaction;
    }

    /** An append and what became of it. */
    static final class Entry {
        final Append append;
        private @Nullable Appended appended;
        private @Nullable RuntimeException refusal;

        Entry(Append append) {
            this.append = append;
        }

        /** Its result; throws what it was refused with. */
        Appended result() {
            if (refusal != null) {
                // The stack of the writer's thread says nothing to the caller.
                refusal.setStackTrace(new Throwable().getStackTrace());
                throw refusal;
            }
            if (appended == null) {
                throw new IllegalStateException("The append has not been answered.");
            }
            return appended;
        }

        boolean isAnswered() {
            return appended != null || refusal != null;
        }
    }

    Entry add(Append append) {
        var entry = new Entry(append);
        entries.add(entry);
        return entry;
    }

    List<Entry> entries() {
        return entries;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    List<Entry> open() {
        return entries.stream().filter(entry -> !entry.isAnswered()).toList();
    }

    /** A plan that knows nothing of the log. */
    Plan plan() {
        return new Plan(new PostgresMemory());
    }

    /** A plan that rests on what is known of the log. */
    Plan plan(PostgresMemory known) {
        return new Plan(known);
    }

    /** A plan of one event of Cairn's own, which an append of a user's could not hold. */
    Plan planOf(StreamId stream, ExpectedVersion expected, EventData event) {
        var plan = plan();
        plan.expect(stream, expected);
        plan.place(new Append.NewEvent(stream, event), true);
        return plan;
    }

    /** Whether the error says that a stream would have too many labels; who is alone to blame is answered so. */
    boolean refuseLabels(Plan plan, SQLException e) {
        if (!PostgresErrors.is(e, PostgresErrors.TOO_MANY_LABELS) || (open().size() > 1 && !oneTransaction)) {
            return false;
        }
        StreamId stream = plan.stream(PostgresErrors.detail(e));
        for (Entry entry : open().reversed()) {
            if (entry.append.labels().containsKey(stream)) {
                try {
                    Label.checkCount(stream, Limits.STANDARD.labels() + 1);
                } catch (IllegalArgumentException refusal) {
                    entry.refusal = refusal;
                }
                return true;
            }
        }
        return false;
    }

    /** What the database found under the lock: the last event before the batch, and the time that the batch got. */
    record Facts(
            long head,
            @Nullable UUID headId,
            long headAt,
            long storedAt,
            Map<StreamId, Stream> streams,
            Map<UUID, Long> taken,
            List<@Nullable Long> matches,
            Set<Integer> foreignCursors) {
        /** The version of a stream that was asked for; 0 = nobody has written to it. */
        long version(StreamId stream) {
            Stream found = streams.get(stream);
            return found == null ? 0 : found.version();
        }
    }

    /** A stream as found: its key (0 = it has no row) and the version of its last event (0 = none). */
    record Stream(long key, long version, boolean deleted) {}

    /** What stands at a position. */
    record Place(long position, boolean starts, UUID id, StreamId stream, String type, long version) {}

    /** Looks up what was stored before. */
    interface Places {
        List<Place> from(long first, long last) throws SQLException;
    }

    /** A stream of a plan: what is assumed about it, and how many events it gets. */
    static final class Planned {
        final int number;

        final @Nullable Long key;

        @Nullable Long base;

        boolean deleted;
        boolean exists;
        int added;
        int first;

        Planned(int number, @Nullable Stream known) {
            this.number = number;
            key = known == null ? null : Long.valueOf(known.key());
            base = known == null ? null : Long.valueOf(known.version());
        }

        /** Whether the stream is known, or is to be made and believed to be new. */
        boolean isKnown() {
            Long known = base;
            return known != null && !deleted && ((key != null && key > 0) || (known == 0 && added > 0));
        }

        boolean isNew() {
            return key == null || key == 0;
        }

        /** The expectation in the form that the database takes. */
        @Nullable Long expected() {
            Long known = base;
            if (known == null) {
                return exists ? -1L : null;
            }
            return deleted ? Long.valueOf(-1 - known) : known;
        }
    }

    /** One item of a condition. */
    final class Check {
        final Entry entry;
        final Append.Condition condition;
        final EventQuery.Item item;

        Check(Entry entry, Append.Condition condition, EventQuery.Item item) {
            this.entry = entry;
            this.condition = condition;
            this.item = item;
        }

        private boolean isOfAnotherLog() {
            Cursor cursor = condition.after();
            return cursor != null
                    && (!cursor.log().equals(log) || cursor.places().size() != 1);
        }

        /** The position of the point; that of another log lies where no event ever is, so the database refuses it. */
        long after() {
            Cursor cursor = condition.after();
            return cursor == null
                    ? 0
                    : isOfAnotherLog()
                            ? Long.MAX_VALUE
                            : cursor.places().getFirst().position();
        }

        @Nullable UUID afterId() {
            Cursor cursor = condition.after();
            return cursor == null
                    ? null
                    : isOfAnotherLog()
                            ? new UUID(0, 0)
                            : cursor.places().getFirst().event();
        }

        String whyForeign(Facts facts) {
            if (isOfAnotherLog()) {
                return "this log is " + log;
            }
            return after() > facts.head()
                    ? "this log ends at position " + facts.head()
                    : "at position " + after() + " is another event";
        }
    }

    /** Gives an answer once the facts are known. */
    private interface Answer {
        Appended from(Facts facts);
    }

    /** What is sent: the assumptions, and the events to store if they hold. */
    final class Plan {
        final Map<StreamId, Planned> streams = new LinkedHashMap<>();
        final List<Append.NewEvent> events = new ArrayList<>();
        final List<Integer> steps = new ArrayList<>();
        final List<Boolean> starts = new ArrayList<>();
        final Set<Entry> stored = new LinkedHashSet<>();
        final List<Check> checks = new ArrayList<>();
        private final Map<Entry, Answer> answers = new LinkedHashMap<>();
        private final Map<UUID, Integer> ids = new HashMap<>();
        private final Map<String, List<Integer>> tagged = new HashMap<>();
        final PostgresMemory known;

        Plan(PostgresMemory known) {
            this.known = known;
            open().forEach(this::add);
        }

        /** The number of a stream of the plan, from 1. */
        int number(StreamId stream) {
            return Objects.requireNonNull(streams.get(stream)).number;
        }

        /** Whether everything that it rests on is known, so that only the end of the log must be looked at. */
        boolean isKnown() {
            return known.isAlone()
                    && known.trusts()
                    && stored.size() == answers.size()
                    && stored.stream().allMatch(entry -> entry.append.labels().isEmpty())
                    && streams.values().stream().allMatch(Planned::isKnown)
                    && events.stream().allMatch(event -> known.kind(PostgresAppend.kind(event)) != null);
        }

        /** Whether it is one event of which nothing but the row itself is to be stored, on no condition. */
        boolean isOnePlainEvent() {
            return events.size() == 1
                    && checks.isEmpty()
                    && streams.size() == 1
                    && events.getFirst().event().tags().isEmpty();
        }

        /** The streams that are to be made. */
        List<StreamId> newStreams() {
            return streams.entrySet().stream()
                    .filter(stream -> stream.getValue().isNew())
                    .map(Map.Entry::getKey)
                    .toList();
        }

        private StreamId stream(int number) {
            return List.copyOf(streams.keySet()).get(number - 1);
        }

        /** The ids of the appends that are not to be stored. */
        List<String> otherIds() {
            return answers.keySet().stream()
                    .filter(entry -> !stored.contains(entry))
                    .flatMap(entry -> entry.append.ids().stream())
                    .map(UUID::toString)
                    .toList();
        }

        private void expect(StreamId name, ExpectedVersion expected) {
            if (!mayBeMet(stream(name), expected)) {
                throw new IllegalArgumentException("Nothing is planned before that " + expected + " could rest on.");
            }
        }

        /** Puts an event behind the others; returns how many its stream has got by then. */
        private int place(Append.NewEvent event, boolean startsAppend) {
            Planned stream = stream(event.stream());
            stream.added++;
            if (stream.added == 1) {
                stream.first = events.size() + 1;
            }
            starts.add(startsAppend);
            events.add(event);
            steps.add(stream.added);
            ids.put(event.event().id(), events.size());
            for (String tag : event.event().tags()) {
                tagged.computeIfAbsent(tag, t -> new ArrayList<>()).add(events.size());
            }
            return stream.added;
        }

        private Planned stream(StreamId name) {
            return streams.computeIfAbsent(name, id -> new Planned(streams.size() + 1, known.stream(id)));
        }

        private void add(Entry entry) {
            // Whatever is said of it in the end rests on facts about all its streams.
            involved(entry.append).forEach(this::stream);
            Answer refusal = refusal(entry);
            if (refusal == null) {
                // An event of the log that matches comes before one of the batch.
                addChecks(entry);
                refusal = oneTransaction ? null : matched(entry.append);
            }
            answers.put(entry, refusal == null ? store(entry) : refusal);
        }

        private void addChecks(Entry entry) {
            for (Append.Condition condition : entry.append.conditions()) {
                condition.query().items().forEach(item -> checks.add(new Check(entry, condition, item)));
            }
        }

        /** What the appends in front of this one do to its ids and beliefs; null if nothing. */
        private @Nullable Answer refusal(Entry entry) {
            Append append = entry.append;
            Map<UUID, Integer> taken = new LinkedHashMap<>();
            append.ids().stream().filter(ids::containsKey).forEach(id -> taken.put(id, ids.get(id)));
            if (!taken.isEmpty()) {
                return twice(append, taken);
            }
            Set<StreamId> involved = involved(append);
            for (StreamId name : involved) {
                Planned stream = stream(name);
                if (stream.deleted
                        && stream.added == 0
                        && !(append.expected(name) instanceof ExpectedVersion.Deleted)) {
                    return facts -> {
                        throw new StreamDeleted(name, version(facts, name, 0));
                    };
                }
            }
            Map<StreamId, Integer> wrong = new LinkedHashMap<>();
            append.expectations().forEach((name, expected) -> {
                Planned stream = stream(name);
                if (!mayBeMet(stream, expected)) {
                    wrong.put(name, stream.added);
                }
            });
            if (!wrong.isEmpty()) {
                return facts -> {
                    List<VersionConflict.Mismatch> mismatches = new ArrayList<>();
                    wrong.forEach((name, added) -> mismatches.add(
                            new VersionConflict.Mismatch(name, append.expected(name), version(facts, name, added))));
                    throw new VersionConflict(mismatches);
                };
            }
            return null;
        }

        private long version(Facts facts, StreamId name, int added) {
            return facts.version(name) + added;
        }

        /** Whether a belief can be right; if that hangs on the stream's version, it is from now on assumed. */
        private boolean mayBeMet(Planned stream, ExpectedVersion expected) {
            return switch (expected) {
                case ExpectedVersion.Any any -> true;
                case ExpectedVersion.Exists exists -> {
                    if (stream.base == null && stream.added == 0) {
                        stream.exists = true;
                    }
                    yield stream.added > 0 || stream.base == null || stream.base > 0;
                }
                case ExpectedVersion.NoStream none -> isAt(stream, 0, false);
                case ExpectedVersion.Exactly exactly -> isAt(stream, exactly.version(), false);
                case ExpectedVersion.Deleted deletion -> isAt(stream, deletion.version(), true);
            };
        }

        private boolean isAt(Planned stream, long version, boolean deleted) {
            long base = version - stream.added;
            if (base < 0 || (deleted && stream.added > 0) || (base == 0 && stream.exists)) {
                return false;
            }
            if (stream.base == null) {
                stream.base = base;
                stream.deleted = deleted;
            }
            return stream.base == base && (stream.added > 0 || stream.deleted == deleted);
        }

        /** The answer to ids that an append in front has taken. */
        private Answer twice(Append append, Map<UUID, Integer> taken) {
            Entry before = stored.stream()
                    .filter(entry -> isSame(entry.append, append))
                    .findFirst()
                    .orElse(null);
            return facts -> {
                if (before == null) {
                    Map<UUID, Long> positions = new LinkedHashMap<>();
                    taken.forEach((id, index) -> positions.put(id, facts.head() + index));
                    throw new DuplicateIds(positions);
                }
                Appended first = before.result();
                return new Appended(first.firstPosition(), first.cursor(), first.versions(), true);
            };
        }

        private boolean isSame(Append a, Append b) {
            if (a.events().size() != b.events().size()) {
                return false;
            }
            for (int i = 0; i < a.events().size(); i++) {
                Append.NewEvent x = a.events().get(i);
                Append.NewEvent y = b.events().get(i);
                if (!x.event().id().equals(y.event().id())
                        || !x.stream().equals(y.stream())
                        || !x.event().type().equals(y.event().type())) {
                    return false;
                }
            }
            return true;
        }

        /** The answer to a condition that an event in front matches; every one of them lies beyond the point. */
        private @Nullable Answer matched(Append append) {
            for (Append.Condition condition : append.conditions()) {
                int first = Integer.MAX_VALUE;
                EventQuery.Item matching = null;
                for (EventQuery.Item item : condition.query().items()) {
                    for (int index : candidates(item)) {
                        if (index < first && matches(item, events.get(index - 1))) {
                            first = index;
                            matching = item;
                            break;
                        }
                    }
                }
                if (matching != null) {
                    EventQuery.Item item = matching;
                    int index = first;
                    return facts -> {
                        throw new ConditionFailed(item, facts.head() + index, condition.after());
                    };
                }
            }
            return null;
        }

        private List<Integer> candidates(EventQuery.Item item) {
            if (!item.tags().isEmpty()) {
                return tagged.getOrDefault(item.tags().iterator().next(), List.of());
            }
            List<Integer> all = new ArrayList<>();
            for (int index = 1; index <= events.size(); index++) {
                all.add(index);
            }
            return all;
        }

        private boolean matches(EventQuery.Item item, Append.NewEvent event) {
            return (item.streams().isEmpty() || item.streams().contains(event.stream()))
                    && (item.categories().isEmpty()
                            || item.categories().contains(event.stream().category()))
                    && (item.types().isEmpty()
                            || item.types().contains(event.event().type()))
                    && event.event().tags().containsAll(item.tags());
        }

        private Answer store(Entry entry) {
            Append append = entry.append;
            int first = events.size() + 1;
            stored.add(entry);
            append.expectations().keySet().forEach(this::stream);
            Map<StreamId, Integer> last = new LinkedHashMap<>();
            for (Append.NewEvent event : append.events()) {
                last.put(event.stream(), place(event, events.size() + 1 == first));
            }
            int size = events.size();
            UUID lastId = append.events().getLast().event().id();
            return facts -> {
                Map<StreamId, Long> versions = new HashMap<>();
                last.forEach((name, added) -> versions.put(name, version(facts, name, added)));
                return new Appended(
                        facts.head() + first,
                        Cursor.of(log, new Cursor.Place(facts.head() + size, lastId)),
                        versions,
                        false);
            };
        }

        /** Everything was stored as planned. */
        void succeed(Facts facts) {
            answers.forEach((entry, answer) -> {
                try {
                    entry.appended = answer.from(facts);
                } catch (RuntimeException e) {
                    entry.refusal = e;
                }
            });
        }

        /** Nothing was stored: answers whoever is wrong by the facts alone. */
        void refuse(Facts facts, Places places, boolean settling) throws SQLException {
            for (Entry entry : answers.keySet()) {
                try {
                    entry.appended = repeated(entry.append, facts, places, settling);
                    if (entry.appended == null) {
                        check(entry, facts);
                    }
                } catch (RuntimeException e) {
                    entry.refusal = e;
                }
            }
        }

        private void check(Entry entry, Facts facts) {
            Append append = entry.append;
            for (StreamId name : involved(append)) {
                Stream stream = facts.streams().get(name);
                if (stream != null
                        && stream.deleted()
                        && !append.expected(name).equals(ExpectedVersion.deletedAt(stream.version()))) {
                    throw new StreamDeleted(name, stream.version());
                }
            }
            List<VersionConflict.Mismatch> mismatches = new ArrayList<>();
            // Later appends of one transaction rest on what the earlier ones add.
            Map<StreamId, Integer> added = oneTransaction ? addedBefore(entry) : Map.of();
            append.expectations().forEach((name, expected) -> {
                Stream stream = facts.streams().getOrDefault(name, new Stream(0, 0, false));
                long actual = stream.version() + added.getOrDefault(name, 0);
                if (!expected.isMetBy(actual) && !stream.deleted()) {
                    mismatches.add(new VersionConflict.Mismatch(name, expected, actual));
                }
            });
            if (!mismatches.isEmpty()) {
                throw new VersionConflict(mismatches);
            }
            checkConditions(entry, facts);
        }

        private Map<StreamId, Integer> addedBefore(Entry entry) {
            Map<StreamId, Integer> added = new HashMap<>();
            for (Entry before : entries) {
                if (before == entry) {
                    return added;
                }
                before.append.events().forEach(event -> added.merge(event.stream(), 1, Integer::sum));
            }
            return added;
        }

        private void checkConditions(Entry entry, Facts facts) {
            for (Append.Condition condition : entry.append.conditions()) {
                long first = Long.MAX_VALUE;
                EventQuery.Item matching = null;
                for (int i = 0; i < checks.size(); i++) {
                    Check check = checks.get(i);
                    if (check.entry != entry || !check.condition.equals(condition)) {
                        continue;
                    }
                    Cursor cursor = condition.after();
                    if (cursor != null && facts.foreignCursors().contains(i + 1)) {
                        throw new CursorFromAnotherHistory(cursor, check.whyForeign(facts));
                    }
                    Long match =
                            facts.matches().isEmpty() ? null : facts.matches().get(i);
                    if (match != null && match < first) {
                        first = match;
                        matching = check.item;
                    }
                }
                if (matching != null) {
                    throw new ConditionFailed(matching, first, condition.after());
                }
            }
        }
    }

    private static Set<StreamId> involved(Append append) {
        Set<StreamId> involved = new LinkedHashSet<>(append.expectations().keySet());
        append.events().forEach(event -> involved.add(event.stream()));
        return involved;
    }

    /** The first result if this is a repeat; null if all ids are free. */
    @Nullable Appended repeated(Append append, Facts facts, Places places, boolean settling) throws SQLException {
        Map<UUID, Long> taken = new LinkedHashMap<>();
        for (UUID id : append.ids()) {
            Long position = facts.taken().get(id);
            if (position != null) {
                taken.put(id, position);
            }
        }
        if (taken.isEmpty()) {
            return null;
        }
        long first = taken.values().iterator().next();
        int count = append.events().size();
        Map<StreamId, Long> versions = new HashMap<>();
        if (taken.size() < count || !isRepeat(append, places.from(first, first + count), versions)) {
            throw new DuplicateIds(taken);
        }
        UUID last = append.events().getLast().event().id();
        return new Appended(first, Cursor.of(log, new Cursor.Place(first + count - 1, last)), versions, !settling);
    }

    /** Whether one append stored just these ids, streams and types in this order. */
    private static boolean isRepeat(Append append, List<Place> places, Map<StreamId, Long> versions) {
        int count = append.events().size();
        if (places.size() < count
                || (places.size() > count && !places.get(count).starts())) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            Place place = places.get(i);
            Append.NewEvent event = append.events().get(i);
            if (place.starts() != (i == 0)
                    || !place.id().equals(event.event().id())
                    || !place.stream().equals(event.stream())
                    || !place.type().equals(event.event().type())) {
                return false;
            }
            versions.put(place.stream(), place.version());
        }
        return true;
    }

    /** The facts about the streams of a plan, from arrays in its order; null = the same for all. */
    static Map<StreamId, Stream> streams(
            Plan plan, @Nullable Long[] keys, Long[] versions, Boolean @Nullable [] deleted) {
        Map<StreamId, Stream> streams = new HashMap<>();
        for (StreamId name : plan.streams.keySet()) {
            int i = streams.size();
            Long key = keys[i];
            streams.put(name, new Stream(key == null ? 0 : key, versions[i], deleted != null && deleted[i]));
        }
        return streams;
    }
}
