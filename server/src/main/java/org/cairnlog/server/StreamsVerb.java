// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.EventLog;
import org.cairnlog.log.StreamInfo;
import org.cairnlog.log.StreamListing;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists streams. */
@Command(
        description = "List the streams in the order of their creation.",
        footer = {
            "",
            "Examples:",
            "  cairn streams --limit 20",
            "  cairn streams --category order --label region=north",
            "  cairn streams --label region --after order/17 --json"
        })
final class StreamsVerb extends Verb {
    @Option(names = "--category", paramLabel = "NAME", description = "Only streams of this category.")
    @Nullable String category;

    @Option(
            names = "--label",
            paramLabel = "NAME[=VALUE]",
            description = "Only streams with this label, or this value of it.")
    @Nullable String label;

    @Option(names = "--after", paramLabel = "STREAM", description = "Go on after this stream.")
    @Nullable String after;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many streams.")
    @Nullable Long limit;

    StreamsVerb(Main main) {
        super(main);
    }

    @Override
    public Integer call() {
        try (EventLog log = url().open()) {
            StreamListing listing = log.streams();
            listing = category == null ? listing : listing.category(category);
            listing = label == null ? listing : labelled(listing, label);
            listing = after == null ? listing : listing.after(StreamId.parse(after));
            listing = limit == null ? listing : listing.limit(limit);
            long listed = 0;
            for (StreamInfo info : listing) {
                say(json() ? json(info) : text(info));
                if (++listed % 256 == 0 && console().readerIsGone()) {
                    break;
                }
            }
            return Exit.OK;
        }
    }

    private static StreamListing labelled(StreamListing listing, String label) {
        int equals = label.indexOf('=');
        return equals < 0
                ? listing.labelled(label)
                : listing.labelled(label.substring(0, equals), label.substring(equals + 1));
    }

    private static String json(StreamInfo info) {
        Map<String, Object> labels = new LinkedHashMap<>();
        info.labels()
                .forEach((name, label) ->
                        labels.put(name, Map.of("value", label.value(), "changedAt", label.changedAt())));
        return Json.object(
                "stream",
                info.stream(),
                "version",
                info.version(),
                "createdAt",
                info.createdAt(),
                "changedAt",
                info.changedAt(),
                "removedBefore",
                info.removedBefore(),
                "deleted",
                info.deleted(),
                "labels",
                labels);
    }

    private String text(StreamInfo info) {
        String state = info.deleted()
                ? "  deleted"
                : info.removedBefore() > 1 ? "  removed before #" + info.removedBefore() : "";
        String labels = info.labels().entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue().value())
                .collect(Collectors.joining(" "));
        return console().bold(Text.printable(info.stream().toString(), 1100)) + " #" + info.version()
                + console().dim("  " + info.createdAt() + " .. " + info.changedAt()) + state
                + (labels.isEmpty() ? "" : "  " + Text.printable(labels, 300));
    }
}
