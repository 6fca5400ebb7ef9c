// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.jackson.CloudEvents;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.Verification;

/** Act 4: an importer is killed in the middle, and goes on. */
final class KillAct {
    private final Stage stage;
    private final AtomicEventLog log;

    KillAct(Stage stage, AtomicEventLog log) {
        this.stage = stage;
        this.log = log;
    }

    void play() throws IOException, InterruptedException {
        stage.title(4, "an importer is killed");
        stage.sayIfTemporary();
        Path folder = Files.createTempDirectory("cairn-demo");
        String source = "demo/import-" + EventData.json("Seed", "{}").id();
        try {
            Path file = folder.resolve("history.ndjson");
            long events = generate(file, source);
            stage.say("  " + file + ": " + Text.count(events, "event") + ", "
                    + Text.count(Files.size(file) / 1024, "kilobyte") + "; each commit in it is one append.");
            Cursor start = log.head();
            kill(file, start, events);
            resume(file);
            check(file, source, start, events);
        } finally {
            Stage.remove(folder);
        }
        stage.again("demo --act 4", "verify", "read --all --category " + source + " --limit 5");
    }

    private static long generate(Path file, String source) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            return new GeneratedHistory(7, 2500, 900).write(out, source);
        }
    }

    private void kill(Path file, Cursor start, long events) throws InterruptedException {
        try (Child child = Child.start(stage.url(), "import", file.toString(), "--atomic-by", "commit")) {
            long from = position(start);
            Cursor seen = start;
            while (child.isAlive() && position(seen) - from < events / 4) {
                log.awaitGrowth(seen, Duration.ofMillis(500));
                seen = log.head();
            }
            child.kill();
            stage.say("  process " + child.pid() + "  is importing, and is killed (SIGKILL) with "
                    + Text.count(position(log.head()) - from, "event") + " stored");
        }
    }

    private void resume(Path file) throws InterruptedException {
        try (Child child = Child.start(stage.url(), "import", file.toString(), "--atomic-by", "commit")) {
            stage.say("  process " + child.pid() + "  imports the same file again");
            stage.say("  process " + child.pid() + "  " + child.line());
            if (child.exit() != Exit.OK) {
                throw Refused.no("the second import failed");
            }
        }
    }

    private void check(Path file, String source, Cursor start, long events) throws IOException {
        Set<UUID> wanted = new HashSet<>();
        try (ImportFile lines = ImportFile.open(file.toString(), InputStream.nullInputStream())) {
            for (byte[] line = lines.lines().next();
                    line != null;
                    line = lines.lines().next()) {
                wanted.add(CloudEvents.read(line).event().id());
            }
        }
        long found = 0;
        for (RecordedEvent event : log.read(EventQuery.category(source)).after(start)) {
            found++;
            wanted.remove(event.id());
        }
        try (LogMaintenance maintenance = stage.url().maintenance()) {
            Verification whole = maintenance.verify(position -> {});
            boolean good = whole.damage().isEmpty() && found == events && wanted.isEmpty();
            stage.say("  verify: "
                    + (whole.damage().isEmpty() ? "whole" : whole.damage().get().what()) + ", "
                    + Text.count(wanted.size(), "event") + " lost, "
                    + Text.count(found - events + wanted.size(), "event")
                    + " doubled" + (good ? "" : ": THIS MUST NOT BE"));
            if (!good) {
                throw Refused.no("the import lost or doubled events");
            }
        }
    }

    private static long position(Cursor cursor) {
        return cursor.places().getFirst().position();
    }
}
