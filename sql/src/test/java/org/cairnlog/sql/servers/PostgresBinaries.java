// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.tukaani.xz.XZInputStream;

/**
 * An installed PostgreSQL.
 *
 * @param folder where its programs are
 * @param version for example 18.6
 */
public record PostgresBinaries(Path folder, String version) {
    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+(?:\\.\\d+)?\\w*)");
    private static final List<String> TOOLS =
            List.of("postgres", "initdb", "pg_basebackup", "pg_dump", "pg_restore", "psql");

    private static final Supplier<PostgresBinaries> OLDEST = Once.of(() -> pinned("oldest"));
    private static final Supplier<PostgresBinaries> NEWEST = Once.of(() -> pinned("newest"));
    private static final Supplier<PostgresBinaries> DISTRIBUTION = Once.of(PostgresBinaries::installed);

    /** The oldest version that the log supports: the server alone, without its tools. */
    public static PostgresBinaries oldest() {
        return OLDEST.get();
    }

    /** The newest version that the log supports: the server alone, without its tools. */
    public static PostgresBinaries newest() {
        return NEWEST.get();
    }

    /** What the system has installed, with every tool. */
    public static PostgresBinaries distribution() {
        return DISTRIBUTION.get();
    }

    /** The path of a program. */
    String program(String name) {
        return folder.resolve(name).toString();
    }

    /** A folder with the files of a new server, made once for each version: other servers begin with a copy. */
    Path template() {
        Path template = cache().resolve("template-" + version);
        if (!Files.exists(template)) {
            Path fresh = Commands.freshFolder("cairn-template");
            Commands.run(
                    fresh,
                    Commands.unprivileged(List.of(
                            program("initdb"),
                            "--no-sync",
                            "--auth=trust",
                            "--username=postgres",
                            "--encoding=UTF8",
                            "--locale=C",
                            "--pgdata=" + fresh.resolve("data"))));
            appear(fresh.resolve("data"), template);
            Commands.delete(fresh);
        }
        return template;
    }

    private static PostgresBinaries at(Path folder) {
        String said =
                Commands.run(Path.of("/"), List.of(folder.resolve("postgres").toString(), "--version"));
        Matcher version = VERSION.matcher(said);
        if (!version.find()) {
            throw new AssertionError(folder + " has no PostgreSQL: " + said);
        }
        return new PostgresBinaries(folder, version.group(1));
    }

    private static PostgresBinaries pinned(String which) {
        String variable = "CAIRN_POSTGRESQL_" + which.toUpperCase(Locale.ROOT);
        String named = System.getenv(variable);
        if (named != null) {
            return at(Path.of(named));
        }
        Path jar = cache().resolve(which + ".jar");
        if (!Files.exists(jar)) {
            throw new AssertionError("This test needs the " + which + " PostgreSQL in " + jar
                    + ", where a build of the sql module with Maven puts it; or name a folder with its programs in "
                    + variable + ".");
        }
        return at(unpacked(jar, which).resolve("bin"));
    }

    /** Unpacks the server once; for a root whose files others cannot reach, once for each JVM. */
    private static Path unpacked(Path jar, String which) {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            ZipEntry packed = zip.stream()
                    .filter(entry -> entry.getName().endsWith(".txz"))
                    .findFirst()
                    .orElseThrow();
            Path folder = cache().resolve(which + "-" + Long.toHexString(packed.getCrc()));
            if (Files.exists(folder) && Commands.reaches(folder)) {
                return folder;
            }
            Path fresh = Commands.freshFolder("cairn-postgresql");
            Process tar = new ProcessBuilder("tar", "-x", "--no-same-owner", "-f", "-")
                    .directory(fresh.toFile())
                    .inheritIO()
                    .redirectInput(ProcessBuilder.Redirect.PIPE)
                    .start();
            try (InputStream in = new XZInputStream(zip.getInputStream(packed));
                    OutputStream out = tar.getOutputStream()) {
                in.transferTo(out);
            }
            if (tar.waitFor() != 0) {
                throw new AssertionError("tar could not unpack " + jar);
            }
            if (!Commands.reaches(cache())) {
                Commands.give(fresh);
                Runtime.getRuntime().addShutdownHook(new Thread(() -> Commands.delete(fresh)));
                return fresh;
            }
            Commands.run(fresh, List.of("chmod", "755", fresh.toString()));
            appear(fresh, folder);
            Commands.delete(fresh);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Moves a folder to its place in one step; another build may have been quicker. */
    private static void appear(Path fresh, Path place) {
        Path beside = place.resolveSibling(
                place.getFileName() + "-" + ProcessHandle.current().pid());
        Commands.run(Path.of("/"), List.of("cp", "-Rp", fresh.toString(), beside.toString()));
        try {
            Files.move(beside, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Commands.delete(beside);
            if (!Files.exists(place)) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static PostgresBinaries installed() {
        String named = System.getenv("CAIRN_POSTGRESQL");
        if (named != null) {
            return at(Path.of(named));
        }
        return candidates()
                .filter(folder -> TOOLS.stream().allMatch(tool -> Files.isExecutable(folder.resolve(tool))))
                .map(PostgresBinaries::at)
                .findFirst()
                .orElseThrow(() -> new AssertionError("This test needs an installed PostgreSQL with its tools: install"
                        + " it, for example with \"apt-get install postgresql\", name a folder with its programs in"
                        + " CAIRN_POSTGRESQL, or leave the test out with -D" + LeftOut.PROPERTY + "=postgresql."));
    }

    private static Stream<Path> candidates() {
        Comparator<Path> newestFirst = Comparator.comparingInt((Path folder) ->
                        Integer.parseInt("0" + folder.toString().replaceAll("\\D", "")))
                .reversed();
        Stream<Path> versions = Stream.of("/usr/lib/postgresql", "/usr", "/opt/homebrew/opt", "/usr/local/opt")
                .map(Path::of)
                .flatMap(PostgresBinaries::children)
                .filter(folder -> folder.toString().matches("/usr/lib/postgresql/\\d+|.*/(pgsql-|postgresql@?)\\d*"))
                .sorted(newestFirst)
                .map(folder -> folder.resolve("bin"));
        return Stream.concat(versions, Commands.path());
    }

    private static Stream<Path> children(Path folder) {
        try (Stream<Path> children = Files.isDirectory(folder) ? Files.list(folder) : Stream.empty()) {
            return children.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the build of the sql module put the servers: beside these classes, whichever module uses them. */
    private static Path cache() {
        try {
            Path classes = Path.of(PostgresBinaries.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return classes.resolveSibling("postgresql");
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
