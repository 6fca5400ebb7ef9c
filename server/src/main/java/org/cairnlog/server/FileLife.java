// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.EventLog;

/** The events of one file, under all the names that it had. */
final class FileLife {
    private FileLife() {}

    /** From the first name to the last, which is the one given. */
    static List<RecordedEvent> of(EventLog log, String path) {
        Deque<List<RecordedEvent>> parts = new ArrayDeque<>();
        Set<String> names = new HashSet<>();
        long before = Long.MAX_VALUE;
        String name = path;
        while (name != null && names.add(name)) {
            List<RecordedEvent> part = new ArrayList<>();
            for (RecordedEvent event : log.read(StreamId.of(CommitLog.CATEGORY, name))) {
                if (event.position() < before) {
                    part.add(event);
                }
            }
            // Only what came after the name was taken last.
            int start = 0;
            String from = null;
            for (int i = 0; i < part.size(); i++) {
                if (part.get(i).type().equals(Commit.RENAMED)) {
                    start = i;
                    from = Json.members(part.get(i).payload()).get("from");
                }
            }
            part = part.subList(start, part.size());
            if (!part.isEmpty()) {
                before = part.getFirst().position();
                parts.addFirst(part);
            }
            name = from;
        }
        return parts.stream().flatMap(List::stream).toList();
    }
}
