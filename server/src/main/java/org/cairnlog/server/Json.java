// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** One line of JSON for machines. */
final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    /** A value that is JSON already. */
    record Raw(String json) {}

    private Json() {}

    /** An object of names and values in turn; a null leaves its name out. */
    static String object(@Nullable Object... namesAndValues) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Object value = namesAndValues[i + 1];
            if (value != null) {
                members.put(String.valueOf(namesAndValues[i]), value);
            }
        }
        return text(members);
    }

    static String text(Object value) {
        var text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            write(json, value);
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, Object value) {
        switch (value) {
            case Map<?, ?> map -> {
                json.writeStartObject();
                map.forEach((name, member) -> {
                    json.writeName(name.toString());
                    write(json, member);
                });
                json.writeEndObject();
            }
            case Iterable<?> list -> {
                json.writeStartArray();
                list.forEach(element -> write(json, element));
                json.writeEndArray();
            }
            case Raw raw -> json.writeRawValue(raw.json);
            case Long number -> json.writeNumber(number);
            case Integer number -> json.writeNumber(number);
            case BigDecimal number -> json.writeNumber(number);
            case Boolean flag -> json.writeBoolean(flag);
            default -> json.writeString(value.toString());
        }
    }

    /** What is wrong with a text that should be JSON; empty if nothing. */
    static Optional<String> problem(byte[] utf8) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), utf8)) {
            if (parser.nextToken() == null) {
                return Optional.of("it is empty");
            }
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null ? Optional.empty() : Optional.of("there is more after the first value");
        } catch (JacksonException e) {
            return Optional.of(String.valueOf(e.getOriginalMessage()).replaceAll("\\s+", " "));
        }
    }

    /** The payload as JSON for one line; null if it is something else. */
    static @Nullable Raw raw(byte[] payload, String text) {
        return problem(payload).isPresent() || text.indexOf('\ufffd') >= 0
                ? null
                : new Raw(text.replaceAll("[\\r\\n]+\\s*", " "));
    }

    /** The texts and numbers of an object's first level, as texts. */
    static Map<String, String> members(byte[] utf8) {
        Map<String, String> members = new LinkedHashMap<>();
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), utf8)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return members;
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                if (parser.nextToken().isScalarValue()) {
                    members.put(name, parser.getString());
                } else {
                    parser.skipChildren();
                }
            }
        } catch (JacksonException e) {
            return Map.of();
        }
        return members;
    }
}
