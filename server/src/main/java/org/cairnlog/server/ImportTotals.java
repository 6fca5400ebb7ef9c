// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.util.Locale;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;

/** What an import has done so far. */
final class ImportTotals {
    long lines;
    private long events;
    private long streams;
    private long appends;
    private long eventsBefore;
    private long streamsBefore;
    private long appendsBefore;

    void add(Append append, Appended done, long newStreams) {
        if (done.repeated()) {
            eventsBefore += append.events().size();
            streamsBefore += newStreams;
            appendsBefore++;
        } else {
            events += append.events().size();
            streams += newStreams;
            appends++;
        }
    }

    long all() {
        return events + eventsBefore;
    }

    /** For the end of an error. */
    String stored() {
        return all() == 0
                ? "Nothing was stored"
                : "What stands before is stored: " + Text.count(all(), "event") + " in "
                        + Text.count(appends + appendsBefore, "append") + "; importing again adds none of them twice";
    }

    String text(double seconds) {
        var text = new StringBuilder("Imported " + Text.count(events, "event") + " in "
                + Text.count(appends, "append") + ", " + Text.count(streams, "new stream") + ", in "
                + Text.seconds((long) (seconds * 1e9)));
        if (appendsBefore > 0) {
            text.append("; already there: ")
                    .append(Text.count(eventsBefore, "event"))
                    .append(" in ")
                    .append(Text.count(appendsBefore, "append"))
                    .append(", which began ")
                    .append(Text.count(streamsBefore, "stream"));
        }
        return text.toString();
    }

    String json(double seconds) {
        return Json.object(
                "events",
                events,
                "streams",
                streams,
                "appends",
                appends,
                "alreadyThere",
                new Json.Raw(Json.object("events", eventsBefore, "streams", streamsBefore, "appends", appendsBefore)),
                "seconds",
                new Json.Raw(String.format(Locale.ROOT, "%.3f", seconds)));
    }
}
