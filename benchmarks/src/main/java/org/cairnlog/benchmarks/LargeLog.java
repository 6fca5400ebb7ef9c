// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cairnlog.event.EventData;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.ExpectedVersion;

/**
 * Logs of 100,000 events and of a large number, each made once by the server itself and copied for each side that
 * appends. Ids are random, as they are where clients make them, and in the large log their index is larger than the
 * buffer cache. Checksums are not filled in; nothing but verification reads them.
 */
final class LargeLog {
    static final int SMALL = 100_000;
    /** How many events of the tag and of the rare type are read. */
    static final int TAGGED = 100;

    static final String TAG = "customer:7";
    static final String RARE_TYPE = "type-7";

    private static final int LENGTH = 10;
    private static final String SIDE = "Cairn at ";

    private final int size;
    private final Map<Integer, String> made = new HashMap<>();

    LargeLog(int size) {
        this.size = size;
    }

    int size() {
        return size;
    }

    /**
     * A database that is used by one side.
     *
     * @param own whether nobody else ever uses it, so that it may be written to
     */
    record Copy(Site site, String url, boolean own) implements AutoCloseable {
        @Override
        public void close() throws SQLException {
            if (own) {
                site.drop(url);
            }
        }
    }

    /** A stream of that many events; both are in each log. */
    static StreamId stream(int events) {
        return StreamId.of(Events.CATEGORY, "long-" + events);
    }

    /** A log of that many events, to write to. */
    private Copy copy(Site site, int events) throws SQLException {
        return new Copy(site, site.database(toRead(site, events).url()), true);
    }

    /** A log of that many events that is only read, and so needs no copy. */
    Copy toRead(Site site, int events) throws SQLException {
        String url = made.get(events);
        if (url == null) {
            System.out.printf(Locale.ROOT, "%nMaking a log of %,d events ...%n", events);
            url = made(site, events);
            made.put(events, url);
        }
        return new Copy(site, url, false);
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

    /** Appends to logs that have grown, up to the large one. */
    List<Workload> appends() {
        List<Workload> all = new ArrayList<>();
        for (int callers : new int[] {1, 64}) {
            all.add(grown("append", "1 event per append", callers, url -> append(url, callers)));
            all.add(grown("condition", "conditional append over 2 tags", callers, url -> condition(url, callers)));
        }
        return all;
    }

    private interface Appending {
        Side to(Copy copy) throws SQLException;
    }

    private Workload grown(String name, String what, int callers, Appending appending) {
        var workload = new Workload(
                "large-" + name + "-" + callers,
                "PostgreSQL, " + what + " to a log that has grown, callers: " + callers,
                callers);
        for (int events : List.of(SMALL, Math.max(SMALL, size / 5), size)) {
            workload.side(side(events), site -> appending.to(copy(site, events)));
        }
        return workload.bar(side(size), side(SMALL), 0.9);
    }

    static String side(int events) {
        return String.format(Locale.ROOT, SIDE + "%,d", events);
    }

    /** The same, backwards. */
    static int events(String side) {
        return Integer.parseInt(side.substring(SIDE.length()).replace(",", ""));
    }

    private static Side append(Copy copy, int callers) {
        return new CairnAppends(PostgresAppends.open(copy.url()), callers, 1, copy::close).random();
    }

    private static Side condition(Copy copy, int callers) {
        return new ConditionalAppends(PostgresAppends.open(copy.url()), callers, true, copy::close).random();
    }
}
