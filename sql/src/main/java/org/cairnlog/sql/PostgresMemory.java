// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.Connection;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.cairnlog.event.StreamId;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows of a log from its own appends. As long as the log ends where the node's last append ended, nobody
 * else has appended, so the versions are exact; the database compares that under the lock, by position, id and time of
 * the last event. What was learned over another connection is not trusted: it may have been another server. For use by
 * one thread.
 */
final class PostgresMemory {
    private static final int STREAMS = 20_000;
    // After a taken id more are likely, as when an import runs again: then ids are looked at beforehand for a while.
    private static final int CAUTIOUS_BATCHES = 100;

    private final Map<StreamId, PostgresBatch.Stream> streams = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<StreamId, PostgresBatch.Stream> eldest) {
            return size() > STREAMS;
        }
    };
    private final Map<PostgresAppend.Kind, Integer> kinds = new HashMap<>();
    private final ArrayDeque<Long> keys = new ArrayDeque<>();
    private boolean alone;
    private long head;
    private @Nullable UUID headId;
    private long headAt;
    private int cautious;
    private @Nullable Connection connection;

    /** Where the log ended; null if nothing is known. */
    @Nullable UUID headId() {
        return headId;
    }

    /** The time of the log's last event, in microseconds. */
    long headAt() {
        return headAt;
    }

    /** The position of the log's end. */
    long head() {
        return head;
    }

    /** A stream that has events and is not deleted; null if it is not known. */
    PostgresBatch.@Nullable Stream stream(StreamId name) {
        return headId == null ? null : streams.get(name);
    }

    @Nullable Integer kind(PostgresAppend.Kind kind) {
        return kinds.get(kind);
    }

    /** Whether ids may be taken to be free until the database says otherwise. */
    boolean trusts() {
        return headId != null && cautious == 0;
    }

    /** Whether nobody else has appended between this node's last two appends. */
    boolean isAlone() {
        return alone;
    }

    /** Goes on over a connection. */
    void on(Connection now) {
        if (!now.equals(connection)) {
            connection = now;
            doubt();
        }
    }

    /** Has somebody else appended, perhaps, since this node did. */
    void doubt() {
        alone = false;
        cautious = Math.max(cautious, 1);
        headId = null;
    }

    /** How many keys for new streams are set aside. */
    int keys() {
        return keys.size();
    }

    void addKeys(Long[] more) {
        keys.addAll(List.of(more));
    }

    long nextKey() {
        return keys.remove();
    }

    /** Forgets everything, and does not trust for a while. */
    void forget() {
        alone = false;
        keys.clear();
        streams.clear();
        kinds.clear();
        headId = null;
        cautious = CAUTIOUS_BATCHES;
    }

    /** Learns what a plan has found and, if it was stored, has added. */
    void learn(PostgresBatch.Plan plan, PostgresAppend.Result result) {
        PostgresBatch.Facts facts = result.facts();
        boolean stored = result.outcome() == PostgresAppend.Outcome.STORED && !plan.events.isEmpty();
        alone = headId != null && head == facts.head() && headId.equals(facts.headId()) && headAt == facts.headAt();
        if (!alone) {
            // The history itself may be another one: what names streams and types in it, too.
            streams.clear();
            kinds.clear();
            keys.clear();
        }
        cautious = facts.taken().isEmpty() ? Math.max(0, cautious - 1) : CAUTIOUS_BATCHES;
        head = facts.head() + (stored ? plan.events.size() : 0);
        headAt = stored ? facts.storedAt() : facts.headAt();
        headId = stored ? plan.events.getLast().event().id() : facts.headId();
        plan.streams.forEach((name, planned) -> {
            PostgresBatch.Stream found = facts.streams().get(name);
            int added = stored ? planned.added : 0;
            if (found == null || found.key() == 0 || (found.deleted() && added == 0)) {
                streams.remove(name);
            } else {
                streams.put(name, new PostgresBatch.Stream(found.key(), found.version() + added, false));
            }
        });
        kinds.putAll(result.kinds());
    }
}
