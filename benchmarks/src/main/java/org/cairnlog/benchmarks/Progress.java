// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.time.Duration;
import java.util.List;

/** Says how far a run has come. How long the rest takes is told from how long the parts before took. */
final class Progress {
    private final List<Duration> expected;
    private final long started = System.nanoTime();
    private int begun;

    Progress(List<Duration> expected) {
        this.expected = expected;
    }

    /** A line in front of the next part. */
    String next(String name) {
        double done = seconds(expected.subList(0, begun));
        double left = seconds(expected.subList(begun, expected.size()));
        double took = (System.nanoTime() - started) / 1e9;
        long minutes = Math.round(left * (done > 0 ? took / done : 1) / 60);
        return "[" + ++begun + " of " + expected.size() + ", " + (minutes < 1 ? "less than a minute" : minutes + " min")
                + " left] " + name;
    }

    private static double seconds(List<Duration> times) {
        return times.stream().mapToDouble(time -> time.toMillis() / 1e3).sum();
    }
}
