// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import org.cairnlog.log.Cursor;
import org.cairnlog.log.EventLog;
import picocli.CommandLine.Command;

/** Where a log ends. */
@Command(
        description = "Show the position of the last event, and the cursor of that point.",
        footer = {"", "Examples:", "  cairn head", "  cairn head --json"})
final class HeadVerb extends Verb {
    HeadVerb(Main main) {
        super(main);
    }

    @Override
    public Integer call() {
        try (EventLog log = url().open()) {
            Cursor head = log.head();
            long position = head.places().getFirst().position();
            say(
                    json()
                            ? Json.object("position", position, "cursor", head)
                            : position + "  " + console().dim(head.toString()));
            return Exit.OK;
        }
    }
}
