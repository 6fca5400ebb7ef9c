// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Cairn beside other event stores on the same server, five workloads each. */
final class Peers {
    /** Why a peer has no line, by its name. */
    static final Map<String, String> ABSENT = absent();

    private static final int LENGTH = 100;
    private static final int STREAMS = 100;
    private static final int CONNECTIONS = 16;

    private Peers() {}

    private static Map<String, String> absent() {
        Map<String, String> absent = new LinkedHashMap<>();
        absent.put("sliceworkz eventstore 0.12.0", "does not resolve from the Maven registry here");
        absent.put("Essentials postgresql-event-store 0.40.28", "does not resolve from the Maven registry here");
        absent.put("Pekko Persistence JDBC 1.1.1", "resolves; its adapter is not written yet");
        absent.put("Occurrent 0.19.10 (memory)", "resolves; its adapter is not written yet");
        return absent;
    }

    /** Opens a store for so many callers. */
    private interface Opening {
        PeerStore open(Site site, int connections) throws Exception;
    }

    private static final Map<String, Opening> STORES = new LinkedHashMap<>();

    static {
        STORES.put("Cairn", (site, connections) -> new CairnPeer(site));
        STORES.put("Axon Framework 5, JPA", AxonJpa::new);
        STORES.put("chronicle's pattern", ChroniclePattern::new);
    }

    static List<Workload> all() {
        List<Workload> all = new ArrayList<>();
        all.add(appends("peers-append-1", "1 event per append, callers: 1", 1, 1, 1));
        all.add(appends("peers-append-64", "1 event per append, callers: 64", 64, 1, 3));
        all.add(appends("peers-append-100", "100 events per append, callers: 1", 1, LENGTH, 1));
        all.add(reads("peers-read-stream", "read a stream of 100", LENGTH, store -> place -> store.read(place)));
        all.add(reads("peers-read-all", "read all of 10,000", LENGTH * STREAMS, store -> place -> store.readAll()));
        return all;
    }

    private static Workload appends(String name, String what, int callers, int events, double least) {
        var workload = new Workload(name, "PostgreSQL, beside peers: " + what, callers);
        STORES.forEach((store, opening) -> {
            workload.side(
                    store, site -> new Appends(opening.open(site, Math.min(callers, CONNECTIONS)), callers, events));
            if (!store.equals("Cairn")) {
                workload.bar("Cairn", store, least);
            }
        });
        return workload;
    }

    private interface Reading {
        int of(Events.Place place) throws Exception;
    }

    private interface Read {
        Reading from(PeerStore store);
    }

    private static Workload reads(String name, String what, int events, Read read) {
        var workload = new Workload(name, "PostgreSQL, beside peers: " + what, 1);
        STORES.forEach((store, opening) ->
                workload.side(store, site -> new Reads(opening.open(site, 2), events, read)));
        return workload;
    }

    private static final class Appends implements Side {
        private final PeerStore store;
        private final Events.Place[] places;
        private final int events;
        private final AtomicLong acknowledged = new AtomicLong();

        Appends(PeerStore store, int callers, int events) {
            this.store = store;
            this.places = Events.places(callers);
            this.events = events;
        }

        @Override
        public int units() {
            return events;
        }

        @Override
        public void once(int caller) throws Exception {
            store.append(places[caller], events);
            places[caller].added(events);
            acknowledged.addAndGet(events);
        }

        @Override
        public void check() throws Exception {
            if (store.stored() != acknowledged.get()) {
                throw new IllegalStateException(store.getClass().getSimpleName() + ": " + acknowledged
                        + " events were acknowledged and " + store.stored() + " are stored.");
            }
        }

        @Override
        public void close() throws Exception {
            store.close();
        }
    }

    private static final class Reads implements Side {
        private final PeerStore store;
        private final Events.Place place = new Events.Place();
        private final int events;
        private final Reading reading;

        Reads(PeerStore store, int events, Read read) throws Exception {
            this.store = store;
            this.events = events;
            this.reading = read.from(store);
            store.append(place, LENGTH);
            for (int i = 1; i < STREAMS; i++) {
                store.append(new Events.Place(), LENGTH);
            }
        }

        @Override
        public int units() {
            return events;
        }

        @Override
        public void once(int caller) throws Exception {
            int found = reading.of(place);
            if (found != events) {
                throw new IllegalStateException(found + " events were read, and " + events + " are there.");
            }
        }

        @Override
        public void close() throws Exception {
            store.close();
        }
    }
}
