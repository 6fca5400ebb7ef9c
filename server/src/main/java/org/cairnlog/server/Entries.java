// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cairnlog.event.Metadata;

/** Reads entries of the form name=value. */
final class Entries {
    private Entries() {}

    static Map.Entry<String, String> parse(String option, String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw Refused.usage(option + " \"" + text + "\": expected name=value");
        }
        return Map.entry(text.substring(0, equals), text.substring(equals + 1));
    }

    static Map<String, String> parse(String option, List<String> texts) {
        Map<String, String> entries = new LinkedHashMap<>();
        texts.forEach(text -> {
            Map.Entry<String, String> entry = parse(option, text);
            if (entries.put(entry.getKey(), entry.getValue()) != null) {
                throw Refused.usage(option + " \"" + text + "\": " + entry.getKey() + " was given before");
            }
        });
        return entries;
    }

    /** Metadata from key=text, and key:=value for numbers, true and false. */
    static Metadata metadata(List<String> texts) {
        Metadata metadata = Metadata.empty();
        for (String text : texts) {
            Map.Entry<String, String> entry = parse("--meta", text);
            String key = entry.getKey();
            metadata = key.endsWith(":") && key.length() > 1
                    ? typed(metadata, text, key.substring(0, key.length() - 1), entry.getValue())
                    : metadata.with(key, entry.getValue());
        }
        return metadata;
    }

    private static Metadata typed(Metadata metadata, String text, String key, String value) {
        if (value.equals("true") || value.equals("false")) {
            return metadata.with(key, value.equals("true"));
        }
        try {
            return value.matches("[+-]?\\d{1,18}")
                    ? metadata.with(key, Long.parseLong(value))
                    : metadata.with(key, new BigDecimal(value));
        } catch (NumberFormatException e) {
            throw Refused.usage("--meta \"" + text + "\": expected a number, true or false after :=", e);
        }
    }
}
