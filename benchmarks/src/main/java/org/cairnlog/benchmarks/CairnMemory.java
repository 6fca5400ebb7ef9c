// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.cairnlog.event.EventData;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.log.Append;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.MemoryEventLog;

/** Cairn's log in memory. */
final class CairnMemory implements MemoryStore {
    private final MemoryEventLog log = MemoryEventLog.open();

    @Override
    public Writer writer() {
        var place = new Events.Place();
        return events -> {
            append(place, events);
            place.added(events);
        };
    }

    @Override
    public void fill(Events.Place place, int events) {
        append(place, events);
    }

    private void append(Events.Place place, int events) {
        List<EventData> data = new ArrayList<>(events);
        for (int i = 0; i < events; i++) {
            data.add(EventData.of(Events.TYPE, Events.PAYLOAD));
        }
        log.append(Append.to(place.stream(), ExpectedVersion.exactly(place.version()), data));
    }

    @Override
    public int read(Events.Place place) {
        int found = 0;
        for (RecordedEvent event : log.read(place.stream())) {
            found += event.payload().length > 0 ? 1 : 0;
        }
        return found;
    }
}
