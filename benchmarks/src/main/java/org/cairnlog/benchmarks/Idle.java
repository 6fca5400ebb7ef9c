// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.cairnlog.event.EventQuery;

/** What a node costs that only waits for events: the statements that its database sees. */
final class Idle {
    private static final double BAR = 2;
    private static final String COUNT =
            "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()";

    private Idle() {}

    static Result measure(Site site, LargeLog logs, Duration time) throws Exception {
        String empty = site.database(null);
        try (LargeLog.Copy large = logs.large(site)) {
            return new Result(
                    "idle",
                    "PostgreSQL, one idle tailing node",
                    List.of(),
                    List.of(
                            verdict("statements a second at 0 events", statements(empty, time)),
                            verdict(
                                    String.format(Locale.ROOT, "statements a second at %,d events", logs.size()),
                                    statements(large.url(), time))),
                    List.of());
        } finally {
            site.drop(empty);
        }
    }

    private static Result.Verdict verdict(String what, double measured) {
        return new Result.Verdict(what, measured, "<= 2", measured <= BAR);
    }

    private static double statements(String url, Duration time) throws Exception {
        try (var log = PostgresAppends.open(url);
                var tail = log.tail(log.head(), EventQuery.all())) {
            tail.next(Duration.ofSeconds(3));
            long before = Long.parseLong(Site.query(url, COUNT));
            long started = System.nanoTime();
            var waiting = new CountDownLatch(1);
            Thread waiter = Thread.ofPlatform().daemon().start(() -> {
                try {
                    tail.next(time.plusSeconds(5));
                } catch (InterruptedException e) {
                    waiting.countDown();
                }
            });
            waiting.await(time.toMillis(), TimeUnit.MILLISECONDS);
            long after = Long.parseLong(Site.query(url, COUNT));
            double seconds = (System.nanoTime() - started) / 1e9;
            waiter.interrupt();
            waiter.join();
            // The first count may be among the later ones.
            return Math.max(0, after - before - 1) / seconds;
        }
    }
}
