// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import org.cairnlog.log.AtomicEventLog;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Imports CloudEvents. */
@Command(
        description = {
            "Import CloudEvents 1.0, one JSON object a line, plain or compressed with gzip. Source is the category,"
                    + " subject the stream, extension attributes are metadata.",
            "What is in the log already is recognised: a second import adds nothing, and a killed one is run again."
        },
        footer = {
            "",
            "Examples:",
            "  cairn import history.ndjson.gz",
            "  cairn import history.ndjson --atomic-by commit",
            "  curl -s https://example.org/events | cairn import -"
        })
final class ImportVerb extends Verb {
    @Parameters(index = "0", paramLabel = "FILE", description = "The file, or - for standard input.")
    String file = "";

    @Option(
            names = "--atomic-by",
            paramLabel = "ATTRIBUTE",
            description = "Lines side by side with the same value of this extension attribute are one append.")
    @Nullable String atomicBy;

    ImportVerb(Main main) {
        super(main);
    }

    @Override
    public Integer call() {
        LogUrl url = url();
        try (ImportFile source = ImportFile.open(file, console().in());
                AtomicEventLog log = url.openOrMake();
                Progress progress = Progress.of(console(), "Importing", "events", source.size)) {
            ImportTotals totals = new Importer(log, source, atomicBy, progress).run();
            progress.end();
            say(json() ? totals.json(progress.seconds()) : totals.text(progress.seconds()));
            return Exit.OK;
        }
    }
}
