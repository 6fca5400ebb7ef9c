// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.jackson;

import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventIds;
import org.cairnlog.event.Metadata;
import org.cairnlog.event.StreamId;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads one CloudEvent. */
final class CloudEventReader {
    private static final Set<String> CONTEXT =
            Set.of("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema");
    private static final Set<String> CAIRN =
            Set.of("cairnid", "cairnschema", "cairntags", "cairnbaseline", "cairnmeta");

    private final byte[] json;
    // In the order of the line; String, Long or Boolean.
    private final Map<String, Object> attributes = new LinkedHashMap<>();
    private final Map<String, JsonToken> data = new HashMap<>();
    private byte[] value = {};

    CloudEventReader(byte[] json) {
        this.json = json;
    }

    CloudEvents.Incoming read() {
        try (JsonParser parser = JsonText.parser(json)) {
            JsonText.decode(json);
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new InvalidCloudEvent("expected a JSON object, found " + found(parser));
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                member(parser, parser.currentName());
            }
            if (parser.nextToken() != null) {
                throw new InvalidCloudEvent("expected one JSON object, found more after it");
            }
        } catch (CharacterCodingException e) {
            throw new InvalidCloudEvent("expected JSON in UTF-8, found bytes that are not UTF-8", e);
        } catch (JacksonException e) {
            throw new InvalidCloudEvent(
                    "expected a JSON object, found malformed JSON" + place(e) + ": " + reason(e), e);
        }
        return event();
    }

    /** The parser's reason, without where an unfinished value began: that names the parser's settings. */
    private static String reason(JacksonException e) {
        String reason = e.getOriginalMessage();
        int where = reason.indexOf(" (start marker at ");
        return where < 0 ? reason : reason.substring(0, where);
    }

    private void member(JsonParser parser, String name) {
        JsonToken token = parser.nextToken();
        if (name.equals("data") || name.equals("data_base64")) {
            if (data.put(name, token) != null) {
                throw InvalidCloudEvent.attribute(name, "it once", "it twice");
            }
            value = name.equals("data") ? verbatim(parser) : base64(parser);
        } else if (token != JsonToken.VALUE_NULL) {
            // A null is the same as no attribute.
            if (attributes.put(name, attribute(parser, name, token)) != null) {
                throw InvalidCloudEvent.attribute(name, "it once", "it twice");
            }
        }
    }

    private static Object attribute(JsonParser parser, String name, JsonToken token) {
        switch (token) {
            case VALUE_STRING -> {
                return parser.getString();
            }
            case VALUE_TRUE, VALUE_FALSE -> {
                return token == JsonToken.VALUE_TRUE;
            }
            case VALUE_NUMBER_INT -> {
                String digits = parser.getString();
                try {
                    return Long.valueOf(digits);
                } catch (NumberFormatException e) {
                    throw InvalidCloudEvent.attribute(name, "a whole number of 64 bits", digits);
                }
            }
            default ->
                throw InvalidCloudEvent.attribute(
                        name, CONTEXT.contains(name) ? "text" : "text, a whole number or a boolean", found(parser));
        }
    }

    /** The bytes of the value as they stand in the line. */
    private byte[] verbatim(JsonParser parser) {
        int start = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        return Arrays.copyOfRange(json, start, (int) parser.currentLocation().getByteOffset());
    }

    private static byte[] base64(JsonParser parser) {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw InvalidCloudEvent.attribute("data_base64", "text in base 64", found(parser));
        }
        try {
            return Base64.getDecoder().decode(parser.getString());
        } catch (IllegalArgumentException e) {
            throw new InvalidCloudEvent(
                    "attribute \"data_base64\": expected text in base 64, found something else: " + e.getMessage(), e);
        }
    }

    private CloudEvents.Incoming event() {
        if (!required("specversion").equals("1.0")) {
            throw InvalidCloudEvent.attribute("specversion", "\"1.0\"", "\"" + required("specversion") + "\"");
        }
        if (data.size() > 1) {
            throw new InvalidCloudEvent("attributes \"data\" and \"data_base64\": expected one of them, found both");
        }
        String id = required("id");
        String source = required("source");
        String type = required("type");
        String subject = required("subject");
        if (type.startsWith("$")) {
            throw InvalidCloudEvent.attribute("type", "one that does not begin with $, which is Cairn's own", type);
        }
        String given = text("datacontenttype");
        String contentType = given == null ? CloudEvents.JSON : given;
        String named = text("cairnid");
        try {
            return new CloudEvents.Incoming(
                    StreamId.of(source, subject),
                    new EventData(
                            named == null ? EventIds.named(source, id) : uuid(named),
                            type,
                            schemaVersion(),
                            time(),
                            contentType,
                            payload(contentType),
                            metadata(named == null ? source : null, id),
                            tags(),
                            flag("cairnbaseline")));
        } catch (IllegalArgumentException e) {
            throw new InvalidCloudEvent("the event breaks a limit: " + e.getMessage(), e);
        }
    }

    /** JSON stays as it stands; a text of another content type is the payload itself. */
    private byte[] payload(String contentType) {
        if (data.get("data") != JsonToken.VALUE_STRING || JsonText.isJson(contentType)) {
            return value;
        }
        try (JsonParser parser = JsonText.parser(value)) {
            parser.nextToken();
            return parser.getString().getBytes(StandardCharsets.UTF_8);
        }
    }

    private Metadata metadata(@Nullable String source, String id) {
        Metadata metadata = Metadata.empty();
        String rest = text("cairnmeta");
        if (rest != null) {
            try {
                for (Map.Entry<String, Object> entry :
                        Metadata.parse(rest).asMap().entrySet()) {
                    metadata = entry.getKey().startsWith("$") && entry.getValue() instanceof String value
                            ? metadata.withReserved(entry.getKey(), value)
                            : metadata(metadata, Map.of(entry.getKey(), entry.getValue()));
                }
            } catch (IllegalArgumentException | DateTimeException e) {
                throw new InvalidCloudEvent(
                        "attribute \"cairnmeta\": expected metadata as Cairn writes it, found something else: "
                                + e.getMessage(),
                        e);
            }
        }
        Map<String, Object> extensions = new HashMap<>(attributes);
        extensions.keySet().removeAll(CONTEXT);
        extensions.keySet().removeAll(CAIRN);
        metadata = metadata(metadata, extensions);
        if (source != null) {
            metadata = metadata.withReserved(CloudEvents.SOURCE, source).withReserved(CloudEvents.ID, id);
        }
        String schema = text("dataschema");
        return schema == null ? metadata : metadata.withReserved(CloudEvents.DATA_SCHEMA, schema);
    }

    static Metadata metadata(Metadata metadata, Map<String, Object> values) {
        for (Map.Entry<String, Object> entry : Metadata.copyOf(values).asMap().entrySet()) {
            metadata = switch (entry.getValue()) {
                case String s -> metadata.with(entry.getKey(), s);
                case Long l -> metadata.with(entry.getKey(), l);
                case Boolean b -> metadata.with(entry.getKey(), b);
                case Instant i -> metadata.with(entry.getKey(), i);
                case BigDecimal d -> metadata.with(entry.getKey(), d);
                default -> throw new IllegalStateException("No metadata: " + entry);
            };
        }
        return metadata;
    }

    private String required(String name) {
        String text = text(name);
        if (text == null) {
            throw InvalidCloudEvent.attribute(name, "text", "nothing");
        }
        if (text.isEmpty()) {
            throw InvalidCloudEvent.attribute(name, "a text that is not empty", "an empty one");
        }
        return text;
    }

    private @Nullable String text(String name) {
        Object value = attributes.get(name);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw InvalidCloudEvent.attribute(name, "text", value.toString());
    }

    private @Nullable Instant time() {
        String time = text("time");
        try {
            return time == null ? null : Instant.parse(time);
        } catch (DateTimeException e) {
            throw InvalidCloudEvent.attribute("time", "a time like 2026-01-31T12:00:00Z", "\"" + time + "\"");
        }
    }

    private static UUID uuid(String text) {
        try {
            UUID uuid = UUID.fromString(text);
            if (uuid.toString().equals(text)) {
                return uuid;
            }
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        throw InvalidCloudEvent.attribute("cairnid", "a UUID in lower case", "\"" + text + "\"");
    }

    private int schemaVersion() {
        Object value = attributes.getOrDefault("cairnschema", 1L);
        if (value instanceof Long number && number >= 1 && number <= Integer.MAX_VALUE) {
            return number.intValue();
        }
        throw InvalidCloudEvent.attribute("cairnschema", "a whole number from 1", value.toString());
    }

    private boolean flag(String name) {
        Object value = attributes.getOrDefault(name, false);
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw InvalidCloudEvent.attribute(name, "true or false", value.toString());
    }

    private Set<String> tags() {
        Set<String> tags = new TreeSet<>();
        String text = text("cairntags");
        if (text != null) {
            for (String tag : text.split(" ", -1)) {
                tags.add(tag.replace("%20", " ").replace("%25", "%"));
            }
        }
        return tags;
    }

    private static String place(JacksonException e) {
        return e.getLocation() == null ? "" : " at column " + e.getLocation().getColumnNr();
    }

    private static String found(JsonParser parser) {
        JsonToken token = parser.currentToken();
        return switch (token) {
            case null -> "nothing";
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "text";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "the number " + parser.getString();
            default -> token.asString();
        };
    }
}
