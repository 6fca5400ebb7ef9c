// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Cairn beside other event stores on the same server, five workloads each. */
final class Peers {
    private static final String CAIRN = "Cairn";
    private static final String SLICEWORKZ = "sliceworkz eventstore";
    private static final int LENGTH = 100;
    private static final int STREAMS = 100;
    private static final int[] POOLS = {8, 16, 32, 64, 128};
    /** One caller uses one connection; reads use one. */
    private static final int FEW = 8;

    private static final int USUAL = 16;
    private static final Duration PROBE = Duration.ofMillis(500);

    private final boolean quick;
    private final Map<String, Opening> stores = new LinkedHashMap<>();

    /** Opens a store with a pool of so many connections. */
    private interface Opening {
        PeerStore open(Site site, int connections) throws Exception;
    }

    private interface Reading {
        int of(PeerStore store, Events.Place place) throws Exception;
    }

    /**
     * All of them.
     *
     * @param quick whether a usual size of the pools will do, instead of the best one
     */
    Peers(boolean quick) {
        this.quick = quick;
        stores.put(CAIRN, (site, connections) -> new CairnPeer(site));
        stores.put("Axon Framework 5, JPA", AxonJpa::new);
        stores.put("Pekko Persistence JDBC", (site, connections) -> new PekkoJdbc(site, connections, false));
        stores.put("Essentials", Essentials::new);
        stores.put("chronicle's pattern", ChroniclePattern::new);
    }

    List<Workload> all() {
        List<Workload> all = new ArrayList<>();
        all.add(appends("peers-append-1", "1 event per append, callers: 1", 1, 1, 1));
        all.add(appends("peers-append-64", "1 event per append, callers: 64", 64, 1, 3));
        all.add(appends("peers-append-100", "100 events per append, callers: 1", 1, LENGTH, 1));
        all.add(reads("peers-read-stream", "read a stream of 100", LENGTH, PeerStore::read));
        // Pekko reads everything by a tag only.
        stores.put("Pekko Persistence JDBC", (site, connections) -> new PekkoJdbc(site, connections, true));
        all.add(reads("peers-read-all", "read all of 10,000", LENGTH * STREAMS, (store, place) -> store.readAll()));
        return all;
    }

    private Workload workload(String name, String what, int callers) {
        var workload = new Workload(name, "PostgreSQL, beside peers: " + what, callers);
        workload.absent()
                .put(
                        SLICEWORKZ,
                        "no release of it can be resolved from the Maven registry that builds this (0.12.0"
                                + " and earlier ones were tried)");
        return workload;
    }

    private Workload appends(String name, String what, int callers, int events, double least) {
        Workload workload = workload(name, what, callers);
        stores.forEach((store, opening) -> {
            workload.side(store, site -> {
                int pool = callers == 1 ? FEW : quick ? USUAL : bestPool(opening, site, callers);
                String note = store.equals(CAIRN) || callers == 1 ? "" : "a pool of " + pool + " connections";
                return new Appends(opening.open(site, pool), callers, events, note);
            });
            if (!store.equals(CAIRN)) {
                workload.bar(CAIRN, store, least);
            }
        });
        return workload.bar(CAIRN, others(), least);
    }

    private List<String> others() {
        return stores.keySet().stream().filter(store -> !store.equals(CAIRN)).toList();
    }

    /** The size at which a short probe by the same number of callers was fastest. */
    private static int bestPool(Opening opening, Site site, int callers) throws Exception {
        int best = POOLS[0];
        double fastest = 0;
        for (int size : POOLS) {
            try (var side = new Appends(opening.open(site, size), callers, 1, "")) {
                Callers.run(side, callers, PROBE);
                double rate = Callers.run(side, callers, PROBE).perSecond();
                if (rate > fastest) {
                    fastest = rate;
                    best = size;
                }
            }
        }
        return best;
    }

    private Workload reads(String name, String what, int events, Reading reading) {
        Workload workload = workload(name, what, 1);
        new LinkedHashMap<>(stores)
                .forEach((store, opening) ->
                        workload.side(store, site -> new Reads(opening.open(site, FEW), events, reading)));
        return workload;
    }

    /** Appends, and knows what was acknowledged. */
    private static final class Appends implements Side {
        private final PeerStore store;
        private final Events.Place[] places;
        private final int events;
        private final String note;
        private final Ledger acknowledged = new Ledger();

        Appends(PeerStore store, int callers, int events, String note) {
            this.store = store;
            this.places = Events.places(callers);
            this.events = events;
            this.note = note;
        }

        @Override
        public int units() {
            return events;
        }

        @Override
        public void once(int caller) throws Exception {
            append(store, places[caller], events, acknowledged);
            places[caller].added(events);
        }

        @Override
        public void check() throws Exception {
            compare(store, acknowledged);
        }

        @Override
        public String note() {
            return note;
        }

        @Override
        public void close() throws Exception {
            store.close();
        }
    }

    private static void append(PeerStore store, Events.Place place, int events, Ledger acknowledged) throws Exception {
        store.append(place, events);
        IntStream.rangeClosed(1, events)
                .forEach(i -> acknowledged.add(PeerStore.entry(place.stream().id(), place.version() + i)));
    }

    private static void compare(PeerStore store, Ledger acknowledged) throws Exception {
        var stored = new Ledger();
        store.stored(stored);
        acknowledged.check(store.getClass().getSimpleName(), stored);
    }

    private static final class Reads implements Side {
        private final PeerStore store;
        private final Events.Place place = new Events.Place();
        private final int events;
        private final Reading reading;
        private final Ledger acknowledged = new Ledger();

        Reads(PeerStore store, int events, Reading reading) throws Exception {
            this.store = store;
            this.events = events;
            this.reading = reading;
            append(store, place, LENGTH, acknowledged);
            for (int i = 1; i < STREAMS; i++) {
                append(store, new Events.Place(), LENGTH, acknowledged);
            }
        }

        @Override
        public int units() {
            return events;
        }

        @Override
        public void once(int caller) throws Exception {
            int found = reading.of(store, place);
            if (found != events) {
                throw new IllegalStateException(found + " events were read, and " + events + " are there.");
            }
        }

        @Override
        public void check() throws Exception {
            compare(store, acknowledged);
        }

        @Override
        public void close() throws Exception {
            store.close();
        }
    }
}
