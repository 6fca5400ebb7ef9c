// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import org.cairnlog.event.StreamId;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.Removal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Removes the beginning of a stream. */
@Command(
        description = "Remove the events of a stream before a version. Their places, ids, types and tags stay.",
        footer = {
            "",
            "Examples:",
            "  cairn truncate order/1 --before 120 --reason 'older than ten years'",
            "  cairn truncate probe/7 --before 120 --reason 'raw values' --without-baseline"
        })
final class TruncateVerb extends Verb {
    @Parameters(index = "0", paramLabel = "STREAM", description = StreamOption.STREAM)
    String stream = "";

    @Mixin
    StreamOption streamOption = new StreamOption();

    @Option(names = "--before", required = true, paramLabel = "VERSION", description = "The first version that stays.")
    long before;

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "TEXT",
            description = "Why; it is kept, so nothing personal.")
    String reason = "";

    @Option(names = "--without-baseline", description = "Also if no later event carries the state, which is lost then.")
    boolean withoutBaseline;

    TruncateVerb(Main main) {
        super(main);
    }

    @Override
    public Integer call() {
        StreamId id = streamOption.stream(stream);
        try (LogMaintenance maintenance = url().maintenance()) {
            Removal removal = withoutBaseline
                    ? maintenance.truncateWithoutBaseline(id, before, reason)
                    : maintenance.truncate(id, before, reason);
            say(
                    json()
                            ? json(removal)
                            : "Removed " + Text.count(removal.events(), "event") + " of "
                                    + Text.printable(id.toString(), 1100) + " before #" + removal.before());
            return Exit.OK;
        }
    }

    static String json(Removal removal) {
        return Json.object(
                "removal",
                removal.number(),
                "stream",
                removal.stream(),
                "deletion",
                removal.deletion(),
                "before",
                removal.before(),
                "events",
                removal.events(),
                "reason",
                removal.reason(),
                "at",
                removal.at());
    }
}
