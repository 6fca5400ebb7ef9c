// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.cairnlog.event.EventQuery;
import org.cairnlog.log.Tail;
import org.cairnlog.log.TransactionalEventLog;

/** What a node costs that only waits for events: the statements that its database sees. */
final class Idle {
    private static final double BAR = 2;
    private static final String COUNT =
            "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()";

    // A session tells its last statements up to ten seconds late.
    private static final Duration SETTLING = Duration.ofSeconds(12);

    private final String url;
    private final TransactionalEventLog log;
    private final Tail tail;
    private final Thread waiter;
    private long before;

    private Idle(String url, Duration longest) {
        this.url = url;
        this.log = PostgresAppends.open(url);
        this.tail = log.tail(log.head(), EventQuery.all());
        this.waiter = Thread.ofPlatform().daemon().name("idle reader").start(() -> {
            try {
                tail.next(longest);
            } catch (InterruptedException e) {
                // It has waited long enough.
                Thread.currentThread().interrupt();
            }
        });
    }

    static Result measure(Site site, LargeLog logs, Duration time) throws Exception {
        String empty = site.database(null);
        Duration longest = SETTLING.plus(time).plusMinutes(1);
        try (LargeLog.Copy large = logs.toRead(site, logs.size())) {
            var nodes = List.of(new Idle(empty, longest), new Idle(large.url(), longest));
            Thread.sleep(SETTLING);
            for (Idle node : nodes) {
                node.before = node.count();
            }
            Thread.sleep(time.plus(SETTLING));
            double seconds = time.plus(SETTLING).toNanos() / 1e9;
            List<Result.Verdict> verdicts = new ArrayList<>();
            for (Idle node : nodes) {
                // What looks at the count is one of them.
                double measured = (node.count() - node.before - 1) / seconds;
                String events = node.url.equals(empty) ? "0" : String.format(Locale.ROOT, "%,d", logs.size());
                verdicts.add(new Result.Verdict(
                        "statements a second at " + events + " events", measured, "<= 2", measured <= BAR));
            }
            for (Idle node : nodes) {
                node.end();
            }
            return new Result("idle", "PostgreSQL, one idle tailing node", List.of(), verdicts, List.of());
        } finally {
            site.drop(empty);
        }
    }

    private long count() throws SQLException {
        return Long.parseLong(Site.query(url, COUNT));
    }

    private void end() throws InterruptedException {
        waiter.interrupt();
        waiter.join();
        tail.close();
        log.close();
    }
}
