// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.codec;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an event becomes bytes and back, for example JSON; what an implementer of another format writes. It knows no type
 * names, no schema versions and no keys: those are the codec's. Safe for use by many threads.
 *
 * <p>What it throws is an {@link IllegalArgumentException} whose text names classes and fields and holds no content,
 * because it ends in logs.
 */
public interface PayloadFormat {
    /**
     * The media type of what it writes.
     *
     * @return for example {@code application/json}
     */
    String contentType();

    /**
     * Writes a value.
     *
     * @param value an event, or fields as {@link #fields} gives them
     * @return the bytes
     * @throws IllegalArgumentException if it cannot be written
     */
    byte[] write(Object value);

    /**
     * Reads an event.
     *
     * @param payload what {@link #write} wrote
     * @param type the class of the event
     * @return the event
     * @throws IllegalArgumentException if the bytes are no such event
     * @param <T> the class
     */
    <T> T read(byte[] payload, Class<T> type);

    /**
     * Reads an event without its class.
     *
     * @param payload what {@link #write} wrote for something that has fields
     * @return the fields in the order in which they were written, changeable. A value is null, Boolean, String,
     *     Integer, Long or BigInteger by its size, BigDecimal, a List of such values, or a Map from String to them
     * @throws IllegalArgumentException if the bytes hold no fields
     */
    Map<String, @Nullable Object> fields(byte[] payload);

    /**
     * What the fields of an event are, in words that a reviewer reads in {@code events.txt}.
     *
     * @param type the class of the event
     * @return field to kind, in the order in which they are written
     */
    Map<String, String> describe(Class<?> type);
}
