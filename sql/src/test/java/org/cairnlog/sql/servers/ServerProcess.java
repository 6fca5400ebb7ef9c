// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql.servers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/** A server that ends when this JVM ends, however that ends; its folder goes with it. It writes to "log" there. */
final class ServerProcess {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int POLL_MILLIS = 5;
    private static final int ATTEMPTS = 5;
    private static final int LOG_LINES = 40;

    /** The shell stays the parent; its own child waits for the end of the pipe that this JVM holds. */
    private static final String WATCH = """
            trap '' INT TERM HUP
            folder=$1 signal=$2
            shift 2
            exec 3<&0
            "$@" </dev/null >>"$folder/log" 2>&1 3<&- &
            server=$!
            echo "$server"
            exec >/dev/null
            {
                read -r _ <&3
                : >"$folder/orphan"
                kill -s "$signal" "$server"
                kill -s CONT "$server"
            } 2>/dev/null &
            watcher=$!
            exec 3<&-
            wait "$server"
            status=$?
            kill -s KILL "$watcher"
            [ ! -e "$folder/orphan" ] || rm -rf "$folder"
            exit "$status"
            """;

    private final Path folder;
    private final Process shell;
    private final ProcessHandle server;

    private ServerProcess(Path folder, Process shell, ProcessHandle server) {
        this.folder = folder;
        this.shell = shell;
        this.server = server;
    }

    /**
     * Starts a server.
     *
     * @param signal what ends it, and all its own processes, at once
     */
    static ServerProcess start(Path folder, String signal, List<String> command) {
        List<String> whole = new ArrayList<>(List.of("sh", "-c", WATCH, "sh", folder.toString(), signal));
        whole.addAll(Commands.unprivileged(command));
        try {
            Process shell = Commands.clean(new ProcessBuilder(whole))
                    .directory(folder.toFile())
                    .redirectError(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("log").toFile()))
                    .start();
            BufferedReader said =
                    new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8));
            long pid = Long.parseLong(said.readLine());
            return new ServerProcess(
                    folder,
                    shell,
                    ProcessHandle.of(pid)
                            .orElseThrow(() -> new AssertionError("the server ended at once: " + logTail(folder))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return server.pid();
    }

    boolean runs() {
        return shell.isAlive();
    }

    /** Waits until something is so while the server runs; a server for which it never is so is killed. */
    void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!condition.getAsBoolean()) {
                boolean ended = shell.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
                if (ended || System.nanoTime() > end) {
                    kill();
                    throw new AssertionError(
                            (ended ? "the server ended, so never " : "never ") + what + ": " + logTail(folder));
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends the server with a signal and waits for its end. */
    void end(String signal) {
        if (shell.isAlive()) {
            Commands.signal(pid(), signal);
            awaitEnd();
        }
    }

    private void awaitEnd() {
        try {
            if (!shell.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Kills the server and all its processes at one moment; stopped first, it can start no more of them. */
    void kill() {
        if (!shell.isAlive()) {
            return;
        }
        Commands.signal(pid(), "STOP");
        List<ProcessHandle> all = new ArrayList<>(server.descendants().toList());
        all.add(server);
        all.forEach(ProcessHandle::destroyForcibly);
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            shell.waitFor();
            for (ProcessHandle process : all) {
                while (Commands.runs(process)) {
                    if (System.nanoTime() > end) {
                        throw new AssertionError("a killed process does not end: " + process.info());
                    }
                    Thread.onSpinWait();
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The last lines of a server's log. */
    static String logTail(Path folder) {
        try {
            List<String> lines = Files.readAllLines(folder.resolve("log"), StandardCharsets.ISO_8859_1);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            return "there is no log: " + e;
        }
    }

    /** Starts something on a free port; on another one when someone else was quicker. */
    static <T> T onFreePort(IntFunction<T> start) {
        for (int attempt = 1; ; attempt++) {
            try {
                return start.apply(freePort());
            } catch (AssertionError e) {
                if (attempt == ATTEMPTS || !e.getMessage().contains("ddress already in use")) {
                    throw e;
                }
            }
        }
    }

    /** A port below those that the system gives to clients, so that a server that starts again finds it free. */
    private static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(11_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // Taken: another one.
                continue;
            }
        }
    }
}
