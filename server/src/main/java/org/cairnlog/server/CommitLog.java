// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventIds;
import org.cairnlog.event.Limits;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.AtomicEventLog;

/** Appends commits: each one append to the streams of the files that it touches. */
final class CommitLog {
    static final String CATEGORY = "file";

    private final AtomicEventLog log;
    private long commits;
    private long events;
    private long known;
    private long split;
    private long left;

    CommitLog(AtomicEventLog log) {
        this.log = log;
    }

    void append(Commit commit) {
        List<Append.NewEvent> all = new ArrayList<>();
        for (Commit.Change change : commit.changes()) {
            try {
                all.add(new Append.NewEvent(StreamId.of(CATEGORY, change.path()), event(commit, change)));
            } catch (IllegalArgumentException e) {
                // A path longer than the name of a stream may be.
                left++;
            }
        }
        int most = log.limits().appendEvents();
        split += all.size() > most ? 1 : 0;
        boolean repeated = true;
        for (int from = 0; from < all.size(); from += most) {
            Appended done = log.append(
                    new Append(all.subList(from, Math.min(from + most, all.size())), Map.of(), List.of(), Map.of()));
            repeated &= done.repeated();
        }
        if (repeated) {
            known++;
        } else {
            commits++;
            events += all.size();
        }
    }

    static EventData event(Commit commit, Commit.Change change) {
        return EventData.json(change.type(), commit.json(change))
                .withId(EventIds.named("git", commit.hash() + ":" + change.path()))
                .withOccurredAt(commit.time())
                .withTags("commit:" + commit.hash());
    }

    long all() {
        return commits + known;
    }

    String summary() {
        if (commits == 0 && known > 0) {
            return "Nothing new: " + Text.count(known, "commit") + " were there from an earlier run";
        }
        var text = new StringBuilder(Text.count(commits, "commit") + " went in as "
                + Text.count(commits, "atomic append") + " of " + Text.count(events, "event"));
        if (known > 0) {
            text.append("; ").append(Text.count(known, "commit")).append(" were there from an earlier run");
        }
        if (split > 0) {
            text.append("; ")
                    .append(Text.count(split, "commit"))
                    .append(" of more than ")
                    .append(Text.number(Limits.STANDARD.appendEvents()))
                    .append(" files went in as several appends");
        }
        if (left > 0) {
            text.append("; ").append(Text.count(left, "file")).append(" with too long a path were left out");
        }
        return text.toString();
    }
}
