// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.time.Duration;
import java.util.Optional;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.EventLog;
import org.cairnlog.log.Tail;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Follows a log. */
@Command(
        description = "Follow the log: print each new event as it comes, until interrupted.",
        footer = {
            "",
            "Examples:",
            "  cairn tail",
            "  cairn tail --after 0 --category order",
            "  cairn tail --type order-paid --limit 1 --timeout 60 --json"
        })
final class TailVerb extends Verb {
    @Mixin
    FilterOptions filter = new FilterOptions();

    @Option(
            names = "--after",
            paramLabel = "POINT",
            description = "Begin beyond this position or cursor; else at the end.")
    @Nullable String after;

    @Option(names = "--limit", paramLabel = "N", description = "End after so many events.")
    long limit = Long.MAX_VALUE;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "End if no event comes for so long; exit code 1 if --limit was not reached.")
    @Nullable Double timeout;

    TailVerb(Main main) {
        super(main);
    }

    @Override
    public Integer call() throws InterruptedException {
        if (limit < 1) {
            throw Refused.usage("--limit " + limit + ": expected a number from 1");
        }
        Duration given = Seconds.of("--timeout", timeout);
        Duration patience = given == null ? Duration.ofMinutes(1) : given;
        try (EventLog log = url().open()) {
            Cursor start = after == null ? log.head() : point(log, after);
            try (Tail tail = log.tail(start, filter.query())) {
                if (!json()) {
                    console()
                            .err()
                            .println("Following from position "
                                    + start.places().getFirst().position());
                }
                return follow(tail, patience);
            }
        }
    }

    private int follow(Tail tail, Duration patience) throws InterruptedException {
        var printer = new EventPrinter(console(), json());
        while (printer.printed() < limit) {
            Optional<RecordedEvent> next = tail.next(patience);
            if (next.isPresent()) {
                printer.print(next.get());
            } else if (timeout != null) {
                return limit == Long.MAX_VALUE ? Exit.OK : Exit.NO;
            }
            if (console().readerIsGone()) {
                break;
            }
        }
        return Exit.OK;
    }
}
