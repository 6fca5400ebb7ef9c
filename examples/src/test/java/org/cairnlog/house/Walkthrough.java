// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Follows a guide as its reader does, in an empty folder, block by block. The bold line before a block names the file
 * that the block is, or that it changes: {@code **A.java**}, or {@code **A.java**, in place of the line with `x`}. A
 * block of commands is run, and a block of text is what the commands before it print, where {@code ...} stands for any
 * lines.
 */
final class Walkthrough {
    /** The guide that is followed whenever everything is tested; its code needs no other source. */
    static final String START = "docs/guides/start.md";

    private static final Pattern FILE =
            Pattern.compile("\\*\\*([\\w./-]+)\\*\\*(?:, in place of the line with `([^`]+)`)?");
    private static final Pattern COLOUR = Pattern.compile("\033\\[[0-9;]*m");
    private static final String ANY = "...";
    private static final long MINUTES = 10;

    private final String guide;
    private final Path folder;
    private final Map<String, String> environment;
    private String printed = "";

    /** A guide to be followed in an empty folder, with these variables beside those of the environment. */
    Walkthrough(String guide, Path folder, Map<String, String> environment) {
        this.guide = guide;
        this.folder = folder;
        this.environment = Map.copyOf(environment);
    }

    /** Whether the line before a block says which file the block is. */
    static boolean namesFile(String line) {
        return FILE.matcher(line).matches();
    }

    /** Does what the guide says, to the end; the first block that does not work is named in an error. */
    void follow(String text) throws InterruptedException {
        List<String> lines = text.lines().toList();
        String before = "";
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).startsWith("```")) {
                before = lines.get(i).isBlank() ? before : lines.get(i).strip();
                continue;
            }
            int end = i + 1 + lines.subList(i + 1, lines.size()).indexOf("```");
            block(guide + ":" + (i + 1), lines.get(i).substring(3), before, lines.subList(i + 1, end));
            before = "";
            i = end;
        }
    }

    private void block(String place, String language, String before, List<String> lines) throws InterruptedException {
        Matcher file = FILE.matcher(before);
        if (file.matches()) {
            write(place, file.group(1), file.group(2), lines);
        } else if (language.equals("sh")) {
            run(place, lines);
        } else if (!language.equals("text") || !matches(lines, printed.lines().toList())) {
            throw new AssertionError(
                    place + ": what the guide shows is not what was printed, which is\n" + printed.indent(4));
        }
    }

    private void write(String place, String name, String replaced, List<String> lines) {
        Path file = folder.resolve(name);
        if (replaced == null) {
            Tree.write(file, String.join("\n", lines) + "\n");
            return;
        }
        List<String> all = new ArrayList<>(Tree.read(file).lines().toList());
        List<String> found =
                all.stream().filter(line -> line.contains(replaced)).toList();
        if (found.size() != 1) {
            throw new AssertionError("%s: %s has %d lines with %s, and one was to be replaced"
                    .formatted(place, name, found.size(), replaced));
        }
        int at = all.indexOf(found.getFirst());
        all.remove(at);
        all.addAll(at, lines);
        Tree.write(file, String.join("\n", all) + "\n");
    }

    private void run(String place, List<String> commands) throws InterruptedException {
        Path out = folder.resolveSibling("out.txt");
        Path err = folder.resolveSibling("err.txt");
        try {
            var shell = new ProcessBuilder("sh", "-e", "-c", String.join("\n", commands))
                    .directory(Files.createDirectories(folder).toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            shell.environment().putAll(environment);
            Process process = shell.start();
            boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
            printed = COLOUR.matcher(Tree.read(out)).replaceAll("");
            if (!ended || process.exitValue() != 0) {
                throw new AssertionError("%s: %s %s; it printed\n%s%s"
                        .formatted(
                                place,
                                commands,
                                ended ? "ended with " + process.exitValue() : "did not end in " + MINUTES + " minutes",
                                printed.indent(4),
                                Tree.read(err).indent(4)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(place, e);
        }
    }

    private static boolean matches(List<String> shown, List<String> printed) {
        String pattern = shown.stream()
                .map(line -> line.equals(ANY) ? "(?:.*\\n)*?" : Pattern.quote(line) + "\\n")
                .collect(Collectors.joining());
        return Pattern.matches(
                pattern, printed.stream().map(line -> line + "\n").collect(Collectors.joining()));
    }
}
