// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import org.cairnlog.event.EventData;
import org.cairnlog.log.Append;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.TransactionalEventLog;

/** Two nodes on one log, with 64 callers each, beside one node with 64. */
final class TwoNodes implements Side {
    private static final int CALLERS = 64;
    private static final double FAIR = 0.3;

    private final Site site;
    private final String url;
    private final TransactionalEventLog[] nodes;
    private final Events.Place[] places;
    private final AtomicLongArray appends = new AtomicLongArray(2);
    private final Ledger ledger = new Ledger();

    TwoNodes(Site site) throws SQLException {
        this.site = site;
        this.url = site.database(null);
        this.nodes = new TransactionalEventLog[] {PostgresAppends.open(url), PostgresAppends.open(url)};
        this.places = Events.places(2 * CALLERS);
    }

    static Workload workload() {
        return new Workload("two-nodes", "PostgreSQL, two nodes with 64 callers each", CALLERS)
                .side("Cairn, two nodes", TwoNodes::new)
                .side("Cairn, one node", site -> PostgresAppends.cairn(site, CALLERS, 1))
                .bar("Cairn, two nodes", "Cairn, one node", 0.8);
    }

    @Override
    public int callers(int ofWorkload) {
        return 2 * CALLERS;
    }

    @Override
    public void once(int caller) {
        Events.Place place = places[caller];
        EventData event = Events.next();
        nodes[caller % 2].append(Append.to(place.stream(), ExpectedVersion.exactly(place.version()), event));
        place.added(1);
        appends.incrementAndGet(caller % 2);
        ledger.add(event.id());
    }

    @Override
    public void check() {
        CairnAppends.check(nodes[0], ledger, 0);
    }

    @Override
    public List<Result.Verdict> verdicts() {
        double least = Math.min(appends.get(0), appends.get(1));
        double share = least / (appends.get(0) + appends.get(1));
        return List.of(new Result.Verdict("share of the slower node in the appends", share, ">= 0.30", share >= FAIR));
    }

    @Override
    public void close() throws SQLException {
        nodes[0].close();
        nodes[1].close();
        site.drop(url);
    }
}
