// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.log.Append;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.TransactionalEventLog;

/** Cairn as one of the event stores: opened by URL, with everything as it comes. */
final class CairnPeer implements PeerStore {
    private final Site site;
    private final String url;
    private final TransactionalEventLog log;

    CairnPeer(Site site) throws SQLException {
        this.site = site;
        this.url = site.database(null);
        this.log = PostgresAppends.open(url);
    }

    @Override
    public void append(Events.Place place, int events) {
        List<EventData> data = new ArrayList<>(events);
        for (int i = 0; i < events; i++) {
            data.add(Events.next());
        }
        log.append(Append.to(place.stream(), ExpectedVersion.exactly(place.version()), data));
    }

    @Override
    public int read(Events.Place place) {
        return log.read(place.stream()).toList().size();
    }

    @Override
    public int readAll() {
        return log.read(EventQuery.all()).toList().size();
    }

    @Override
    public void stored(Ledger ledger) {
        log.read(EventQuery.all())
                .forEach(event -> ledger.add(PeerStore.entry(event.stream().id(), event.version())));
    }

    @Override
    public void close() throws SQLException {
        log.close();
        site.drop(url);
    }
}
