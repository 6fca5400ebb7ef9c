// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.event;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The name of a stream: the events of one thing. The category says what kind of thing it is, the id which one.
 *
 * <p>Any text may be either, within the limits; a category that begins with {@code $} is Cairn's own. Streams are
 * ordered by the UTF-8 bytes of category, then id.
 *
 * @param category the kind of thing, at most 255 UTF-8 bytes
 * @param id which thing of that kind, at most 1,024 UTF-8 bytes
 */
public record StreamId(String category, String id) implements Comparable<StreamId> {
    /** How many buckets the streams of a log fall into. */
    public static final int BUCKETS = 1024;

    /**
     * Checks both parts.
     *
     * @throws IllegalArgumentException if a part is empty, too long or malformed, or the category is reserved
     */
    public StreamId {
        category(category);
        Limits.text("stream id", id, Limits.STANDARD.streamIdBytes());
    }

    static String category(String category) {
        Limits.text("category", category, Limits.STANDARD.nameBytes());
        if (category.startsWith("$")) {
            throw new IllegalArgumentException("The category \"" + category
                    + "\" begins with $, which is kept for Cairn itself; choose another name.");
        }
        return category;
    }

    /**
     * Names a stream.
     *
     * @param category the kind of thing
     * @param id which thing of that kind
     * @return the name
     * @throws IllegalArgumentException as the constructor
     */
    public static StreamId of(String category, String id) {
        return new StreamId(category, id);
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @param text category, slash, id
     * @return the name
     * @throws IllegalArgumentException if the text has no slash, or a part is not allowed
     */
    public static StreamId parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 1) {
            throw new IllegalArgumentException("\"" + text + "\" names no stream: write category/id, for example"
                    + " account/42. A slash inside the category is written %2F.");
        }
        return new StreamId(
                text.substring(0, slash).replace("%2F", "/").replace("%2f", "/").replace("%25", "%"),
                text.substring(slash + 1));
    }

    /**
     * The share of the log that this stream belongs to, from 0 to 1023, for consumers that divide the work. It is
     * the low ten bits of the CRC-32C (RFC 3720) over the category's UTF-8 bytes, one zero byte and the id's UTF-8
     * bytes, and will not change.
     *
     * @return the bucket
     */
    public int bucket() {
        var crc = new CRC32C();
        crc.update(category.getBytes(StandardCharsets.UTF_8));
        crc.update(0);
        crc.update(id.getBytes(StandardCharsets.UTF_8));
        return (int) (crc.getValue() & (BUCKETS - 1));
    }

    @Override
    public int compareTo(StreamId other) {
        int byCategory = Limits.BYTE_ORDER.compare(category, other.category);
        return byCategory != 0 ? byCategory : Limits.BYTE_ORDER.compare(id, other.id);
    }

    /**
     * Category, slash, id; a slash or a percent sign inside the category is written {@code %2F} or {@code %25}.
     *
     * @return the text that {@link #parse} reads
     */
    @Override
    public String toString() {
        return category.replace("%", "%25").replace("/", "%2F") + "/" + id;
    }
}
