// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.cairnlog.event.EventData;
import org.cairnlog.event.Limits;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a new event is made of. */
final class NewEventOptions {
    private static final int MOST = Limits.STANDARD.payloadBytes();

    @Option(
            names = "--data",
            paramLabel = "JSON",
            description = "The payload: JSON, @FILE, or - for standard input; {} if not given.")
    String data = "{}";

    @Option(
            names = "--content-type",
            paramLabel = "TYPE",
            description = "The payload's media type if it is not application/json.")
    String contentType = "application/json";

    @Option(
            names = "--id",
            paramLabel = "UUID",
            description = "The event's id, so that a repeat is recognised; else a new one.")
    @Nullable String id;

    @Option(names = "--tag", paramLabel = "TAG", description = "A tag, for queries and conditions.")
    List<String> tags = new ArrayList<>();

    @Option(
            names = "--meta",
            paramLabel = "KEY=TEXT",
            description = "Metadata; KEY:=VALUE for a number, true or false.")
    List<String> metadata = new ArrayList<>();

    @Option(
            names = "--schema-version",
            paramLabel = "N",
            description = "Which shape of the type the payload has, from 1.")
    int schemaVersion = 1;

    @Option(
            names = "--occurred-at",
            paramLabel = "TIME",
            description = "When it happened, for example 2026-01-31T12:00:00Z.")
    @Nullable String occurredAt;

    @Option(names = "--baseline", description = "The payload carries the whole state; what is before may be truncated.")
    boolean baseline;

    EventData event(String type, Console console) {
        byte[] payload = payload(console.in());
        Optional<String> problem = isJson() ? Json.problem(payload) : Optional.empty();
        if (problem.isPresent()) {
            throw Refused.usage(
                    "--data is no JSON: " + problem.get() + "; correct it, or say what it is with" + " --content-type");
        }
        EventData event = EventData.of(type, payload)
                .withContentType(contentType)
                .withSchemaVersion(schemaVersion)
                .withTags(tags)
                .withMetadata(Entries.metadata(metadata));
        if (id != null) {
            event = event.withId(uuid(id));
        }
        if (occurredAt != null) {
            event = event.withOccurredAt(FilterOptions.time("--occurred-at", occurredAt));
        }
        return baseline ? event.asBaseline() : event;
    }

    private boolean isJson() {
        return contentType.matches("(?i)[^;]*[/+]json\\s*(;.*)?");
    }

    private byte[] payload(InputStream in) {
        try {
            if (data.equals("-")) {
                return in.readNBytes(MOST + 1);
            }
            if (data.startsWith("@")) {
                try (InputStream file = Files.newInputStream(Path.of(data.substring(1)))) {
                    return file.readNBytes(MOST + 1);
                }
            }
            return data.getBytes(StandardCharsets.UTF_8);
        } catch (IOException | InvalidPathException e) {
            throw Refused.usage("--data " + data + " cannot be read: " + e, e);
        }
    }

    private static UUID uuid(String text) {
        try {
            UUID uuid = UUID.fromString(text);
            if (uuid.toString().equalsIgnoreCase(text)) {
                return uuid;
            }
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        throw Refused.usage("--id \"" + text + "\": expected a UUID, for example 0190a2c4-7c1e-7000-8000-3f2504e04f89");
    }
}
