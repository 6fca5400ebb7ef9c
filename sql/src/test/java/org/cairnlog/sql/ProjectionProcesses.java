// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.cairnlog.consumer.Consumers;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.TransactionalEventLog;

/** A projection run by several processes that die, stand still and come back, beside a writer. */
final class ProjectionProcesses implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TransactionalEventLog log;
    private final String where;
    private final Path folder;
    private final RandomGenerator random;
    private final int partitions;
    private final Consumers view;
    private final Map<String, Process> processes = new LinkedHashMap<>();
    private int started;

    /** Of a projection that is divided into so many partitions. */
    ProjectionProcesses(TransactionalEventLog log, String where, Path folder, RandomGenerator random, int partitions) {
        this.log = log;
        this.where = where;
        this.folder = folder;
        this.random = random;
        this.partitions = partitions;
        this.view = Consumers.start(log);
    }

    /** Starts another process, and waits until it runs the projection or waits to do so. */
    String start() throws Exception {
        String holder = "process " + ++started;
        Process process = new ProcessBuilder(Child.command(folder, ProjectionChild.class, where, holder, partitions))
                .redirectError(folder.resolve("error").toFile())
                .start();
        processes.put(holder, process);
        BufferedReader says = process.inputReader();
        assertThat(says.readLine())
                .as(Files.readString(folder.resolve("error")))
                .startsWith("running ");
        return holder;
    }

    void append(int events) {
        for (int i = 0; i < events; i++) {
            log.append(
                    StreamId.of("counted", "s" + random.nextInt(5 * partitions)),
                    any(),
                    EventData.json("E", "{}"),
                    EventData.json("E", "{}"));
        }
    }

    /** The process that works, once one does. */
    String holder() {
        String[] holder = new String[1];
        until(() -> {
            holder[0] = view.status(ProjectionChild.NAME).holder().orElse("");
            return processes.containsKey(holder[0]);
        });
        return holder[0];
    }

    void kill(String holder) throws InterruptedException {
        Process process = processes.remove(holder);
        process.destroyForcibly();
        process.waitFor();
    }

    void signal(String holder, String signal) throws Exception {
        new ProcessBuilder("kill", signal, Long.toString(processes.get(holder).pid()))
                .start()
                .waitFor();
    }

    private interface Condition {
        boolean holds();
    }

    static void until(Condition condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime() - end).as("nanoseconds over time").isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    void untilHolderIsNot(String holder) {
        until(() -> !view.status(ProjectionChild.NAME).holder().orElse(holder).equals(holder));
    }

    void untilPassed() throws InterruptedException {
        assertThat(view.awaitPassed(ProjectionChild.NAME, log.head(), PATIENCE))
                .as(() -> view.status().toString())
                .isTrue();
    }

    /** The read model must equal a straight fold. */
    void assertEqualToFold(Connection connection) throws SQLException {
        Map<String, String> folded = new TreeMap<>();
        Map<String, Long> counts = new TreeMap<>();
        for (RecordedEvent event : log.read(EventQuery.category("counted"))) {
            counts.merge(event.stream().id(), 1L, Long::sum);
            folded.put(event.stream().id(), counts.get(event.stream().id()) + " to version " + event.version());
        }
        Map<String, String> model = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT stream, events, version FROM counts")) {
            while (rows.next()) {
                model.put(rows.getString(1), rows.getLong(2) + " to version " + rows.getLong(3));
            }
        }
        assertThat(model).isEqualTo(folded);
    }

    /** Kills whoever works, again and again, while events come; after each kill the read model is right. */
    void survive(int kills, Connection connection) throws Exception {
        start();
        for (int kill = 1; kill <= kills; kill++) {
            start();
            append(10);
            String victim = holder();
            LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(30)));
            append(random.nextInt(10));
            kill(victim);
            untilPassed();
            assertEqualToFold(connection);
        }
    }

    /** Kills any of three, again and again, while events come; after each kill the read model is right. */
    int surviveAny(BooleanSupplier goesOn, Connection connection) throws Exception {
        start();
        start();
        int kills = 0;
        while (goesOn.getAsBoolean()) {
            start();
            append(20);
            LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(300)));
            append(random.nextInt(20));
            List<String> holders = List.copyOf(processes.keySet());
            kill(holders.get(random.nextInt(holders.size())));
            kills++;
            untilPassed();
            assertEqualToFold(connection);
        }
        return kills;
    }

    @Override
    public void close() throws InterruptedException {
        for (String holder : Map.copyOf(processes).keySet()) {
            kill(holder);
        }
        view.close();
    }
}
