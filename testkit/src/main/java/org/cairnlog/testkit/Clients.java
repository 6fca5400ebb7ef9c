// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** Threads that begin at the same time, behind a gate, and must end within a bound. */
public final class Clients {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<FutureTask<Void>> tasks = new ArrayList<>();
    private final CountDownLatch gate = new CountDownLatch(1);

    /** What a client does. */
    @FunctionalInterface
    public interface Work {
        /**
         * Does it.
         *
         * @throws Exception if the client fails, and with it the test
         */
        void run() throws Exception;
    }

    /** What one of several clients does. */
    @FunctionalInterface
    public interface NumberedWork {
        /**
         * Does it.
         *
         * @param client the number of the client, from 0
         * @throws Exception if the client fails, and with it the test
         */
        void run(int client) throws Exception;
    }

    /** No client yet. */
    public Clients() {}

    /**
     * Lets some clients do their work together, and waits for them.
     *
     * @param count how many
     * @param work what each does
     */
    public static void together(int count, NumberedWork work) {
        var clients = new Clients();
        for (int i = 0; i < count; i++) {
            int client = i;
            clients.add(() -> work.run(client));
        }
        clients.run();
    }

    /**
     * Adds a client.
     *
     * @param work what it does when all begin
     */
    public void add(Work work) {
        tasks.add(new FutureTask<>(() -> {
            gate.await();
            work.run();
            return null;
        }));
    }

    /**
     * Opens the gate and waits for all clients.
     *
     * @throws AssertionError if one failed, or is not done after a minute; with what the threads were doing
     */
    public void run() {
        List<Thread> threads = tasks.stream()
                .map(task -> Thread.ofPlatform().name("client").daemon().start(task))
                .toList();
        gate.countDown();
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            for (FutureTask<Void> task : tasks) {
                task.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (ExecutionException e) {
            throw new AssertionError("A client failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("The clients are not done after " + PATIENCE + ":\n" + stacks(threads), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("The test was interrupted.", e);
        } finally {
            threads.forEach(Thread::interrupt);
        }
    }

    private static String stacks(List<Thread> threads) {
        return threads.stream()
                .filter(Thread::isAlive)
                .map(t -> Arrays.stream(t.getStackTrace())
                        .map(StackTraceElement::toString)
                        .collect(Collectors.joining("\n    ", t.getName() + " " + t.getState() + "\n    ", "")))
                .collect(Collectors.joining("\n"));
    }
}
