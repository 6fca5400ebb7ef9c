// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.event;

import java.util.Comparator;

/**
 * The bounds that every log keeps. They are the same in every store, so that an event accepted by one is accepted by
 * all, and they are checked when a value is made, before anything waits in a queue.
 *
 * @param nameBytes category, event type, tag, metadata key, label name and content type, in UTF-8 bytes
 * @param streamIdBytes the id of a stream within its category, in UTF-8 bytes
 * @param tags tags of one event
 * @param metadataBytes the text form of an event's metadata, in UTF-8 bytes
 * @param payloadBytes the payload of one event
 * @param labels labels of one stream
 * @param labelBytes the value of a label, in UTF-8 bytes
 * @param appendEvents events of one append
 * @param appendBytes payloads and metadata of one append together
 * @param pageEvents events of one page of a read
 * @param pageBytes payloads and metadata of one page, unless its only event is larger
 * @param queryItems items of one query
 * @param queryValues values of one kind in one item of a query
 */
public record Limits(
        int nameBytes,
        int streamIdBytes,
        int tags,
        int metadataBytes,
        int payloadBytes,
        int labels,
        int labelBytes,
        int appendEvents,
        int appendBytes,
        int pageEvents,
        int pageBytes,
        int queryItems,
        int queryValues) {
    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    /** The bounds themselves. */
    public static final Limits STANDARD =
            new Limits(255, 1024, 64, 64 * KIB, 16 * MIB, 64, 1024, 50_000, 32 * MIB, 500, 8 * MIB, 64, 1024);

    /**
     * The order of every key in every store: the order of the UTF-8 bytes, which is that of the code points and not
     * that of {@link String#compareTo}.
     */
    public static final Comparator<String> BYTE_ORDER = Limits::compareBytes;

    /**
     * Checks a name or a text that a store will keep: not empty, well-formed Unicode, without U+0000, and not too
     * long.
     *
     * @param what how an error names the text, for example "event type"
     * @param text the text
     * @param maxBytes the most UTF-8 bytes that it may take
     * @return the text
     * @throws IllegalArgumentException if the text breaks one of these rules
     */
    public static String text(String what, String text, int maxBytes) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("The " + what + " is empty; it needs at least one character.");
        }
        return textOrEmpty(what, text, maxBytes);
    }

    /**
     * Checks like {@link #text}, but an empty text passes.
     *
     * @param what how an error names the text
     * @param text the text
     * @param maxBytes the most UTF-8 bytes that it may take
     * @return the text
     * @throws IllegalArgumentException if the text is malformed or too long
     */
    public static String textOrEmpty(String what, String text, int maxBytes) {
        long bytes = utf8Length(what, text);
        if (bytes > maxBytes) {
            throw new IllegalArgumentException("The " + what + " takes " + bytes + " UTF-8 bytes; at most " + maxBytes
                    + " are allowed. It begins with \"" + text.substring(0, text.offsetByCodePoints(0, 20)) + "\".");
        }
        return text;
    }

    private static long utf8Length(String what, String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new IllegalArgumentException(
                        "The " + what + " contains U+0000 at index " + i + "; not every store can keep it.");
            } else if (c < 0x80) {
                bytes += 1;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(c)) {
                bytes += 3;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                throw new IllegalArgumentException(
                        "The " + what + " is not well-formed Unicode: a lone surrogate at index " + i + ".");
            }
        }
        return bytes;
    }

    private static int compareBytes(String a, String b) {
        int shorter = Math.min(a.length(), b.length());
        for (int i = 0; i < shorter; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                // Surrogates stand for code points above all other chars, though their values lie below U+E000.
                boolean mixed = Character.isSurrogate(x) != Character.isSurrogate(y);
                return mixed ? (Character.isSurrogate(x) ? 1 : -1) : Character.compare(x, y);
            }
        }
        return Integer.compare(a.length(), b.length());
    }
}
