// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * What operators do with a server: standbys, dumps, backups, recovery to a point in time. The tools are of the server's
 * own version, so it is one of {@link PostgresBinaries#distribution}.
 */
public final class PostgresTools {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private PostgresTools() {}

    /** A new server that streams what the primary does, and only reads. */
    public static PostgresServer standbyOf(PostgresServer primary) {
        String name = "standby_" + COUNT.incrementAndGet();
        PostgresServer standby = PostgresServer.from(
                primary.binaries(), data -> baseBackup(primary, data, "--write-recovery-conf"), "cluster_name=" + name);
        primary.until(
                "postgres",
                "select count(*) = 1 from pg_stat_replication where state = 'streaming'" + " and application_name = '"
                        + name + "'");
        return standby;
    }

    /** From now on the primary's commits wait until this standby has synced them. */
    public static void awaitCommitsOn(PostgresServer standby, PostgresServer primary) {
        String name = standby.query("postgres", "show cluster_name");
        primary.set("synchronous_standby_names", name);
        primary.until(
                "postgres",
                "select count(*) = 1 from pg_stat_replication where sync_state = 'sync'" + " and application_name = '"
                        + name + "'");
    }

    /** Makes a standby a server that writes. */
    public static void promote(PostgresServer standby) {
        standby.execute("postgres", "select pg_promote()");
        standby.until("postgres", "select not pg_is_in_recovery()");
    }

    /** Writes a database to a file in the server's folder. */
    public static Path dump(PostgresServer server, String database) {
        Path file = server.folder().resolve(database + "-" + COUNT.incrementAndGet() + ".dump");
        run(server, "pg_dump", "--format=custom", "--file=" + file, "--dbname=" + database);
        return file;
    }

    /** Writes a database as SQL, which can be searched, to a file in the server's folder. */
    public static Path dumpText(PostgresServer server, String database) {
        Path file = server.folder().resolve(database + "-" + COUNT.incrementAndGet() + ".sql");
        run(server, "pg_dump", "--format=plain", "--file=" + file, "--dbname=" + database);
        return file;
    }

    /** Reads a dump into a new database; returns its name. */
    public static String restoreDump(PostgresServer server, Path file) {
        String database = server.createDatabase();
        run(server, "pg_restore", "--exit-on-error", "--dbname=" + database, file.toString());
        return database;
    }

    /** A server that keeps all its log in an archive, for {@link #restore}. */
    public static PostgresServer startArchiving(PostgresBinaries binaries, String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.add("archive_mode=on");
        all.add("archive_command=test ! -f ../archive/%f && cp %p ../archive/%f");
        Consumer<Path> files = data -> {
            PostgresServer.copyTemplate(binaries, data);
            createFolder(data.resolveSibling("archive"));
        };
        return PostgresServer.from(binaries, files, all.toArray(String[]::new));
    }

    /** Waits until everything committed so far is in the archive. */
    public static void archive(PostgresServer server) {
        String file = server.query("postgres", "select pg_walfile_name(pg_switch_wal())");
        server.until("postgres", "select coalesce(last_archived_wal, '') >= '" + file + "' from pg_stat_archiver");
    }

    /**
     * The files of a server at some moment, and the archive of what came after; both are gone when that is closed.
     *
     * @param binaries what runs them
     * @param data the files
     * @param archive the log
     */
    public record Backup(PostgresBinaries binaries, Path data, Path archive) {}

    /** Copies all files of a running server. */
    public static Backup baseBackup(PostgresServer server) {
        Path backup = server.folder().resolve("backup-" + COUNT.incrementAndGet());
        baseBackup(server, backup);
        return new Backup(server.binaries(), backup, server.folder().resolve("archive"));
    }

    /** A new server from a backup, with all that the archive has. */
    public static PostgresServer restore(Backup backup) {
        return restored(backup);
    }

    /** A new server from a backup as it was at a moment; the archive must reach further. */
    public static PostgresServer restore(Backup backup, Instant moment) {
        String time = moment.toString().replace('T', ' ').replace("Z", "+00");
        return restored(backup, "recovery_target_time=" + time, "recovery_target_action=promote");
    }

    /** A new server from a backup as it was at a point that pg_create_restore_point has named. */
    public static PostgresServer restore(Backup backup, String point) {
        return restored(backup, "recovery_target_name=" + point, "recovery_target_action=promote");
    }

    private static PostgresServer restored(Backup backup, String... target) {
        List<String> settings = new ArrayList<>(List.of(target));
        settings.add("archive_mode=off");
        settings.add("restore_command=cp \"" + backup.archive() + "/%f\" \"%p\"");
        Consumer<Path> files = data -> {
            Commands.run(data.getParent(), List.of("cp", "-Rp", backup.data().toString(), data.toString()));
            try {
                Files.createFile(data.resolve("recovery.signal"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
        PostgresServer server = PostgresServer.from(backup.binaries(), files, settings.toArray(String[]::new));
        server.until("postgres", "select not pg_is_in_recovery()");
        return server;
    }

    private static void baseBackup(PostgresServer server, Path data, String... options) {
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.addAll(List.of("--pgdata=" + data, "--checkpoint=fast", "--wal-method=stream", "--no-sync"));
        run(server, "pg_basebackup", arguments.toArray(String[]::new));
    }

    private static void run(PostgresServer server, String tool, String... arguments) {
        String program = server.binaries().program(tool);
        if (!Files.isExecutable(Path.of(program))) {
            throw new AssertionError("PostgreSQL " + server.version() + " is here without " + tool
                    + ": use a server of PostgresBinaries.distribution()");
        }
        List<String> command =
                new ArrayList<>(List.of(program, "--host=127.0.0.1", "--port=" + server.port(), "--username=postgres"));
        command.addAll(List.of(arguments));
        Commands.run(server.folder(), Commands.unprivileged(command));
    }

    private static void createFolder(Path folder) {
        try {
            Files.createDirectory(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
