// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.cairnlog.event.EventQuery;
import org.cairnlog.log.LogStatus;
import org.cairnlog.log.Tail;
import org.cairnlog.log.TransactionalEventLog;

/** What a node costs that only waits for events: the statements that the server writes to its log. */
final class Idle {
    private static final double BAR = 2;

    private Idle() {}

    static Result measure(Site site, LargeLog logs, Duration time) throws Exception {
        List<Result.Verdict> verdicts = new ArrayList<>();
        String empty = site.database(null);
        try {
            PostgresAppends.open(empty).close();
            verdicts.add(verdict(site, empty, 0, time));
        } finally {
            site.drop(empty);
        }
        try (LargeLog.Copy large = logs.toRead(site, logs.size())) {
            verdicts.add(verdict(site, large.url(), logs.size(), time));
        }
        return new Result("idle", "PostgreSQL, one idle tailing node", List.of(), verdicts, List.of());
    }

    private static Result.Verdict verdict(Site site, String url, int events, Duration time) throws Exception {
        double measured = perSecond(site, url, time);
        return new Result.Verdict(
                String.format(Locale.ROOT, "statements a second at %,d events", events),
                measured,
                "<= 2",
                measured <= BAR);
    }

    private static double perSecond(Site site, String url, Duration time) throws Exception {
        site.logStatements(url, true);
        try (TransactionalEventLog log = PostgresAppends.open(url);
                Tail tail = log.tail(log.head(), EventQuery.all())) {
            while (log.status().wakeUp() != LogStatus.WakeUp.LISTENING) {
                nothing(tail, Duration.ofMillis(20));
            }
            long before = site.loggedStatements();
            nothing(tail, time);
            return (site.loggedStatements() - before) * 1e9 / time.toNanos();
        } finally {
            site.logStatements(url, false);
        }
    }

    private static void nothing(Tail tail, Duration time) throws InterruptedException, IOException {
        if (tail.next(time).isPresent()) {
            throw new IOException("An event came to a log to which nobody appends.");
        }
    }
}
