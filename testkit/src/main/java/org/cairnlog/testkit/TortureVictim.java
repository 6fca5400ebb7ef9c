// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.cairnlog.log.Append;
import org.cairnlog.log.AtomicEventLog;

/** A process that appends until it is killed, seen from its parent, which collects what the process says it does. */
final class TortureVictim {
    private static final String INVOKED = "invoked";
    private static final String ACKNOWLEDGED = "acknowledged";

    final long seed;

    private final Process process;
    private final Thread listener;
    private final int[] invoked = new int[TortureLoad.CLIENTS];
    private final List<Map<Integer, Long>> acknowledged = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private int acknowledgements;
    private boolean ended;
    private boolean killed;

    TortureVictim(long seed, Process process) {
        this.seed = seed;
        this.process = process;
        for (int i = 0; i < TortureLoad.CLIENTS; i++) {
            acknowledged.add(new HashMap<>());
        }
        listener = Thread.ofPlatform().daemon().name("torture-" + seed).start(this::listen);
    }

    private void listen() {
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                heard(line);
            }
        } catch (IOException e) {
            // The pipe of a killed process may break; what was heard before counts.
        }
        synchronized (this) {
            ended = true;
            if (!killed) {
                complaints.add("process " + seed + " ended by itself");
            }
            notifyAll();
        }
    }

    private synchronized void heard(String line) {
        String[] words = line.split(" ", 4);
        switch (words[0]) {
            case INVOKED -> invoked[Integer.parseInt(words[1])] = Integer.parseInt(words[2]);
            case ACKNOWLEDGED -> {
                acknowledged.get(Integer.parseInt(words[1])).put(Integer.parseInt(words[2]), Long.parseLong(words[3]));
                acknowledgements++;
                notifyAll();
            }
            default -> complaints.add("process " + seed + " said: " + line);
        }
    }

    void go() throws IOException {
        OutputStream in = process.getOutputStream();
        in.write('\n');
        in.flush();
    }

    synchronized void awaitAcknowledged(int count, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (acknowledgements < count && !ended) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                complaints.add("process " + seed + " acknowledged only " + acknowledgements + " appends in "
                        + patience.toSeconds() + " s");
                return;
            }
            wait(left);
        }
    }

    void kill() throws InterruptedException {
        synchronized (this) {
            killed = true;
        }
        // Process.destroyForcibly would close the pipe too, and what the process said last would go unheard.
        process.toHandle().destroyForcibly();
        process.waitFor();
        listener.join();
    }

    synchronized int acknowledged() {
        return acknowledgements;
    }

    synchronized int invoked(int client) {
        return invoked[client];
    }

    /** The position of an acknowledged append, 0 if there was no acknowledgement. */
    synchronized long acknowledgedAt(int client, int number) {
        return acknowledged.get(client).getOrDefault(number, 0L);
    }

    synchronized int inFlight() {
        int all = 0;
        for (int numbers : invoked) {
            all += numbers;
        }
        return all - acknowledgements;
    }

    synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** The process itself. */
    static final class Writer {
        private final long seed;
        private final OutputStream out;
        private volatile boolean stopped;

        Writer(long seed, OutputStream out) {
            this.seed = seed;
            this.out = out;
        }

        void run(Supplier<? extends AtomicEventLog> open, InputStream in) throws IOException {
            if (in.read() < 0) {
                return;
            }
            try (AtomicEventLog log = open.get()) {
                List<Thread> clients = new ArrayList<>();
                for (int client = 0; client < TortureLoad.CLIENTS; client++) {
                    int number = client;
                    clients.add(Thread.ofPlatform().daemon().start(() -> append(log, number)));
                }
                while (in.read() >= 0) {
                    // Until the parent closes the pipe, or dies.
                }
                stopped = true;
                for (Thread client : clients) {
                    client.join();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void append(AtomicEventLog log, int client) {
            try {
                for (int number = 1; !stopped; number++) {
                    Append append = TortureLoad.prepared(seed, client, number);
                    say(INVOKED + " " + client + " " + number);
                    long position = log.append(append).firstPosition();
                    say(ACKNOWLEDGED + " " + client + " " + number + " " + position);
                }
            } catch (RuntimeException e) {
                say("client " + client + " failed: " + e);
            }
        }

        private void say(String line) {
            byte[] bytes = (line + "\n").getBytes(UTF_8);
            synchronized (out) {
                try {
                    out.write(bytes);
                    out.flush();
                } catch (IOException e) {
                    throw new UncheckedIOException("The parent process does not listen any more.", e);
                }
            }
        }
    }
}
