// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.EventLog;
import org.cairnlog.log.LogStatus;
import picocli.CommandLine.Command;

/** What is going on in a log. */
@Command(
        description = {
            "Show where a log is and how far it goes, who keeps others from writing to it, and how this process would"
                    + " learn of new events.",
            "The queue, the batches and the last error are those of the process that asks, so they are empty here; a"
                    + " program of yours sees its own in EventLog.status.",
            "Exit code 0 also if somebody is in the way: that is an answer."
        },
        footer = {"", "Examples:", "  cairn status", "  cairn status --log postgresql://ada@localhost/shop --json"})
final class StatusVerb extends Verb {
    private static final Duration PATIENCE = Duration.ofMillis(50);
    // As long as it takes to find out that hints do not arrive.
    private static final long LISTENING_NANOS = 3_000_000_000L;

    StatusVerb(Main main) {
        super(main);
    }

    @Override
    public Integer call() throws InterruptedException {
        LogUrl url = url();
        try (EventLog log = url.open()) {
            Cursor head = log.head();
            LogStatus status = status(url, log, head);
            say(json() ? json(url, log, head, status) : text(url, log, head, status));
            return Exit.OK;
        }
    }

    /** A log learns how it is told of new events when somebody waits for them. */
    private static LogStatus status(LogUrl url, EventLog log, Cursor head) throws InterruptedException {
        long started = System.nanoTime();
        LogStatus status = log.status();
        Cursor seen = head;
        while (canListen(url, status) && System.nanoTime() - started < LISTENING_NANOS) {
            if (log.awaitGrowth(seen, PATIENCE)) {
                seen = log.head();
            }
            status = log.status();
        }
        return status;
    }

    private static boolean canListen(LogUrl url, LogStatus status) {
        return url instanceof PostgresUrl
                && status.wakeUp() == LogStatus.WakeUp.POLLING
                && status.problem().isEmpty();
    }

    private static String json(LogUrl url, EventLog log, Cursor head, LogStatus status) {
        return Json.object(
                "log",
                url.name(),
                "id",
                log.id(),
                "url",
                url,
                "store",
                url.store(),
                "position",
                head.places().getFirst().position(),
                "cursor",
                head,
                "blocker",
                status.blocker().orElse(null),
                "waitingAppends",
                status.waitingAppends(),
                "waitingBytes",
                status.waitingBytes(),
                "batches",
                status.batches(),
                "appends",
                status.appends(),
                "lastBatch",
                status.lastBatch(),
                "largestBatch",
                status.largestBatch(),
                "lockWaitMillis",
                status.lockWait().toMillis(),
                "wakeUp",
                status.wakeUp().name().toLowerCase(Locale.ROOT),
                "problem",
                status.problem().orElse(null),
                "lastError",
                status.lastError().orElse(null));
    }

    private static String text(LogUrl url, EventLog log, Cursor head, LogStatus status) {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("log", url.name() + ", " + log.id());
        lines.put("store", url.store());
        lines.put("head", Text.number(head.places().getFirst().position()));
        lines.put("in the way", status.blocker().orElse("nobody"));
        lines.put(
                "queue",
                Text.count(status.waitingAppends(), "append") + ", " + Text.count(status.waitingBytes(), "byte")
                        + (status.lockWait().isZero()
                                ? ""
                                : ", waiting for " + status.lockWait().toMillis() + " ms"));
        lines.put(
                "batches",
                Text.number(status.batches()) + " with " + Text.count(status.appends(), "append") + ", at most "
                        + Text.number(status.largestBatch()) + ", last " + Text.number(status.lastBatch()));
        lines.put(
                "new events",
                switch (status.wakeUp()) {
                            case LOCAL -> "this process alone can append";
                            case POLLING -> "looks now and then";
                            case LISTENING -> "is told";
                        }
                        + status.problem().map(problem -> ": " + problem).orElse(""));
        lines.put("last error", status.lastError().orElse("none"));
        var text = new StringBuilder();
        lines.forEach((name, value) -> text.append(text.isEmpty() ? "" : "\n")
                .append(String.format(Locale.ROOT, "%-10s  %s", name, Text.printable(value, 1000))));
        return text.toString();
    }
}
