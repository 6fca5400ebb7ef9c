// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.util.ArrayList;
import java.util.List;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.EventLog;
import org.cairnlog.log.HistoryPage;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.LogRestore;
import org.cairnlog.log.NoSuchStream;
import org.cairnlog.log.Removal;
import org.cairnlog.log.StreamInfo;

/** Fills a restore from a log, up to where that ended when the copy began. */
final class Copier {
    private final EventLog log;
    private final LogMaintenance maintenance;
    private final LogRestore restore;
    private final Progress progress;
    private final List<Removal> removals = new ArrayList<>();
    private long resumedAt;
    private long places;
    private long streams;

    Copier(EventLog log, LogMaintenance maintenance, LogRestore restore, Progress progress) {
        this.log = log;
        this.maintenance = maintenance;
        this.restore = restore;
        this.progress = progress;
    }

    void run() {
        Cursor head = log.head();
        Cursor at = restore.head();
        resumedAt = position(at);
        while (!at.covers(head)) {
            HistoryPage page = log.history(at);
            List<List<StoredEntry>> wanted = page.appends().stream()
                    .filter(append -> append.getFirst().position() <= position(head))
                    .toList();
            restore.add(wanted);
            places += wanted.stream().mapToLong(List::size).sum();
            at = page.cursor();
            progress.show(position(at), resumedAt + places);
        }
        for (StreamInfo info : log.streams().createdUpTo(head)) {
            restore.labels(info.stream(), info.labels());
            streams++;
        }
        for (Removal removal : maintenance.removals()) {
            keep(removal);
        }
        restore.complete();
    }

    private void keep(Removal removal) {
        try {
            restore.removal(removal);
            removals.add(removal);
        } catch (NoSuchStream e) {
            // The stream began after the copy and was removed since.
            return;
        }
    }

    /** What was removed while the copy was under way may have been copied before: then the copy is not a copy. */
    void checkRemovals(LogUrl target) {
        if (removals.isEmpty()) {
            return;
        }
        try (EventLog copy = target.open()) {
            for (Removal removal : removals) {
                boolean kept = removal.before() > 1
                        && copy.read(removal.stream())
                                .to(removal.before() - 1)
                                .limit(1)
                                .iterator()
                                .hasNext();
                if (kept) {
                    throw Refused.no("events of " + removal.stream() + " were removed while they were copied, and the"
                            + " copy still has them: delete " + target + " and copy again");
                }
            }
        }
    }

    private static long position(Cursor cursor) {
        return cursor.places().getFirst().position();
    }

    long places() {
        return places;
    }

    long streams() {
        return streams;
    }

    long resumedAt() {
        return resumedAt;
    }
}
