// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cairnlog.event.EventData;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.AtomicEventLog;

/** Act 2: a second process follows while a commit goes in. */
final class TailAct {
    private static final String CATEGORY = "demo-file";

    private final Stage stage;
    private final AtomicEventLog log;

    TailAct(Stage stage, AtomicEventLog log) {
        this.stage = stage;
        this.log = log;
    }

    void play() throws InterruptedException {
        stage.title(2, "a second process follows");
        stage.sayIfTemporary();
        stage.say("  No repository is touched: the commit is invented, and goes to streams of the category " + CATEGORY
                + ".");
        List<Append.NewEvent> events = commit();
        String after = log.head().toString();
        try (Child child = Child.start(
                stage.url(),
                "tail",
                "--after",
                after,
                "--category",
                CATEGORY,
                "--limit",
                String.valueOf(events.size()),
                "--timeout",
                "20")) {
            stage.say("  process " + child.pid() + "  " + child.line());
            long started = System.nanoTime();
            Appended done = log.append(new Append(events, Map.of(), List.of(), Map.of()));
            stage.say("  process " + ProcessHandle.current().pid() + "  appended a commit of " + events.size()
                    + " files at position " + done.firstPosition());
            for (int i = 0; i < events.size(); i++) {
                stage.say("  process " + child.pid() + "  sees " + child.line().strip());
            }
            stage.say("  The last one was seen " + (System.nanoTime() - started) / 1_000_000
                    + " ms after the append began.");
            if (child.exit() != Exit.OK) {
                throw Refused.no("the second process did not see the commit");
            }
        }
        stage.again("demo --act 2", "tail");
    }

    private List<Append.NewEvent> commit() {
        List<Append.NewEvent> events = new ArrayList<>();
        String hash = EventData.json("Seed", "{}").id().toString();
        for (String path : List.of("README.md", "src/Seats.java", "src/SeatsTest.java")) {
            Commit.Change change = Commit.Change.of(Commit.MODIFIED, path);
            Commit commit = new Commit(hash, stage.console().clock().instant(), "demo", List.of(change));
            events.add(new Append.NewEvent(StreamId.of(CATEGORY, path), CommitLog.event(commit, change)));
        }
        return events;
    }
}
