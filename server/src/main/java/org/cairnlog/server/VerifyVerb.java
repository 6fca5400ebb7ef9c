// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.util.Optional;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.LogUnusable;
import org.cairnlog.log.Verification;
import picocli.CommandLine.Command;

/** Checks a whole log. */
@Command(
        description = {
            "Check the whole log: positions and versions without a gap, the directory equal to the events, ids unique,"
                    + " checksums right.",
            "Prints the first damage, with exit code 1."
        },
        footer = {"", "Examples:", "  cairn verify", "  cairn verify --log sqlite:./backup.db --json"})
final class VerifyVerb extends Verb {
    VerifyVerb(Main main) {
        super(main);
    }

    @Override
    public Integer call() {
        try (LogMaintenance maintenance = url().maintenance();
                Progress progress = Progress.counting(console(), "Verifying", "events")) {
            Verification found = verify(maintenance, progress);
            progress.end();
            say(json() ? json(found) : text(found));
            return found.damage().isPresent() ? Exit.NO : Exit.OK;
        }
    }

    private static Verification verify(LogMaintenance maintenance, Progress progress) {
        try {
            return maintenance.verify(progress::count);
        } catch (LogUnusable e) {
            // It could be opened, but not read to its end.
            return new Verification(0, 0, 0, Optional.of(new Verification.Damage(0, String.valueOf(e.getMessage()))));
        }
    }

    private static String json(Verification found) {
        Verification.Damage damage = found.damage().orElse(null);
        return Json.object(
                "ok",
                damage == null,
                "events",
                found.events(),
                "husks",
                found.husks(),
                "streams",
                found.streams(),
                "position",
                damage == null ? null : damage.position(),
                "damage",
                damage == null ? null : damage.what());
    }

    private static String text(Verification found) {
        return found.damage()
                .map(damage -> "DAMAGE at position " + damage.position() + ": "
                        + Text.printable(damage.what(), 2000)
                        + " (the first one; restore a backup, or copy what is before it)")
                .orElse("Whole: " + Text.count(found.events(), "event") + ", " + Text.count(found.husks(), "husk")
                        + ", " + Text.count(found.streams(), "stream"));
    }
}
