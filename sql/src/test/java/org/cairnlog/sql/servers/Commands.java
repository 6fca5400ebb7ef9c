// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Commands of the system. Servers refuse to run as root: there they run as another user, with setpriv. */
final class Commands {
    private static final @Nullable String OTHER_USER = otherUser();

    private Commands() {}

    private static @Nullable String otherUser() {
        if (!output("id", "-u").equals("0")) {
            return null;
        }
        boolean known = attempt(Path.of("/"), List.of("id", "-u", "postgres")).ended() == 0;
        return known ? "postgres" : "nobody";
    }

    /** The command as a user that servers accept. */
    static List<String> unprivileged(List<String> command) {
        if (OTHER_USER == null) {
            return command;
        }
        List<String> whole = new ArrayList<>(List.of(
                "setpriv",
                "--reuid=" + output("id", "-u", OTHER_USER),
                "--regid=" + output("id", "-g", OTHER_USER),
                "--clear-groups"));
        whole.addAll(command);
        return whole;
    }

    /** Makes that user the owner of a folder and all that is in it. */
    static void give(Path folder) {
        if (OTHER_USER != null) {
            run(folder, List.of("chown", "-R", OTHER_USER + ":" + output("id", "-g", OTHER_USER), folder.toString()));
        }
    }

    /** Whether that user can read what is in a folder. */
    static boolean reaches(Path folder) {
        try {
            for (Path part = folder.toRealPath(); OTHER_USER != null && part != null; part = part.getParent()) {
                if (!Files.getPosixFilePermissions(part).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new folder of that user. */
    static Path freshFolder(String name) {
        try {
            Path folder = Files.createTempDirectory(name);
            give(folder);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path folder) {
        run(Path.of("/"), List.of("rm", "-rf", folder.toString()));
    }

    /** Sends a signal, for example STOP. */
    static void signal(long pid, String name) {
        run(Path.of("/"), List.of("kill", "-s", name, Long.toString(pid)));
    }

    /** Whether a process runs; not one that is dead and only not yet collected by its parent. */
    static boolean runs(ProcessHandle process) {
        Path state = Path.of("/proc/" + process.pid() + "/stat");
        try {
            return process.isAlive()
                    && !(Files.exists(state) && Files.readString(state).contains(") Z "));
        } catch (IOException e) {
            return false;
        }
    }

    /** What a command says, or that it failed. */
    static String run(Path folder, List<String> command) {
        Result result = attempt(folder, command);
        if (result.ended() != 0) {
            throw new AssertionError(String.join(" ", command) + " ended with " + result);
        }
        return result.said();
    }

    private static String output(String... command) {
        return run(Path.of("/"), List.of(command)).strip();
    }

    /** The exit code, and what was said. */
    record Result(int ended, String said) {}

    static Result attempt(Path folder, List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            Process process = clean(builder)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Nothing of the developer's own settings reaches a server. */
    static ProcessBuilder clean(ProcessBuilder builder) {
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("TZ", "UTC");
        return builder;
    }

    /** The folders in which a command is looked for. */
    static Stream<Path> path() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .filter(entry -> !entry.isEmpty())
                .map(Path::of);
    }
}
