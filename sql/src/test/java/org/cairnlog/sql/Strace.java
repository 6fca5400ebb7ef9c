// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs a child under strace: to see the order of its writes, syncs and acknowledgements, and to let system calls fail.
 */
final class Strace {
    private static final String WITHOUT = "cairn.without";
    private static final long PATIENCE_SECONDS = 120;
    private static final Pattern MARKER = Pattern.compile("MARK\\d+x\\d+x");
    private static final Pattern LINE = Pattern.compile("(\\d+) +(?:<\\.\\.\\. )?(\\w+)(.*)");
    private static final Pattern FILE = Pattern.compile("\\(\\d+<([^>]*)>");

    private final Path folder;
    private final List<String> options = new ArrayList<>();

    Strace(Path folder) {
        this.folder = folder;
    }

    /** Whether the person who started the tests does without strace; says so, so that nobody overlooks it. */
    static boolean isLeftOut(String what) {
        boolean leftOut = List.of(System.getProperty(WITHOUT, "").split(",")).contains("strace");
        if (leftOut) {
            System.out.println("LEFT OUT, because of -D" + WITHOUT + "=strace: " + what);
        }
        return leftOut;
    }

    /** Another option of strace. */
    Strace with(String... more) {
        options.addAll(List.of(more));
        return this;
    }

    /**
     * Runs to the end.
     *
     * @return what the child wrote to its standard output
     */
    List<String> run(List<String> command) throws IOException, InterruptedException {
        List<String> whole = new ArrayList<>(List.of(
                "strace", "-f", "-y", "--seccomp-bpf", "-qq", "-s", "70000", "-e", "signal=none", "-o", "" + trace()));
        whole.addAll(options);
        whole.addAll(command);
        Path out = folder.resolve("out");
        Process process;
        try {
            process = new ProcessBuilder(whole)
                    .redirectOutput(out.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new AssertionError(
                    "This test needs strace: install it, for example with \"apt-get install strace\", or leave the test"
                            + " out with -D" + WITHOUT + "=strace.",
                    e);
        }
        boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(out);
        assertThat(ended).as("the child ended: " + said).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said.lines().toList();
    }

    private Path trace() {
        return folder.resolve("trace");
    }

    /**
     * What a trace shows.
     *
     * @param acknowledged how many acknowledgements
     * @param tooEarly those whose event was not yet synced
     * @param syncs how many syncs ended well
     */
    record Order(int acknowledged, List<String> tooEarly, int syncs) {}

    /** Goes through the trace: each acknowledgement must come after a sync that began after the write of its event. */
    Order order() throws IOException {
        var order = new Reader();
        try (var lines = Files.lines(trace(), ISO_8859_1)) {
            lines.forEach(order::line);
        }
        return new Order(order.acknowledged, order.tooEarly, order.syncs);
    }

    private static final class Reader {
        private final Map<String, Set<String>> written = new HashMap<>();
        private final Map<String, Set<String>> atStart = new HashMap<>();
        private final Map<String, String> files = new HashMap<>();
        private final Map<String, String> contents = new HashMap<>();
        private final Set<String> synced = new HashSet<>();
        private final List<String> tooEarly = new ArrayList<>();
        private int acknowledged;
        private int syncs;

        void line(String line) {
            Matcher parts = LINE.matcher(line);
            if (!parts.matches()) {
                return;
            }
            String thread = parts.group(1);
            String call = parts.group(2);
            String rest = parts.group(3);
            if (!rest.startsWith(" resumed>")) {
                Matcher file = FILE.matcher(rest);
                files.put(thread, file.lookingAt() ? file.group(1) : "");
                contents.put(thread, rest);
                begins(thread, call, rest);
            }
            if (!rest.endsWith("<unfinished ...>")) {
                ends(thread, call, rest);
            }
        }

        private void begins(String thread, String call, String rest) {
            if (call.endsWith("sync")) {
                String file = files.get(thread);
                atStart.put(thread, Set.copyOf(written.getOrDefault(file, Set.of())));
            } else if (call.startsWith("write") && rest.contains("\"ACK ")) {
                acknowledged++;
                for (String marker : markers(rest)) {
                    if (!synced.contains(marker)) {
                        tooEarly.add(marker);
                    }
                }
            }
        }

        private void ends(String thread, String call, String rest) {
            String file = files.getOrDefault(thread, "");
            boolean well = !rest.contains("= -1 ");
            if (call.endsWith("sync") && well) {
                syncs++;
                synced.addAll(atStart.getOrDefault(thread, Set.of()));
            } else if (call.contains("write") && well && file.contains("log.db")) {
                written.computeIfAbsent(file, f -> new HashSet<>()).addAll(markers(contents.get(thread)));
            } else if (call.endsWith("sync")) {
                // What a failed sync should have kept may be gone, and a later one does not bring it back.
                written.remove(file);
            }
        }

        private static Set<String> markers(String text) {
            Set<String> markers = new HashSet<>();
            Matcher found = MARKER.matcher(text);
            while (found.find()) {
                markers.add(found.group());
            }
            return markers;
        }
    }
}
