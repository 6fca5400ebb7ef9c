// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.cairnlog.event.EventData;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.StreamEvents;
import org.cairnlog.log.VersionConflict;

/** Act 3: two writers race for the last seat. */
final class RaceAct {
    private static final int SEATS = 3;
    private static final String SOLD = "seat-sold";

    private final Stage stage;
    private final AtomicEventLog log;

    RaceAct(Stage stage, AtomicEventLog log) {
        this.stage = stage;
        this.log = log;
    }

    void play() throws InterruptedException {
        stage.title(3, "two writers, one seat");
        String show = EventData.json("Seed", "{}").id().toString();
        long naive = race("naive-" + show, false);
        long checked = race("show-" + show, true);
        stage.say("");
        stage.say("  " + SEATS + " seats; read then write sold " + naive + ", write at the version that was read sold "
                + checked + ".");
        stage.again("demo --act 3", "read seat/naive-" + show, "read seat/show-" + show);
        if (checked != SEATS) {
            throw Refused.no("the race at the version that was read sold " + checked + " of " + SEATS + " seats");
        }
    }

    /** How many seats are sold in the end. */
    private long race(String show, boolean atVersion) throws InterruptedException {
        StreamId stream = StreamId.of("seat", show);
        for (int seat = 1; seat < SEATS; seat++) {
            log.append(stream, ExpectedVersion.any(), sold("early bird"));
        }
        stage.say("");
        stage.say(
                atVersion
                        ? "  Each appends at the version that it read (--expect N):"
                        : "  Each reads, and then appends without saying what it read (--expect any):");
        // Both have read before either writes.
        var bothHaveRead = new CyclicBarrier(2);
        List<FutureTask<String>> writers = List.of(
                writer(stream, "ada", bothHaveRead, atVersion), writer(stream, "grace", bothHaveRead, atVersion));
        writers.forEach(writer -> Thread.ofPlatform().start(writer));
        for (FutureTask<String> writer : writers) {
            try {
                stage.say(writer.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException("A writer failed.", e.getCause());
            }
        }
        return sold(log.read(stream).toList());
    }

    private FutureTask<String> writer(StreamId stream, String who, CyclicBarrier bothHaveRead, boolean atVersion) {
        return new FutureTask<>(() -> buy(stream, who, bothHaveRead, atVersion));
    }

    private String buy(StreamId stream, String who, CyclicBarrier bothHaveRead, boolean atVersion)
            throws InterruptedException, BrokenBarrierException {
        var story = new StringBuilder(String.format("    %-6s", who));
        boolean first = true;
        while (true) {
            StreamEvents seen = log.read(stream).toList();
            long left = SEATS - sold(seen);
            story.append(first ? " reads #" : ", reads again #").append(seen.version());
            if (left <= 0) {
                return story.append(": sold out").toString();
            }
            story.append(": ").append(left).append(" left");
            if (first) {
                bothHaveRead.await();
                first = false;
            }
            try {
                long version = log.append(
                                stream,
                                atVersion ? ExpectedVersion.exactly(seen.version()) : ExpectedVersion.any(),
                                sold(who))
                        .version();
                return story.append(", sells #").append(version).toString();
            } catch (VersionConflict e) {
                story.append(", loses: found version ")
                        .append(e.mismatches().getFirst().actual());
            }
        }
    }

    private static long sold(StreamEvents events) {
        return events.stream().filter(event -> event.type().equals(SOLD)).count();
    }

    private static EventData sold(String who) {
        return EventData.json(SOLD, Json.object("to", who));
    }
}
