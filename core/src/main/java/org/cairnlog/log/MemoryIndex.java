// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;
import java.util.Set;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.event.StreamId;

/**
 * Where the events of each stream, category, type and tag are. A query walks, for each of its items, only the shortest
 * set of lists that must contain its matches.
 */
final class MemoryIndex {
    private final List<StoredEntry> entries;
    private final Positions everything = new Positions();
    private final Map<StreamId, Positions> streams = new HashMap<>();
    private final Map<String, Positions> categories = new HashMap<>();
    private final Map<String, Positions> types = new HashMap<>();
    private final Map<String, Positions> tags = new HashMap<>();

    MemoryIndex(List<StoredEntry> entries) {
        this.entries = entries;
    }

    void add(StoredEntry entry, MemoryStream stream) {
        everything.add(entry.position());
        streams.putIfAbsent(stream.id, stream.positions);
        of(categories, entry.stream().category()).add(entry.position());
        of(types, entry.type()).add(entry.position());
        entry.tags().forEach(tag -> of(tags, tag).add(entry.position()));
    }

    private static Positions of(Map<String, Positions> lists, String key) {
        return lists.computeIfAbsent(key, k -> new Positions());
    }

    /** Every position in (after, upTo] where the query might match, each once, in order. */
    PrimitiveIterator.OfLong candidates(EventQuery query, long after, long upTo, boolean backward) {
        List<Walk> walks = new ArrayList<>();
        for (EventQuery.Item item : query.items()) {
            long start = Math.max(after, recordedUpTo(item));
            for (Positions list : shortest(item)) {
                walks.add(new Walk(list, start, upTo, backward));
            }
        }
        return new Merge(walks, backward);
    }

    private List<Positions> shortest(EventQuery.Item item) {
        List<Positions> best = List.of(everything);
        for (List<Positions> lists : choices(item)) {
            if (total(lists) < total(best)) {
                best = lists;
            }
        }
        return best;
    }

    private List<List<Positions>> choices(EventQuery.Item item) {
        List<List<Positions>> choices = new ArrayList<>();
        choices.add(any(streams, item.streams()));
        choices.add(any(categories, item.categories()));
        choices.add(any(types, item.types()));
        item.tags().forEach(tag -> choices.add(any(tags, Set.of(tag))));
        return choices;
    }

    private <K> List<Positions> any(Map<K, Positions> lists, Collection<K> keys) {
        return keys.isEmpty()
                ? List.of(everything)
                : keys.stream().filter(lists::containsKey).map(lists::get).toList();
    }

    private static long total(List<Positions> lists) {
        return lists.stream().mapToLong(Positions::size).sum();
    }

    /** The last position that was not recorded after the item's time; times never decrease with the position. */
    private long recordedUpTo(EventQuery.Item item) {
        if (item.recordedAfter() == null) {
            return 0;
        }
        int low = 0;
        int high = entries.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (entries.get(middle).recordedAt().isAfter(item.recordedAfter())) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private static final class Walk {
        private final Positions list;
        private final int first;
        private final int last;
        private final boolean backward;
        private int at;

        Walk(Positions list, long after, long upTo, boolean backward) {
            this.list = list;
            this.backward = backward;
            first = list.firstBeyond(after);
            last = list.firstBeyond(upTo) - 1;
            at = backward ? last : first;
        }

        boolean hasNext() {
            return at >= first && at <= last;
        }

        long next() {
            return list.get(at);
        }

        void skip(long position) {
            if (hasNext() && next() == position) {
                at += backward ? -1 : 1;
            }
        }
    }

    private static final class Merge implements PrimitiveIterator.OfLong {
        private final List<Walk> walks;
        private final boolean backward;

        Merge(List<Walk> walks, boolean backward) {
            this.walks = walks;
            this.backward = backward;
        }

        @Override
        public boolean hasNext() {
            return walks.stream().anyMatch(Walk::hasNext);
        }

        @Override
        public long nextLong() {
            var heads = walks.stream().filter(Walk::hasNext).mapToLong(Walk::next);
            long next = (backward ? heads.max() : heads.min())
                    .orElseThrow(() -> new NoSuchElementException("No candidate is left."));
            walks.forEach(walk -> walk.skip(next));
            return next;
        }
    }
}
