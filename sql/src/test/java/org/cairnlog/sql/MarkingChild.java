// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.cairnlog.event.CairnException;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventIds;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.OutcomeUnknown;

/**
 * Appends events whose payloads can be found in a trace of system calls, and acknowledges each with one write to its
 * standard output. What fails is said and not tried again, except that an unknown outcome is settled by a repeat.
 */
final class MarkingChild {
    private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

    private MarkingChild() {}

    public static void main(String[] args) throws Exception {
        int clients = Integer.parseInt(args[1]);
        int appends = Integer.parseInt(args[2]);
        try (AtomicEventLog log =
                Sqlite.open(Path.of(args[0]), options -> options.timeout(Duration.ofSeconds(20)), args[3])) {
            List<Thread> threads = new ArrayList<>();
            for (int client = 0; client < clients; client++) {
                int number = client;
                threads.add(Thread.ofPlatform().start(() -> append(log, number, appends)));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (CairnException e) {
            say("not opened: " + e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    static Append prepared(int client, int number) {
        String marker = marker(client, number);
        return Append.to(
                StreamId.of("marked", "client " + client % 3),
                ExpectedVersion.any(),
                EventData.of("Marked", marker.getBytes(US_ASCII)).withId(EventIds.named("mark", marker)));
    }

    static String marker(int client, int number) {
        return "MARK" + client + "x" + number + "x";
    }

    private static void append(AtomicEventLog log, int client, int appends) {
        for (int number = 0; number < appends; number++) {
            try {
                long position;
                try {
                    position = log.append(prepared(client, number)).firstPosition();
                } catch (OutcomeUnknown e) {
                    say("unknown " + marker(client, number));
                    position = log.repeat(e).firstPosition();
                }
                say("ACK " + marker(client, number) + " " + position);
            } catch (OutcomeUnknown e) {
                say("unknown " + marker(client, number));
            } catch (CairnException e) {
                say("failed " + marker(client, number) + " " + e.getClass().getSimpleName() + ": " + e.getMessage());
            }
        }
    }

    private static void say(String line) {
        try {
            OUT.write((line + "\n").getBytes(US_ASCII));
        } catch (IOException e) {
            throw new IllegalStateException("Nobody listens.", e);
        }
    }
}
