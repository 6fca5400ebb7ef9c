// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.Cursor;
import org.jspecify.annotations.Nullable;

/** Act 1: a git history goes in, and read models come out. */
final class HistoryAct {
    private static final long BUDGET = 25_000_000_000L;
    private static final int ROWS = 8;

    private final Stage stage;
    private final AtomicEventLog log;
    private final @Nullable Path repo;
    private final @Nullable String asOf;
    private final @Nullable String file;

    HistoryAct(Stage stage, AtomicEventLog log, @Nullable Path repo, @Nullable String asOf, @Nullable String file) {
        this.stage = stage;
        this.log = log;
        this.repo = repo;
        this.asOf = asOf;
        this.file = file;
    }

    void play() throws IOException {
        stage.title(1, "a history becomes a log");
        takeIn();
        Cursor head = log.head();
        Instant date = asOf == null ? FileModels.middle(log, head) : FilterOptions.time("--as-of", asOf);
        FileModels models = FileModels.fold(log, head, date);
        stage.say("  Read models, folded from " + Text.count(models.events(), "event")
                + " by reading; the second column" + " is the same, as of " + date + ":");
        stage.say("");
        files(models);
        authors(models);
        months(models);
        List<Map.Entry<String, FileModels.Changes>> most = FileModels.most(models.byFile(), 1);
        if (file != null || !most.isEmpty()) {
            life(file != null ? file : most.getFirst().getKey(), date);
        }
        String where = repo == null ? "" : " --repo " + repo;
        stage.again("demo --act 1" + where + " --as-of " + date, "read --all --category file --backward --limit 5");
    }

    private void takeIn() throws IOException {
        var git = new GitHistory(repo == null ? Path.of(".") : repo);
        String problem = git.problem();
        var commits = new CommitLog(log);
        long started = System.nanoTime();
        try (Progress progress = Progress.counting(stage.console(), "Appending", "commits")) {
            Predicate<Commit> taker = commit -> {
                commits.append(commit);
                progress.count(commits.all());
                return System.nanoTime() - started < BUDGET;
            };
            if (problem == null) {
                git.forEach(taker);
            } else {
                stage.say("  " + Character.toUpperCase(problem.charAt(0)) + problem.substring(1)
                        + ": this is an invented history instead.");
                new GeneratedHistory(42, 600, 300).forEach(taker);
            }
        }
        stage.say("  " + commits.summary() + " (" + Text.seconds(System.nanoTime() - started) + ").");
        if (System.nanoTime() - started >= BUDGET) {
            stage.say("  There are more commits; run it again, and it goes on.");
        }
    }

    private void files(FileModels models) {
        List<Map.Entry<String, FileModels.Changes>> most = FileModels.most(models.byFile(), ROWS);
        var table = new Table(stage.console(), "most changed files", " now", " then", "");
        for (Map.Entry<String, FileModels.Changes> entry : most) {
            table.row(
                    Text.printable(entry.getKey(), 60),
                    Text.number(entry.getValue().now),
                    Text.number(entry.getValue().then),
                    Table.bar(entry.getValue().now, most.getFirst().getValue().now, 20));
        }
        table.print();
        stage.say("");
    }

    private void authors(FileModels models) {
        var table = new Table(stage.console(), "changes by author", " now", " then");
        for (Map.Entry<String, FileModels.Changes> entry : FileModels.most(models.byAuthor(), ROWS)) {
            table.row(
                    Text.printable(entry.getKey(), 40),
                    Text.number(entry.getValue().now),
                    Text.number(entry.getValue().then));
        }
        table.print();
        stage.say("");
    }

    /** The last months, each with its busiest authors. */
    private void months(FileModels models) {
        long largest = models.byMonth().values().stream()
                .mapToLong(HistoryAct::now)
                .max()
                .orElse(0);
        var table = new Table(stage.console(), "month", " now", " then", "", "most by");
        models.byMonth().entrySet().stream()
                .skip(Math.max(0, models.byMonth().size() - 12))
                .forEach(month -> table.row(
                        month.getKey().toString(),
                        Text.number(now(month.getValue())),
                        Text.number(month.getValue().values().stream()
                                .mapToLong(changes -> changes.then)
                                .sum()),
                        Table.bar(now(month.getValue()), largest, 30),
                        String.join(
                                ", ",
                                FileModels.most(month.getValue(), 2).stream()
                                        .map(e -> Text.printable(e.getKey(), 24) + " " + Text.number(e.getValue().now))
                                        .toList())));
        table.print();
        stage.say("");
    }

    private static long now(Map<String, FileModels.Changes> changes) {
        return changes.values().stream().mapToLong(c -> c.now).sum();
    }

    private void life(String path, Instant date) {
        List<RecordedEvent> life = FileLife.of(log, path);
        long then = life.stream()
                .filter(e ->
                        e.data().occurredAt() != null && !e.data().occurredAt().isAfter(date))
                .count();
        var table = new Table(stage.console(), "the life of " + Text.printable(path, 60), "what", "who");
        int shown = 0;
        for (RecordedEvent event : life) {
            // The beginning, every rename, and the end.
            if (shown < 3
                    || event.type().equals(Commit.RENAMED)
                    || event.position() == life.getLast().position()) {
                Map<String, String> data = Json.members(event.payload());
                String from = data.get("from");
                table.row(
                        String.valueOf(event.data().occurredAt()) + "  #" + event.version(),
                        event.type() + (from == null ? "" : " from " + Text.printable(from, 60)),
                        Text.printable(data.getOrDefault("author", ""), 40));
                shown++;
            }
        }
        table.print();
        stage.say("  " + Text.count(life.size(), "event") + " now, " + Text.number(then) + " as of " + date + ".");
        stage.say("");
    }
}
