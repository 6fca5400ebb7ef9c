// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.log.Append;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.ExpectedVersion;

/** Appends with two tags, and with or without the condition that nothing with both has come since the last look. */
final class ConditionalAppends implements Side {
    private static final AtomicLong DECISIONS = new AtomicLong();

    private final AtomicEventLog log;
    private final boolean conditional;
    private final Cursor[] seen;
    private final Events.Place[] places;
    private final Ledger ledger = new Ledger();
    private final long before;
    private boolean random;
    private final CairnAppends.End end;

    ConditionalAppends(AtomicEventLog log, int callers, boolean conditional, CairnAppends.End end) {
        this.log = log;
        this.conditional = conditional;
        this.places = Events.places(callers);
        this.seen = new Cursor[callers];
        Cursor head = log.head();
        for (int i = 0; i < callers; i++) {
            seen[i] = head;
        }
        this.end = end;
        this.before = log.head().places().getFirst().position();
    }

    /** With ids that hit every page of their index, as where clients make them. */
    ConditionalAppends random() {
        random = true;
        return this;
    }

    static List<Workload> all() {
        List<Workload> all = new ArrayList<>();
        for (int callers : new int[] {1, 64}) {
            all.add(new Workload(
                            "condition-" + callers,
                            "PostgreSQL, conditional append over 2 tags, callers: " + callers,
                            callers)
                    .side("Cairn, condition", site -> side(site, callers, true))
                    .side("Cairn, tags only", site -> side(site, callers, false))
                    .bar("Cairn, condition", "Cairn, tags only", 0.7));
        }
        return all;
    }

    private static Side side(Site site, int callers, boolean conditional) throws Exception {
        String url = site.database(null);
        return new ConditionalAppends(PostgresAppends.open(url), callers, conditional, () -> site.drop(url));
    }

    @Override
    public void once(int caller) {
        Events.Place place = places[caller];
        long decision = DECISIONS.incrementAndGet();
        String course = "course:" + decision % 1000;
        String student = "student:" + decision;
        EventData event = Events.next(random).withTags(course, student);
        Append append = Append.to(place.stream(), ExpectedVersion.exactly(place.version()), event);
        if (conditional) {
            append = append.unless(EventQuery.tags(course, student), seen[caller]);
        }
        // A conflict would be a false one: no two decisions are about the same student.
        seen[caller] = log.append(append).cursor();
        place.added(1);
        ledger.add(event.id());
    }

    @Override
    public void check() {
        CairnAppends.check(log, ledger, before);
    }

    @Override
    public void close() throws Exception {
        log.close();
        end.end();
    }
}
