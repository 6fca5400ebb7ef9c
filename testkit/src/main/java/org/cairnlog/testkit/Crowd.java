// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Threads that begin together; closing waits for all of them and passes on what one of them threw. */
final class Crowd implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final ExecutorService threads;
    private final CountDownLatch gate = new CountDownLatch(1);
    private final List<Future<?>> running = new ArrayList<>();

    /** What one thread does. */
    interface Work {
        void run(int thread) throws Exception;
    }

    private Crowd(int size) {
        threads = Executors.newFixedThreadPool(size);
    }

    static Crowd of(int size, Work work) {
        var crowd = new Crowd(size);
        for (int i = 0; i < size; i++) {
            int thread = i;
            crowd.running.add(crowd.threads.submit(() -> {
                crowd.gate.await();
                work.run(thread);
                return thread;
            }));
        }
        return crowd;
    }

    /** Runs the work in that many threads at once and returns when all are done. */
    static void run(int size, Work work) throws Exception {
        try (Crowd crowd = of(size, work)) {
            crowd.go();
        }
    }

    void go() {
        gate.countDown();
    }

    boolean isBusy() {
        return running.stream().anyMatch(future -> !future.isDone());
    }

    @Override
    public void close() throws Exception {
        go();
        threads.shutdown();
        boolean done = threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        threads.shutdownNow();
        if (!done) {
            throw new AssertionError("A thread of the test was not done after " + PATIENCE_SECONDS + " seconds.");
        }
        for (Future<?> future : running) {
            try {
                future.get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Exception cause) {
                    throw cause;
                }
                throw e;
            }
        }
    }
}
