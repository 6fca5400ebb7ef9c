// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.cairnlog.command.CommandBus;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.servers.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** Processes send the same commands at once and are killed: each command is decided once, and all get one reply. */
@Timeout(120)
class CommandKillsTest {
    private static final int KILLS = 3;

    @TempDir
    Path folder;

    private final List<String> replies = new ArrayList<>();

    @Test
    void commands_in_sqlite_are_decided_once_whoever_is_killed() throws Exception {
        Path file = folder.resolve("log.db");
        try (TransactionalEventLog log = Sqlite.open(file)) {
            survive(log, file.toString());
        }
    }

    @Test
    void commands_in_postgres_are_decided_once_whoever_is_killed() throws Exception {
        PostgresServer server = PostgresServer.newest();
        String url = server.url(server.createDatabase());
        var dataSource = new PGSimpleDataSource();
        dataSource.setUrl(url);
        try (TransactionalEventLog log = Postgres.open(dataSource, PostgresOptions::migrating)) {
            survive(log, url);
        }
    }

    private void survive(TransactionalEventLog log, String where) throws Exception {
        long seed = new SecureRandom().nextLong();
        System.out.println("command kills, seed " + seed);
        RandomGenerator random = new Random(seed);
        for (int kill = 0; kill < KILLS; kill++) {
            Process one = start(where);
            Process other = start(where);
            try {
                listen(one, replies.size() + 1 + random.nextInt(20));
                listen(other, replies.size() + random.nextInt(20));
            } finally {
                one.destroyForcibly();
                other.destroyForcibly();
            }
            assertThat(one.waitFor()).as("SIGKILL").isEqualTo(137);
            assertThat(other.waitFor()).as("SIGKILL").isEqualTo(137);
        }
        CommandBus bus = CommandChild.bus(log);
        int told = replies.size();
        int number = 0;
        while (log.stream(
                        StreamId.of("command", CommandChild.command(number).id().toString()))
                .isPresent()) {
            check(number, bus.send(CommandChild.command(number)).toString());
            number++;
        }
        assertThat(number).isGreaterThanOrEqualTo(told);
        assertThat(log.read(StreamId.of("counter", "c")).toList().version()).isEqualTo((number + 2) / 3);
    }

    private Process start(String where) throws IOException {
        return new ProcessBuilder(Child.command(folder, CommandChild.class, where))
                .redirectError(folder.resolve("error").toFile())
                .start();
    }

    /** Every process begins with the first command, so most of what it tells is a repeat. */
    private void listen(Process process, int commands) throws IOException {
        BufferedReader says = process.inputReader();
        for (int number = 0; number < commands; number++) {
            String reply = says.readLine();
            assertThat(reply).as(Files.readString(folder.resolve("error"))).isNotNull();
            check(number, reply);
        }
    }

    private void check(int number, String reply) {
        if (number == replies.size()) {
            replies.add(reply);
        }
        assertThat(reply)
                .as("command " + number)
                .isEqualTo(replies.get(number))
                .startsWith(number % 3 == 2 ? "Rejected" : "Accepted");
    }
}
