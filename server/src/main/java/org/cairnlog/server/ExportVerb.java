// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPOutputStream;
import org.cairnlog.log.EventLog;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Exports a log as CloudEvents. */
@Command(
        description = {
            "Export every event in position order as CloudEvents 1.0, one JSON object a line, as import reads it.",
            "Removed events, labels and Cairn's own events are not exported; copy keeps them."
        },
        footer = {
            "",
            "Examples:",
            "  cairn export > events.ndjson",
            "  cairn export --out events.ndjson.gz",
        })
final class ExportVerb extends Verb {
    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write to this file, compressed if its name ends in .gz.")
    @Nullable String out;

    @Option(names = "--overwrite", description = "Replace the file if it exists.")
    boolean overwrite;

    ExportVerb(Main main) {
        super(main);
    }

    @Override
    public Integer call() {
        LogUrl url = url();
        try (EventLog log = url.open()) {
            try (Progress progress = Progress.of(
                    console(),
                    "Exporting",
                    "events",
                    log.head().places().getFirst().position())) {
                var exporter = new Exporter(log, progress);
                if (out == null) {
                    exporter.write(console().out());
                } else {
                    toFile(exporter, path(out));
                }
                progress.end();
                summary(exporter);
            }
            return Exit.OK;
        } catch (IOException e) {
            throw Refused.usage("the export could not be written: " + e, e);
        }
    }

    /** The file appears under its name only when it is whole. */
    private static void toFile(Exporter exporter, Path file) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (OutputStream stream = stream(file, part)) {
            exporter.write(stream);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(part);
            throw e;
        }
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static OutputStream stream(Path file, Path part) throws IOException {
        OutputStream stream = Files.newOutputStream(part);
        return new BufferedOutputStream(
                file.toString().endsWith(".gz") ? new GZIPOutputStream(stream, 1 << 16) : stream, 1 << 16);
    }

    private Path path(String name) {
        try {
            Path path = Path.of(name);
            if (Files.isDirectory(path)) {
                throw Refused.usage("--out " + name + ": that is a folder; name a file in it");
            }
            if (Files.exists(path) && !overwrite) {
                throw Refused.usage("--out " + name + ": the file exists; choose another name, or give --overwrite");
            }
            return path;
        } catch (InvalidPathException e) {
            throw Refused.usage("--out " + name + ": that is no file name", e);
        }
    }

    private void summary(Exporter exporter) {
        if (json() && out != null) {
            say(Json.object("events", exporter.events(), "husks", exporter.husks(), "own", exporter.own()));
        } else if (out != null || exporter.husks() + exporter.own() > 0) {
            String left = exporter.husks() + exporter.own() == 0
                    ? ""
                    : "; left out: " + Text.count(exporter.husks(), "husk") + " of removed events and "
                            + Text.count(exporter.own(), "event") + " of Cairn's own";
            console().err().println("Exported " + Text.count(exporter.events(), "event") + left);
        }
    }
}
