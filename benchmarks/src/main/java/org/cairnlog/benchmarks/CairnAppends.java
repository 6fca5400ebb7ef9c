// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.log.Append;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.ExpectedVersion;

/** Cairn: each append says at which version it believes its stream. */
final class CairnAppends implements Side {
    /** Ends what stands behind a log. */
    interface End {
        void end() throws Exception;
    }

    private final AtomicEventLog log;
    private final Events.Place[] places;
    private final int events;
    private final Ledger ledger = new Ledger();
    private final long before;
    private boolean random;
    private final End end;

    CairnAppends(AtomicEventLog log, int callers, int events, End end) {
        this.log = log;
        this.places = Events.places(callers);
        this.events = events;
        this.end = end;
        this.before = log.head().places().getFirst().position();
    }

    /** With ids that hit every page of their index, as where clients make them. */
    CairnAppends random() {
        random = true;
        return this;
    }

    @Override
    public int units() {
        return events;
    }

    @Override
    public void once(int caller) {
        Events.Place place = places[caller];
        List<EventData> data = new ArrayList<>(events);
        for (int i = 0; i < events; i++) {
            data.add(Events.next(random));
        }
        log.append(Append.to(place.stream(), ExpectedVersion.exactly(place.version()), data));
        place.added(events);
        data.forEach(event -> ledger.add(event.id()));
    }

    @Override
    public void check() {
        check(log, ledger, before);
    }

    /** Every acknowledged event is there behind a position, once, and positions have no gap. */
    static void check(AtomicEventLog log, Ledger ledger, long before) {
        var stored = new Ledger();
        long position = before;
        for (RecordedEvent event : log.read(EventQuery.all()).after(log.cursorAt(before))) {
            if (event.position() != ++position) {
                throw new IllegalStateException("Cairn: position " + position + " is missing.");
            }
            stored.add(event.id());
        }
        ledger.check("Cairn", stored);
    }

    @Override
    public void close() throws Exception {
        log.close();
        end.end();
    }
}
