// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.cairnlog.event.EventData;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.ExpectedVersion;
import org.jspecify.annotations.Nullable;

/**
 * A log of 100,000 events and a large one, made once by the server itself and copied for each side that appends. Ids
 * are random, as they are where clients make them, and in the large log their index is larger than the buffer cache.
 * Checksums are not filled in; nothing but verification reads them.
 */
final class LargeLog {
    static final int SMALL = 100_000;
    /** How many events of the tag and of the rare type are read. */
    static final int TAGGED = 100;

    static final String TAG = "customer:7";
    static final String RARE_TYPE = "type-7";

    private static final int LENGTH = 10;

    private final int size;
    private @Nullable String small;
    private @Nullable String large;

    LargeLog(int size) {
        this.size = size;
    }

    int size() {
        return size;
    }

    /** A database that a side works with. */
    record Copy(Site site, String url, boolean isOwn) implements AutoCloseable {
        @Override
        public void close() throws SQLException {
            if (isOwn) {
                site.drop(url);
            }
        }
    }

    /** A stream of that many events; both are in either log. */
    static StreamId stream(int events) {
        return StreamId.of(Events.CATEGORY, "long-" + events);
    }

    /** The small log, for sides that only read. */
    Copy small(Site site) throws SQLException {
        if (small == null) {
            small = made(site, SMALL);
        }
        return new Copy(site, small, false);
    }

    /** The large log, for sides that only read. */
    Copy large(Site site) throws SQLException {
        if (large == null) {
            large = made(site, size);
        }
        return new Copy(site, large, false);
    }

    private static Copy own(Copy copy) throws SQLException {
        return new Copy(copy.site(), copy.site().database(copy.url()), true);
    }

    private static String made(Site site, int events) throws SQLException {
        String url = site.database(null);
        try (var log = PostgresAppends.open(url)) {
            for (int length : new int[] {100, 1000}) {
                List<EventData> data = new ArrayList<>();
                for (int i = 0; i < length; i++) {
                    data.add(Events.next());
                }
                log.append(stream(length), ExpectedVersion.noStream(), data.toArray(EventData[]::new));
            }
        }
        int first = 1_100;
        int streams = (events - first) / LENGTH;
        Site.execute(
                url,
                "SET search_path = cairn",
                "SET synchronous_commit = off",
                "SET maintenance_work_mem = '512MB'",
                "DROP INDEX event_version, event_id, event_kind",
                "ALTER TABLE event DROP CONSTRAINT event_pkey",
                "ALTER TABLE tag DROP CONSTRAINT tag_pkey",
                "INSERT INTO kind (log, category, type) SELECT 1, 'account', 'type-' || n"
                        + " FROM generate_series(1, 19) n",
                """
                INSERT INTO stream (log, category, name, bucket, created)
                SELECT 1, 'account', 'loaded-' || n, n %% 1024, %d + (n - 1) * %d + 1
                FROM generate_series(1, %d) n""".formatted(first, LENGTH, streams),
                """
                INSERT INTO event
                SELECT 1, %1$d + (s.n - 1) * %2$d + v.version, s.key, v.version, gen_random_uuid(), k.key, s.bucket,
                  true,
                  1700000000000000 + s.n, ARRAY['customer:' || s.n %% 1000, 'order:' || s.n], 0, 1, 200, NULL,
                  'application/json', '', false, decode(repeat('78', 200), 'hex'), 0
                FROM (SELECT row_number() OVER (ORDER BY key) AS n, key, bucket
                  FROM stream WHERE name LIKE 'loaded-%%') s
                CROSS JOIN generate_series(1, %2$d) v (version)
                JOIN kind k ON k.type = 'type-' || 1 + (s.n + v.version) %% 19""".formatted(first, LENGTH),
                "INSERT INTO tag SELECT 1, t.tag, e.position FROM event e CROSS JOIN unnest(e.tags) t (tag)",
                "ALTER TABLE event ADD PRIMARY KEY (log, position)",
                "CREATE UNIQUE INDEX event_version ON event (stream, version)",
                "CREATE UNIQUE INDEX event_id ON event (id, log)",
                "CREATE INDEX event_kind ON event (kind, position)",
                "ALTER TABLE tag ADD PRIMARY KEY (log, tag, position)",
                "VACUUM ANALYZE",
                "CHECKPOINT");
        return url;
    }

    /** Appends to the large log beside appends to the small one. */
    List<Workload> appends() {
        List<Workload> all = new ArrayList<>();
        String here = "Cairn at %,d".formatted(size);
        for (int callers : new int[] {1, 64}) {
            all.add(new Workload(
                            "large-append-" + callers, "PostgreSQL, 1 event per append, callers: " + callers, callers)
                    .side(here, site -> append(own(large(site)), callers))
                    .side("Cairn at 100,000", site -> append(own(small(site)), callers))
                    .bar(here, "Cairn at 100,000", 0.9));
            all.add(new Workload(
                            "large-condition-" + callers,
                            "PostgreSQL, conditional append over 2 tags, callers: " + callers,
                            callers)
                    .side(here, site -> condition(own(large(site)), callers))
                    .side("Cairn at 100,000", site -> condition(own(small(site)), callers))
                    .bar(here, "Cairn at 100,000", 0.9));
        }
        return all;
    }

    private static Side append(Copy copy, int callers) {
        return new CairnAppends(PostgresAppends.open(copy.url()), callers, 1, copy::close).random();
    }

    private static Side condition(Copy copy, int callers) {
        return new ConditionalAppends(PostgresAppends.open(copy.url()), callers, true, copy::close).random();
    }
}
