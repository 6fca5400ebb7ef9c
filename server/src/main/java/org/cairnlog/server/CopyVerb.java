// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import org.cairnlog.log.EventLog;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.LogRestore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Copies a log. */
@Command(
        description = {
            "Copy a whole log to an empty one: places, ids, times, labels and what removal left are kept, and cursors"
                    + " of the old log work on the new one.",
            "A copy that was cut off is run again and goes on."
        },
        footer = {
            "",
            "Examples:",
            "  cairn copy --from sqlite:./shop.db --to sqlite:./backup.db",
            "  cairn copy --from sqlite:./shop.db --to 'sqlite:./all.db?log=shop'",
            "  cairn copy --from sqlite:./shop.db --to postgresql://ada@localhost/shop"
        })
final class CopyVerb extends Verb {
    @Option(names = "--from", required = true, paramLabel = "URL", description = "The log to read.")
    String from = "";

    @Option(names = "--to", required = true, paramLabel = "URL", description = "The log to fill; empty or missing.")
    String to = "";

    CopyVerb(Main main) {
        super(main);
    }

    @Override
    public Integer call() {
        LogUrl source = main.url(from);
        LogUrl target = main.url(to);
        if (source.isSame(target)) {
            throw Refused.usage("--from and --to are the same log " + source);
        }
        Copier copier;
        try (EventLog log = source.open();
                LogMaintenance removals = source.maintenance();
                LogRestore restore = target.restore(log.id());
                Progress progress = Progress.of(
                        console(),
                        "Copying",
                        "places",
                        log.head().places().getFirst().position())) {
            copier = new Copier(log, removals, restore, progress);
            copier.run();
        }
        copier.checkRemovals(target);
        say(
                json()
                        ? Json.object(
                                "places", copier.places(), "streams", copier.streams(), "resumedAt", copier.resumedAt())
                        : "Copied " + Text.count(copier.places(), "place") + " and "
                                + Text.count(copier.streams(), "stream")
                                + (copier.resumedAt() == 0 ? "" : ", going on after position " + copier.resumedAt()));
        return Exit.OK;
    }
}
