// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The history of a git repository, oldest commit first, as {@code git log} tells it. */
final class GitHistory {
    // A commit begins with a byte that no status begins with; see git-log(1) on -z.
    private static final String FORMAT = "--format=%x01%H%x00%ct%x00%aN%x00";

    private final Path repository;

    GitHistory(Path repository) {
        this.repository = repository;
    }

    /** Why there is no history to read; null if there is one. */
    @Nullable String problem() {
        try {
            if (!run("rev-parse", "--is-inside-work-tree").equals("true")
                    && !run("rev-parse", "--is-bare-repository").equals("true")) {
                return repository + " is no git repository";
            }
            if (run("rev-parse", "--is-shallow-repository").equals("true")) {
                return "the clone at " + repository + " is shallow, its history was cut off";
            }
            return run("rev-parse", "--verify", "--quiet", "HEAD").isEmpty() ? repository + " has no commit yet" : null;
        } catch (IOException e) {
            return "git could not be started";
        }
    }

    /** Gives each commit that changed files to the taker, until that has enough. */
    void forEach(Predicate<Commit> taker) throws IOException {
        Process git = git("log", "--reverse", "--topo-order", "-z", "--name-status", "-M", FORMAT)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (InputStream out = new BufferedInputStream(git.getInputStream(), 1 << 16)) {
            String word = word(out);
            while (word != null) {
                String hash = word.substring(1);
                Instant time = Instant.ofEpochSecond(Long.parseLong(must(out)));
                String author = must(out);
                must(out);
                List<Commit.Change> changes = new ArrayList<>();
                word = word(out);
                while (word != null && !word.startsWith("\001")) {
                    changes.add(change(word.strip(), out));
                    word = word(out);
                }
                if (!changes.isEmpty() && !taker.test(new Commit(hash, time, author, changes))) {
                    return;
                }
            }
        } finally {
            git.destroy();
        }
    }

    private static Commit.Change change(String status, InputStream out) throws IOException {
        String path = must(out);
        return switch (status.charAt(0)) {
            case 'A' -> Commit.Change.of(Commit.ADDED, path);
            case 'D' -> Commit.Change.of(Commit.DELETED, path);
            case 'R' -> new Commit.Change(Commit.RENAMED, must(out), path, Integer.parseInt(status.substring(1)));
            default -> Commit.Change.of(Commit.MODIFIED, path);
        };
    }

    private static String must(InputStream out) throws IOException {
        String word = word(out);
        if (word == null) {
            throw new EOFException("git log ended in the middle of a commit");
        }
        return word;
    }

    /** The bytes up to the next NUL; null at the end. */
    private static @Nullable String word(InputStream out) throws IOException {
        var word = new ByteArrayOutputStream();
        int b = out.read();
        if (b < 0) {
            return null;
        }
        while (b > 0) {
            word.write(b);
            b = out.read();
        }
        return word.toString(StandardCharsets.UTF_8);
    }

    private String run(String... arguments) throws IOException {
        Process git = git(arguments).redirectErrorStream(true).start();
        try (InputStream out = git.getInputStream()) {
            String said = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor() == 0 ? said : "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted while git ran", e));
        }
    }

    private ProcessBuilder git(String... arguments) {
        List<String> command = new ArrayList<>(List.of("git", "-C", repository.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }
}
