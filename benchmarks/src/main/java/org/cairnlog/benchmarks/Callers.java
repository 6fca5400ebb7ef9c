// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** So many callers in a closed loop: each calls again as soon as it has its answer. */
final class Callers {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long HIGHEST_NANOS = Duration.ofMinutes(5).toNanos();
    private static final int DIGITS = 3;

    private Callers() {}

    /**
     * What a slice of time brought.
     *
     * @param units how many units of work were done
     * @param nanos in how long
     * @param latencies of single calls, in nanoseconds
     * @param allocated bytes, by all threads of this process
     */
    record Slice(long units, long nanos, Histogram latencies, long allocated) {
        double perSecond() {
            return units * 1e9 / nanos;
        }
    }

    /** Lets the callers call for a time. */
    static Slice run(Side side, int callers, Duration time) throws Exception {
        var gate = new CountDownLatch(1);
        var failure = new AtomicReference<@Nullable Throwable>();
        List<Histogram> histograms = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        long[] end = {0};
        for (int i = 0; i < callers; i++) {
            int caller = i;
            var histogram = new Histogram(HIGHEST_NANOS, DIGITS);
            histograms.add(histogram);
            threads.add(Thread.ofPlatform().name("caller " + i).start(() -> {
                try {
                    gate.await();
                    for (long now = System.nanoTime(); now - end[0] < 0 && failure.get() == null; ) {
                        side.once(caller);
                        long done = System.nanoTime();
                        histogram.recordValue(done - now);
                        now = done;
                    }
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                }
            }));
        }
        long allocated = THREADS.getTotalThreadAllocatedBytes();
        long started = System.nanoTime();
        end[0] = started + time.toNanos();
        gate.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        long took = System.nanoTime() - started;
        if (failure.get() != null) {
            throw new IllegalStateException("A caller failed: " + failure.get(), failure.get());
        }
        var all = new Histogram(HIGHEST_NANOS, DIGITS);
        histograms.forEach(all::add);
        return new Slice(
                all.getTotalCount() * side.units(), took, all, THREADS.getTotalThreadAllocatedBytes() - allocated);
    }
}
