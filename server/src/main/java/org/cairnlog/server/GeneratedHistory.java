// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;

/**
 * An invented history of the shape of real ones: few files get most changes, times run backwards now and then, some
 * commits touch thousands of files, files are renamed and deleted. The same seed gives the same history.
 */
final class GeneratedHistory {
    private static final String[] FOLDERS = {"core", "web", "store", "docs", "tools"};
    private static final String[] NAMES = {"Order", "Stock", "Invoice", "Ledger", "Route", "Claim", "Ticket"};
    private static final String[] AUTHORS = {"ada", "grace", "barbara", "edsger", "tony", "leslie", "niklaus"};
    private static final Instant START = Instant.parse("2019-03-01T09:00:00Z");

    private final Random random;
    private final long seed;
    private final int commits;
    private final int largest;
    private final List<String> files = new ArrayList<>();
    private int born;
    private Instant time = START;

    /**
     * A history.
     *
     * @param seed what it depends on
     * @param commits how many
     * @param largest how many files the largest commits touch
     */
    GeneratedHistory(long seed, int commits, int largest) {
        this.random = new Random(seed);
        this.seed = seed;
        this.commits = commits;
        this.largest = largest;
    }

    /** Gives each commit to the taker, until that has enough. Once only. */
    void forEach(Predicate<Commit> taker) {
        for (int i = 0; i < commits; i++) {
            if (!taker.test(next(i))) {
                return;
            }
        }
    }

    private Commit next(int number) {
        long step = (long) (random.nextDouble() * random.nextDouble() * 200_000);
        time = time.plusSeconds(random.nextInt(25) == 0 ? -step : step);
        String author = AUTHORS[(int) (AUTHORS.length * Math.pow(random.nextDouble(), 2.5))];
        String hash = String.format("%08x%08x", (int) seed, number);
        List<Commit.Change> changes = new ArrayList<>();
        Set<String> touched = new HashSet<>();
        int size = size(number);
        for (int i = 0; i < size; i++) {
            Commit.Change change = change(number == 0);
            if (!touched.add(change.path())) {
                change = change(true);
                touched.add(change.path());
            }
            changes.add(change);
        }
        return new Commit(hash, time, author, changes);
    }

    private int size(int number) {
        if (number % 400 == 7) {
            return largest;
        }
        return 1 + (int) (12 * Math.pow(random.nextDouble(), 4)) + (random.nextInt(60) == 0 ? 40 : 0);
    }

    private Commit.Change change(boolean first) {
        int dice = first || files.isEmpty() ? 0 : random.nextInt(100);
        if (dice < 15) {
            String path = path();
            files.add(path);
            return Commit.Change.of(Commit.ADDED, path);
        }
        // The cube makes the oldest files the busiest.
        int index = (int) (files.size() * Math.pow(random.nextDouble(), 3));
        String path = files.get(index);
        if (dice < 18) {
            files.remove(index);
            return Commit.Change.of(Commit.DELETED, path);
        }
        if (dice < 21) {
            files.set(index, path());
            return new Commit.Change(Commit.RENAMED, files.get(index), path, 60 + random.nextInt(41));
        }
        return Commit.Change.of(Commit.MODIFIED, path);
    }

    private String path() {
        return FOLDERS[random.nextInt(FOLDERS.length)] + "/" + NAMES[random.nextInt(NAMES.length)] + born++ + ".java";
    }

    /** Writes the history as CloudEvents, and returns how many events that were. */
    long write(OutputStream out, String source) throws IOException {
        long events = 0;
        for (int number = 0; number < commits; number++) {
            Commit commit = next(number);
            for (int i = 0; i < commit.changes().size(); i++) {
                out.write((line(commit, i, source) + "\n").getBytes(StandardCharsets.UTF_8));
                events++;
            }
        }
        return events;
    }

    private static String line(Commit commit, int index, String source) {
        Commit.Change change = commit.changes().get(index);
        return Json.object(
                "specversion",
                "1.0",
                "id",
                commit.hash() + "-" + index,
                "source",
                source,
                "type",
                change.type(),
                "subject",
                change.path(),
                "time",
                commit.time(),
                "commit",
                commit.hash(),
                "data",
                new Json.Raw(commit.json(change)));
    }
}
