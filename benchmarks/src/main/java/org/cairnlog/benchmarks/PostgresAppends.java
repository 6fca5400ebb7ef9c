// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.Postgres;

/** Appends to PostgreSQL. */
final class PostgresAppends {
    private PostgresAppends() {}

    static List<Workload> all() {
        List<Workload> all = new ArrayList<>();
        all.add(one(1, 0.7));
        all.add(one(16, 1.3));
        all.add(one(64, 2.0).bar("Cairn", "floor 2", 0.7));
        all.add(one(128, 2.0).bar("Cairn", "floor 2", 0.7));
        all.add(new Workload("append-100", "PostgreSQL, 100 events per append, 1 caller", 1)
                .side("Cairn", site -> cairn(site, 1, 100))
                .side("floor 2", site -> new BareBatches(site, 1, 100))
                .bar("Cairn", "floor 2", 0.8));
        return all;
    }

    private static Workload one(int callers, double least) {
        return new Workload("append-" + callers, "PostgreSQL, 1 event per append, callers: " + callers, callers)
                .side("Cairn", site -> cairn(site, callers, 1))
                .side("floor 1", site -> PoolSizes.best(site, callers, pool -> new PlainInserts(site, callers, pool)))
                .side("floor 2", site -> new BareBatches(site, callers, 1))
                .bar("Cairn", "floor 1", least);
    }

    static Side cairn(Site site, int callers, int events) throws SQLException {
        String url = site.database(null);
        return new CairnAppends(open(url), callers, events, () -> site.drop(url));
    }

    static TransactionalEventLog open(String url) {
        return Postgres.open(url, options -> options.migrating());
    }
}
