// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.cairnlog.event.EventData;
import org.cairnlog.event.RecordedEvent;

/** One event on one line, for a person or a machine. */
final class EventPrinter {
    private static final int PAYLOAD = 160;

    private final Console console;
    private final boolean json;
    private long printed;

    EventPrinter(Console console, boolean json) {
        this.console = console;
        this.json = json;
    }

    /** Whether somebody still reads. */
    boolean print(RecordedEvent event) {
        console.out().println(json ? json(event) : text(event));
        return ++printed % 256 != 0 || !console.readerIsGone();
    }

    long printed() {
        return printed;
    }

    static String json(RecordedEvent event) {
        EventData data = event.data();
        Json.Raw payload = Json.raw(data.payload(), data.payloadText());
        return Json.object(
                "position",
                event.position(),
                "stream",
                event.stream(),
                "version",
                event.version(),
                "id",
                event.id(),
                "type",
                event.type(),
                "schemaVersion",
                data.schemaVersion() == 1 ? null : data.schemaVersion(),
                "recordedAt",
                event.recordedAt(),
                "occurredAt",
                data.occurredAt(),
                "tags",
                event.tags().isEmpty() ? null : List.copyOf(event.tags()),
                "metadata",
                data.metadata().isEmpty() ? null : data.metadata().asMap(),
                "baseline",
                data.baseline() ? true : null,
                "contentType",
                data.contentType(),
                "data",
                payload,
                "dataBase64",
                payload == null ? Base64.getEncoder().encodeToString(data.payload()) : null);
    }

    private String text(RecordedEvent event) {
        EventData data = event.data();
        var line = new StringBuilder(String.format("%8d  ", event.position()));
        line.append(console.dim((data.occurredAt() == null ? event.recordedAt() : data.occurredAt()).toString()));
        line.append("  ").append(console.bold(Text.printable(event.stream().toString(), 1100)));
        line.append(" #").append(event.version()).append("  ");
        line.append(Text.printable(event.type(), 255));
        line.append(data.schemaVersion() == 1 ? "" : " v" + data.schemaVersion());
        line.append(data.baseline() ? " (baseline)" : "").append("  ");
        line.append(payload(data));
        if (!event.tags().isEmpty()) {
            line.append("  ").append(console.dim(Text.printable(event.tags().toString(), 300)));
        }
        String metadata = data.metadata().asMap().entrySet().stream()
                .filter(entry -> !entry.getKey().startsWith("$"))
                .map(Map.Entry::toString)
                .collect(Collectors.joining(" "));
        return metadata.isEmpty()
                ? line.toString()
                : line.append("  ")
                        .append(console.dim(Text.printable(metadata, 300)))
                        .toString();
    }

    private static String payload(EventData data) {
        String text = data.payloadText();
        return text.chars().anyMatch(c -> c == '\ufffd' || (c < ' ' && !Character.isWhitespace(c)))
                ? "(" + Text.count(data.payload().length, "byte") + ")"
                : Text.printable(text, PAYLOAD);
    }
}
