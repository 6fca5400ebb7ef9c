// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cairnlog.event.CairnException;
import org.cairnlog.event.Limits;
import org.cairnlog.event.StreamId;
import org.cairnlog.jackson.CloudEvents;
import org.cairnlog.jackson.InvalidCloudEvent;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.Conflict;
import org.cairnlog.log.DuplicateIds;
import org.cairnlog.log.OutcomeUnknown;
import org.cairnlog.log.StreamDeleted;
import org.jspecify.annotations.Nullable;

/**
 * Appends the events of a file, one line an append, or one contiguous run of lines that agree in an attribute. A run is
 * written only when the line after it, or a clean end, was read.
 */
final class Importer {
    private final AtomicEventLog log;
    private final ImportFile file;
    private final @Nullable String atomicBy;
    private final Progress progress;
    private final ImportTotals totals = new ImportTotals();

    private List<Append.NewEvent> run = new ArrayList<>();
    private long runBytes;
    private long runLine;
    private String runName = "";

    Importer(AtomicEventLog log, ImportFile file, @Nullable String atomicBy, Progress progress) {
        this.log = log;
        this.file = file;
        this.atomicBy = atomicBy;
        this.progress = progress;
    }

    ImportTotals run() {
        try (SeenUnits seen = new SeenUnits()) {
            Lines lines = file.lines();
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                take(line, lines, seen);
            }
            write();
            if (totals.lines == 0) {
                throw lines.at(1, "the file is empty, expected one CloudEvent a line; check the name");
            }
            return totals;
        } catch (Refused e) {
            throw new Refused(e.exit, e.getMessage() + ". " + totals.stored(), e);
        }
    }

    private void take(byte[] line, Lines lines, SeenUnits seen) {
        CloudEvents.Incoming incoming = read(line, lines);
        totals.lines++;
        if (atomicBy == null) {
            runLine = lines.number();
            add(incoming, lines);
            write();
            return;
        }
        String name = name(incoming, atomicBy, lines);
        if (run.isEmpty() || !name.equals(runName)) {
            write();
            runName = name;
            runLine = lines.number();
            long before = seen.seen(name, runLine);
            if (before != 0) {
                throw lines.at("the run of " + atomicBy + " " + Text.printable(name, 80) + " that began at line "
                        + before + " opens again, expected its lines side by side; sort the file by " + atomicBy
                        + ", or import without --atomic-by");
            }
        }
        add(incoming, lines);
    }

    private static CloudEvents.Incoming read(byte[] line, Lines lines) {
        try {
            return CloudEvents.read(line);
        } catch (InvalidCloudEvent e) {
            throw lines.at(e.getMessage() + "; correct the line and import the file again", e);
        }
    }

    private static String name(CloudEvents.Incoming incoming, String attribute, Lines lines) {
        Object value = incoming.event().metadata().get(attribute);
        if (value == null) {
            throw lines.at(
                    "attribute \"" + attribute + "\": expected a value, which --atomic-by goes by, found nothing;"
                            + " correct the line and import the file again");
        }
        return value.toString();
    }

    private void add(CloudEvents.Incoming incoming, Lines lines) {
        Limits limits = log.limits();
        runBytes += incoming.event().size();
        if (run.size() == limits.appendEvents() || runBytes > limits.appendBytes()) {
            throw lines.at("the run of " + atomicBy + " " + Text.printable(runName, 80) + " that began at line "
                    + runLine + " is too large for one append, expected at most " + limits.appendEvents()
                    + " events and " + limits.appendBytes() + " bytes; split it, or import without --atomic-by");
        }
        run.add(new Append.NewEvent(incoming.stream(), incoming.event()));
    }

    private void write() {
        if (run.isEmpty()) {
            return;
        }
        Append append;
        try {
            append = new Append(run, Map.of(), List.of(), Map.of());
        } catch (IllegalArgumentException e) {
            throw file.lines().at(runLine, e.getMessage() + " Correct the lines and import the file again", e);
        }
        Appended done = appended(append);
        totals.add(append, done, newStreams(append, done));
        run = new ArrayList<>();
        runBytes = 0;
        progress.show(file.read(), totals.all());
    }

    private Appended appended(Append append) {
        try {
            return log.append(append);
        } catch (OutcomeUnknown e) {
            return log.repeat(e);
        } catch (DuplicateIds e) {
            throw no(
                    e,
                    "some of these events are in the log already, but not as this one append (" + e.getMessage()
                            + ") If the file was imported before, give the same --atomic-by as then");
        } catch (StreamDeleted | Conflict e) {
            throw no(e, String.valueOf(e.getMessage()));
        }
    }

    private Refused no(CairnException e, String what) {
        return new Refused(Exit.NO, file.name + ":" + runLine + ": " + what, e);
    }

    /** How many streams this append began: its own events are all that they have. */
    private static long newStreams(Append append, Appended done) {
        Map<StreamId, Long> own = new HashMap<>();
        append.events().forEach(e -> own.merge(e.stream(), 1L, Long::sum));
        return own.entrySet().stream()
                .filter(e -> done.version(e.getKey()) == e.getValue())
                .count();
    }
}
