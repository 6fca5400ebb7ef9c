// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.jackson.CloudEvents;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.EventLog;
import org.cairnlog.log.HistoryPage;

/** Writes the events of a log, up to where it ended when the export began. */
final class Exporter {
    private final EventLog log;
    private final Progress progress;
    private long events;
    private long husks;
    private long own;

    Exporter(EventLog log, Progress progress) {
        this.log = log;
        this.progress = progress;
    }

    void write(OutputStream out) throws IOException {
        Cursor head = log.head();
        long end = head.places().getFirst().position();
        Cursor at = log.beginning();
        while (!at.covers(head)) {
            HistoryPage page = log.history(at);
            for (List<StoredEntry> append : page.appends()) {
                for (StoredEntry entry : append) {
                    if (entry.position() <= end) {
                        write(out, entry);
                    }
                }
            }
            at = page.cursor();
        }
    }

    private void write(OutputStream out, StoredEntry entry) throws IOException {
        if (!(entry instanceof RecordedEvent event)) {
            husks++;
        } else if (event.type().startsWith("$")) {
            own++;
        } else {
            out.write(CloudEvents.write(event));
            out.write('\n');
            events++;
        }
        progress.show(entry.position(), events);
    }

    long events() {
        return events;
    }

    long husks() {
        return husks;
    }

    long own() {
        return own;
    }
}
