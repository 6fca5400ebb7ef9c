// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.jackson;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** The one way in which this module takes JSON apart and puts it together. */
final class JsonText {
    // As large as a payload may be: the limits of the log decide, not those of the parser.
    static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNestingDepth(1000)
                    .build())
            .build();

    private JsonText() {}

    static JsonParser parser(byte[] json) {
        return FACTORY.createParser(ObjectReadContext.empty(), json);
    }

    /** The text, if the bytes are one JSON value that can stand inside a line; otherwise null. */
    static @Nullable String oneLine(byte[] payload) {
        if (payload.length == 0 || isSpace(payload[0]) || isSpace(payload[payload.length - 1])) {
            return null;
        }
        for (byte b : payload) {
            if (b == '\n' || b == '\r') {
                return null;
            }
        }
        try (JsonParser parser = parser(payload)) {
            String text = decode(payload);
            parser.nextToken();
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null && text.charAt(0) != '\ufeff' ? text : null;
        } catch (JacksonException | CharacterCodingException e) {
            return null;
        }
    }

    static String decode(byte[] utf8) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    }

    static boolean isJson(String contentType) {
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return type.endsWith("/json") || type.endsWith("+json");
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t';
    }
}
