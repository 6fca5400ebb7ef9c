// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * Where a command reads and writes, and what it takes from outside.
 *
 * @param in standard input
 * @param out for answers; not flushed by itself
 * @param err for errors and progress
 * @param env the environment
 * @param outIsTerminal whether a person reads the answers
 * @param errIsTerminal whether a person watches the progress
 * @param clock the time
 */
record Console(
        InputStream in,
        PrintStream out,
        PrintStream err,
        Map<String, String> env,
        boolean outIsTerminal,
        boolean errIsTerminal,
        InstantSource clock) {

    /** That of the process. */
    static Console system() {
        return new Console(
                System.in,
                // Not System.out, which would hide that its reader has gone.
                utf8(new FileOutputStream(FileDescriptor.out), false),
                utf8(new FileOutputStream(FileDescriptor.err), true),
                System.getenv(),
                isTerminal(1),
                isTerminal(2),
                InstantSource.system());
    }

    /** One that no person watches. */
    static Console of(InputStream in, OutputStream out, OutputStream err, Map<String, String> env) {
        return new Console(in, utf8(out, false), utf8(err, true), env, false, false, InstantSource.system());
    }

    private static PrintStream utf8(OutputStream stream, boolean flush) {
        return new PrintStream(new BufferedOutputStream(stream, 1 << 14), flush, StandardCharsets.UTF_8);
    }

    private static boolean isTerminal(int descriptor) {
        Path link = Path.of("/proc/self/fd/" + descriptor);
        try {
            String target = Files.readSymbolicLink(link).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.ofNullable(System.console())
                    .filter(Console::isTerminal)
                    .isPresent();
        }
    }

    /** Where there is no /proc; up to Java 21 a console is always a terminal. */
    private static boolean isTerminal(java.io.Console console) {
        try {
            return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    /** Whether the reader of the answers has gone, as head(1) does. */
    boolean readerIsGone() {
        return out.checkError();
    }

    boolean colours() {
        return outIsTerminal && env.getOrDefault("NO_COLOR", "").isEmpty() && !"dumb".equals(env.get("TERM"));
    }

    String bold(String text) {
        return colours() ? "\033[1m" + text + "\033[0m" : text;
    }

    String dim(String text) {
        return colours() ? "\033[2m" + text + "\033[0m" : text;
    }

    String colour(int code, String text) {
        return colours() ? "\033[" + code + "m" + text + "\033[0m" : text;
    }
}
