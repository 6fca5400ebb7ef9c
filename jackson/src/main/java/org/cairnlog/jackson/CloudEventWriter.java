// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.jackson;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventIds;
import org.cairnlog.event.Metadata;
import org.cairnlog.event.RecordedEvent;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/** Writes one event as a CloudEvent. */
final class CloudEventWriter {
    private static final Set<String> TAKEN =
            Set.of("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "data");

    private CloudEventWriter() {}

    static byte[] write(RecordedEvent event) {
        var line = new ByteArrayOutputStream();
        EventData data = event.data();
        try (JsonGenerator json = JsonText.FACTORY.createGenerator(ObjectWriteContext.empty(), line)) {
            json.writeStartObject();
            json.writeStringProperty("specversion", "1.0");
            String imported = importedId(event);
            json.writeStringProperty("id", imported == null ? data.id().toString() : imported);
            json.writeStringProperty("source", event.stream().category());
            json.writeStringProperty("type", data.type());
            json.writeStringProperty("subject", event.stream().id());
            if (data.occurredAt() != null) {
                json.writeStringProperty("time", data.occurredAt().toString());
            }
            if (!data.contentType().equals(CloudEvents.JSON)) {
                json.writeStringProperty("datacontenttype", data.contentType());
            }
            extensions(json, data, imported != null);
            payload(json, data);
            json.writeEndObject();
        }
        return line.toByteArray();
    }

    /** The id that the event had as a CloudEvent; null if it was none. */
    private static @Nullable String importedId(RecordedEvent event) {
        Metadata metadata = event.data().metadata();
        return metadata.get(CloudEvents.SOURCE) instanceof String source
                        && metadata.get(CloudEvents.ID) instanceof String id
                        && source.equals(event.stream().category())
                        && EventIds.named(source, id).equals(event.id())
                ? id
                : null;
    }

    private static void extensions(JsonGenerator json, EventData data, boolean imported) {
        if (data.metadata().get(CloudEvents.DATA_SCHEMA) instanceof String schema) {
            json.writeStringProperty("dataschema", schema);
        }
        if (!imported) {
            json.writeStringProperty("cairnid", data.id().toString());
        }
        if (data.schemaVersion() > 1) {
            json.writeNumberProperty("cairnschema", data.schemaVersion());
        }
        if (!data.tags().isEmpty()) {
            json.writeStringProperty(
                    "cairntags",
                    data.tags().stream()
                            .map(tag -> tag.replace("%", "%25").replace(" ", "%20"))
                            .collect(Collectors.joining(" ")));
        }
        if (data.baseline()) {
            json.writeBooleanProperty("cairnbaseline", true);
        }
        metadata(json, data.metadata(), imported);
    }

    private static void metadata(JsonGenerator json, Metadata metadata, boolean imported) {
        Metadata rest = Metadata.empty();
        for (Map.Entry<String, Object> entry : metadata.asMap().entrySet()) {
            String key = entry.getKey();
            boolean said = key.equals(CloudEvents.DATA_SCHEMA)
                    || (imported && (key.equals(CloudEvents.SOURCE) || key.equals(CloudEvents.ID)));
            switch (entry.getValue()) {
                case String value when said -> {}
                case String value when key.startsWith("$") -> rest = rest.withReserved(key, value);
                case String value when isAttribute(key) -> json.writeStringProperty(key, value);
                case Long value when isAttribute(key) -> json.writeNumberProperty(key, value);
                case Boolean value when isAttribute(key) -> json.writeBooleanProperty(key, value);
                default -> rest = CloudEventReader.metadata(rest, Map.of(key, entry.getValue()));
            }
        }
        if (!rest.isEmpty()) {
            json.writeStringProperty("cairnmeta", rest.toString());
        }
    }

    private static boolean isAttribute(String key) {
        return key.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
                && !key.startsWith("cairn")
                && !TAKEN.contains(key);
    }

    private static void payload(JsonGenerator json, EventData data) {
        byte[] payload = data.payload();
        String text = JsonText.isJson(data.contentType()) ? JsonText.oneLine(payload) : null;
        if (text != null) {
            json.writeName("data");
            json.writeRawValue(text);
        } else if (payload.length > 0) {
            json.writeStringProperty("data_base64", Base64.getEncoder().encodeToString(payload));
        }
    }
}
