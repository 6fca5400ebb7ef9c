// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.event;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is said about an event beside its payload: a flat map of text to text, long, decimal, boolean or instant.
 * Immutable. Two values are equal if type and value are; decimals are kept without trailing zeros.
 *
 * <p>Keys that begin with {@code $} are Cairn's own. Metadata is never encrypted: nothing personal belongs here.
 */
public final class Metadata {
    private static final Metadata EMPTY = new Metadata(new TreeMap<>(Limits.BYTE_ORDER), "");

    private final SortedMap<String, Object> values;
    private final String text;
    private final int bytes;

    private Metadata(SortedMap<String, Object> values, String text) {
        this.values = Collections.unmodifiableSortedMap(values);
        this.text = text;
        this.bytes = text.getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * No metadata.
     *
     * @return the empty map
     */
    public static Metadata empty() {
        return EMPTY;
    }

    /**
     * One text.
     *
     * @param key the key
     * @param value the value
     * @return a map of one entry
     */
    public static Metadata of(String key, String value) {
        return EMPTY.with(key, value);
    }

    /**
     * With a text, in place of what the key had.
     *
     * @param key at most 255 UTF-8 bytes, not beginning with {@code $}
     * @param value well-formed Unicode without U+0000, may be empty
     * @return a new map
     * @throws IllegalArgumentException if key or value is not allowed, or the whole grows too large
     */
    public Metadata with(String key, String value) {
        return put(
                userKey(key), Limits.textOrEmpty("metadata value of " + key, value, Limits.STANDARD.metadataBytes()));
    }

    /**
     * With a whole number, in place of what the key had.
     *
     * @param key as for a text
     * @param value the number
     * @return a new map
     */
    public Metadata with(String key, long value) {
        return put(userKey(key), value);
    }

    /**
     * With a decimal, in place of what the key had.
     *
     * @param key as for a text
     * @param value the number; 1.0 and 1.00 are the same
     * @return a new map
     */
    public Metadata with(String key, BigDecimal value) {
        return put(userKey(key), value.stripTrailingZeros());
    }

    /**
     * With yes or no, in place of what the key had.
     *
     * @param key as for a text
     * @param value yes or no
     * @return a new map
     */
    public Metadata with(String key, boolean value) {
        return put(userKey(key), value);
    }

    /**
     * With a point in time, in place of what the key had.
     *
     * @param key as for a text
     * @param value to the nanosecond
     * @return a new map
     */
    public Metadata with(String key, Instant value) {
        return put(userKey(key), value);
    }

    /**
     * With a text under one of Cairn's own keys; for stores and importers.
     *
     * @param key begins with {@code $}
     * @param value the value
     * @return a new map
     * @throws IllegalArgumentException if the key does not begin with {@code $}
     */
    public Metadata withReserved(String key, String value) {
        if (!key.startsWith("$")) {
            throw new IllegalArgumentException("\"" + key + "\" is not one of Cairn's own keys; use with(key, value).");
        }
        return put(key, Limits.textOrEmpty("metadata value of " + key, value, Limits.STANDARD.metadataBytes()));
    }

    /**
     * With every entry of another, in place of what their keys had.
     *
     * @param other the entries to add
     * @return a new map
     * @throws IllegalArgumentException if the whole grows too large
     */
    public Metadata withAll(Metadata other) {
        Metadata all = this;
        for (Map.Entry<String, Object> entry : other.values.entrySet()) {
            all = all.put(entry.getKey(), entry.getValue());
        }
        return all;
    }

    /**
     * The value of a key.
     *
     * @param key the key
     * @return a String, Long, BigDecimal, Boolean or Instant; null if the key is absent
     */
    public @Nullable Object get(String key) {
        return values.get(key);
    }

    /**
     * All entries in key order.
     *
     * @return an unmodifiable map to String, Long, BigDecimal, Boolean or Instant
     */
    public SortedMap<String, Object> asMap() {
        return values;
    }

    /**
     * What the metadata counts against the limits of an append and a page.
     *
     * @return the length of the text form, in UTF-8 bytes
     */
    public int size() {
        return bytes;
    }

    /**
     * Whether there is nothing in it.
     *
     * @return true if empty
     */
    public boolean isEmpty() {
        return values.isEmpty();
    }

    /**
     * Whether every entry of the other is here too, with equal type and value.
     *
     * @param other the entries asked for
     * @return true also if the other is empty
     */
    public boolean containsAll(Metadata other) {
        return values.entrySet().containsAll(other.values.entrySet());
    }

    /**
     * The text form that stores keep: a line {@code key=t:value} for each entry in key order, where t is the type (s
     * text, l long, d decimal, b boolean, i instant) and backslash, line feed, and the equals sign of a key are
     * escaped by a backslash.
     *
     * @return the same text for equal metadata
     */
    @Override
    public String toString() {
        return text;
    }

    /**
     * Reads the text form.
     *
     * @param text what {@link #toString} wrote
     * @return the metadata
     * @throws IllegalArgumentException if the text is not of that form
     */
    public static Metadata parse(String text) {
        if (text.isEmpty()) {
            return EMPTY;
        }
        SortedMap<String, Object> values = new TreeMap<>(Limits.BYTE_ORDER);
        int at = 0;
        while (at < text.length()) {
            int equals = unescaped(text, '=', at);
            int end = unescaped(text, '\n', equals + 1);
            values.put(unescape(text.substring(at, equals)), value(text.substring(equals + 1, end)));
            at = end + 1;
        }
        return new Metadata(values, text);
    }

    /** Both, for a query that asks for both. */
    Metadata and(Metadata other) {
        Metadata both = this;
        for (Map.Entry<String, Object> entry : other.values.entrySet()) {
            Object known = values.get(entry.getKey());
            if (known != null && !known.equals(entry.getValue())) {
                throw new IllegalArgumentException("No event could match: the metadata key " + entry.getKey()
                        + " is asked to be " + known + " and " + entry.getValue() + ".");
            }
            both = both.put(entry.getKey(), entry.getValue());
        }
        return both;
    }

    private Metadata put(String key, Object value) {
        SortedMap<String, Object> changed = new TreeMap<>(values);
        changed.put(key, value);
        var form = new StringBuilder();
        changed.forEach((k, v) -> form.append(escape(k).replace("=", "\\="))
                .append('=')
                .append(typed(v))
                .append('\n'));
        return new Metadata(changed, Limits.text("metadata", form.toString(), Limits.STANDARD.metadataBytes()));
    }

    private static String userKey(String key) {
        Limits.text("metadata key", key, Limits.STANDARD.nameBytes());
        if (key.startsWith("$")) {
            throw new IllegalArgumentException(
                    "The metadata key \"" + key + "\" begins with $, which is kept for Cairn itself.");
        }
        return key;
    }

    private static String typed(Object value) {
        return switch (value) {
            case String s -> "s:" + escape(s);
            case Long l -> "l:" + l;
            case BigDecimal d -> "d:" + d;
            case Boolean b -> "b:" + b;
            case Instant i -> "i:" + i;
            default -> throw new IllegalStateException("No metadata type: " + value.getClass());
        };
    }

    private static Object value(String typed) {
        String value = typed.substring(Math.min(2, typed.length()));
        return switch (typed.isEmpty() ? ' ' : typed.charAt(0)) {
            case 's' -> unescape(value);
            case 'l' -> Long.valueOf(value);
            case 'd' -> new BigDecimal(value);
            case 'b' -> Boolean.valueOf(value);
            case 'i' -> Instant.parse(value);
            default -> throw new IllegalArgumentException("No metadata: \"" + typed + "\" has no known type.");
        };
    }

    private static int unescaped(String text, char wanted, int from) {
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == wanted) {
                return i;
            }
        }
        throw new IllegalArgumentException("No metadata: an entry has no " + (wanted == '=' ? "=" : "end") + ".");
    }

    private static String escape(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\\n");
    }

    private static String unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        var plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            plain.append(c == '\\' && i + 1 < text.length() ? text.charAt(++i) : c);
        }
        return plain.toString();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Metadata that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /**
     * The entries as an ordinary map, for those who build metadata from one.
     *
     * @param values to String, Long, Integer, BigDecimal, Boolean or Instant
     * @return the metadata
     * @throws IllegalArgumentException if a key or a value is not allowed
     */
    public static Metadata copyOf(Map<String, ?> values) {
        Metadata metadata = EMPTY;
        for (Map.Entry<String, ?> entry : values.entrySet()) {
            String key = entry.getKey();
            metadata = switch (entry.getValue()) {
                case String s -> metadata.with(key, s);
                case Long l -> metadata.with(key, l);
                case Integer i -> metadata.with(key, i.longValue());
                case BigDecimal d -> metadata.with(key, d);
                case Boolean b -> metadata.with(key, b);
                case Instant i -> metadata.with(key, i);
                default ->
                    throw new IllegalArgumentException("The metadata value of " + key
                            + " is a " + entry.getValue().getClass().getName()
                            + "; allowed are String, Long, BigDecimal, Boolean and Instant.");
            };
        }
        return metadata;
    }
}
