// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.util.Map;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.DeletedStreams;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.Removal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Deletes a stream, or all with a label. */
@Command(
        description = "Delete a stream, or every stream with a label: appends $deleted, and removes what is before.",
        footer = {
            "",
            "Examples:",
            "  cairn delete customer/7 --reason 'asked for it' --expect 12",
            "  cairn delete --label tenant=acme --reason 'contract ended'"
        })
final class DeleteVerb extends Verb {
    @Parameters(index = "0", arity = "0..1", paramLabel = "STREAM", description = StreamOption.STREAM)
    @Nullable String stream;

    @Mixin
    StreamOption streamOption = new StreamOption();

    @Option(
            names = "--label",
            paramLabel = "NAME=VALUE",
            description = "Delete every stream with this label, in chunks.")
    @Nullable String label;

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "TEXT",
            description = "Why; it is kept, so nothing personal.")
    String reason = "";

    @Option(
            names = "--expect",
            paramLabel = "WHAT",
            description = "What you believe about STREAM: any, exists, or its version.")
    @Nullable String expect;

    DeleteVerb(Main main) {
        super(main);
    }

    @Override
    public Integer call() {
        if ((stream == null) == (label == null)) {
            throw Refused.usage("delete STREAM, for example order/1, or delete --label NAME=VALUE");
        }
        if (label != null && (expect != null || streamOption.category != null)) {
            throw Refused.usage("--expect and --category go with one STREAM, not with --label");
        }
        return label == null
                ? one(streamOption.stream(String.valueOf(stream)))
                : labelled(Entries.parse("--label", label));
    }

    private int one(StreamId id) {
        try (LogMaintenance maintenance = url().maintenance()) {
            Removal removal =
                    maintenance.delete(id, AppendVerb.expectation("--expect", expect == null ? "any" : expect), reason);
            say(
                    json()
                            ? TruncateVerb.json(removal)
                            : "Deleted " + Text.printable(id.toString(), 1100) + " with "
                                    + Text.count(removal.events(), "event"));
            return Exit.OK;
        }
    }

    private int labelled(Map.Entry<String, String> wanted) {
        if (wanted.getValue().isEmpty()) {
            throw Refused.usage("--label " + label + ": expected a value; nothing never means everything");
        }
        try (LogMaintenance maintenance = url().maintenance()) {
            long streams = 0;
            DeletedStreams chunk;
            do {
                chunk = maintenance.deleteByLabel(wanted.getKey(), wanted.getValue(), reason);
                streams += chunk.streams();
            } while (chunk.more());
            say(json() ? Json.object("streams", streams) : "Deleted " + Text.count(streams, "stream"));
            return Exit.OK;
        }
    }
}
