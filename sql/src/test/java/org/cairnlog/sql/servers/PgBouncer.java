// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A pool in front of a server that gives a connection to a client for one transaction at a time. The installed one; an
 * old one (before 1.21) knows no prepared statements, so its clients connect with prepareThreshold=0.
 */
public final class PgBouncer implements AutoCloseable {
    private static final List<String> SETTINGS = List.of(
            "listen_addr = 127.0.0.1",
            "unix_socket_dir =",
            "auth_type = any",
            "pool_mode = transaction",
            "default_pool_size = 5",
            "max_client_conn = 500",
            "ignore_startup_parameters = extra_float_digits");

    private final Path folder;
    private final int port;
    private final ServerProcess process;

    private PgBouncer(Path folder, int port, ServerProcess process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    /** In front of a server, for all its databases; settings are like "default_pool_size = 1". */
    public static PgBouncer before(PostgresServer server, String... settings) {
        String program = program();
        Path folder = Commands.freshFolder("cairn-pgbouncer");
        try {
            return ServerProcess.onFreePort(port -> {
                Path file = configure(folder, server.port(), port, settings);
                ServerProcess process = ServerProcess.start(folder, "KILL", List.of(program, file.toString()));
                process.until("listening", () -> listens(port));
                return new PgBouncer(folder, port, process);
            });
        } catch (RuntimeException | AssertionError e) {
            Commands.delete(folder);
            throw e;
        }
    }

    private static String program() {
        String named = System.getenv("CAIRN_PGBOUNCER");
        if (named != null) {
            return named;
        }
        return Stream.concat(Commands.path(), Stream.of(Path.of("/usr/sbin"), Path.of("/usr/local/sbin")))
                .map(place -> place.resolve("pgbouncer"))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElseThrow(() -> new AssertionError("This test needs PgBouncer: install it, for example with"
                        + " \"apt-get install pgbouncer\", name the program in CAIRN_PGBOUNCER, or leave the test out"
                        + " with -D" + LeftOut.PROPERTY + "=pgbouncer."));
    }

    private static Path configure(Path folder, int server, int port, String... settings) {
        List<String> lines = new ArrayList<>(List.of(
                "[databases]",
                "* = host=127.0.0.1 port=" + server + " user=postgres",
                "[pgbouncer]",
                "listen_port = " + port));
        lines.addAll(SETTINGS);
        lines.addAll(List.of(settings));
        try {
            Path file = Files.write(folder.resolve("pgbouncer.ini"), lines);
            Commands.give(folder);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** The port on 127.0.0.1. */
    public int port() {
        return port;
    }

    /** Where a driver finds a database through the pool. */
    public String url(String database) {
        return PostgresServer.url(port, database);
    }

    /** The last lines of the pool's log. */
    public String logTail() {
        return ServerProcess.logTail(folder);
    }

    @Override
    public void close() {
        process.end("KILL");
        Commands.delete(folder);
    }
}
