// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.EventLog;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sets and removes labels. */
@Command(
        description = "Set labels of a stream, or remove them.",
        footer = {
            "",
            "Examples:",
            "  cairn label order/1 region=north owner=ada",
            "  cairn label order/1 --remove owner"
        })
final class LabelVerb extends Verb {
    @Parameters(index = "0", paramLabel = "STREAM", description = StreamOption.STREAM)
    String stream = "";

    @Parameters(index = "1..*", paramLabel = "NAME=VALUE", description = "The labels to set.")
    List<String> labels = new ArrayList<>();

    @Mixin
    StreamOption streamOption = new StreamOption();

    @Option(names = "--remove", paramLabel = "NAME", description = "A label to take away.")
    List<String> removed = new ArrayList<>();

    LabelVerb(Main main) {
        super(main);
    }

    @Override
    public Integer call() {
        StreamId id = streamOption.stream(stream);
        Map<String, String> set = Entries.parse("label", labels);
        if (set.isEmpty() && removed.isEmpty()) {
            throw Refused.usage("nothing to do: name a label as name=value, or one to --remove");
        }
        try (EventLog log = url().open()) {
            set.forEach((name, value) -> log.label(id, name, value));
            removed.forEach(name -> log.unlabel(id, name));
            say(
                    json()
                            ? Json.object("stream", id, "set", set, "removed", removed)
                            : "Labelled " + Text.printable(id.toString(), 1100));
            return Exit.OK;
        }
    }
}
