// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.jackson;

import org.cairnlog.codec.EventTypes;
import org.cairnlog.codec.PayloadFormat;
import org.cairnlog.codec.SubjectKeys;
import org.cairnlog.codec.TypedCodec;
import org.cairnlog.decider.StateCodec;
import tools.jackson.databind.JacksonModule;

/**
 * Events in JSON, by a Jackson mapper of its own: what the application does with Jackson, in whichever version, changes
 * nothing here.
 *
 * <p>Records, classes with a constructor, and the types of {@code java.time} need no set-up. A field whose type is a
 * sealed interface or class carries the simple name of the actual class in {@code @type}. Times are written as text
 * (ISO 8601), decimals with all their digits, fields in the order of the record's components.
 *
 * <p>Reading is strict, because an event that is half understood decides wrongly: a field that the class does not
 * have is refused, and so are a missing primitive, a number in place of text, text in place of a number, and anything
 * behind the value. A missing reference is null; the constructor says whether that is allowed. A class that wants to
 * know some fields only, say of an event that another team writes, says so by Jackson's annotation {@code
 * @JsonIgnoreProperties}.
 */
public final class Json {
    private static final PayloadFormat FORMAT = format();

    private Json() {}

    /**
     * The codec of some types in JSON.
     *
     * @param types all types of the application
     * @return reads and writes them
     * @throws IllegalArgumentException if there is no type, or the root is sealed and a class that it permits is
     *     missing
     * @param <E> the root of the application's events
     */
    public static <E> TypedCodec<E> codec(EventTypes<E> types) {
        return types.codec(FORMAT);
    }

    /**
     * The codec of some types in JSON, of which some are personal.
     *
     * @param types all types of the application
     * @param keys the keys of the subjects
     * @return reads and writes them
     * @throws IllegalArgumentException as the other one, or if a personal field is none of its class
     * @param <E> the root of the application's events
     */
    public static <E> TypedCodec<E> codec(EventTypes<E> types, SubjectKeys keys) {
        return types.codec(FORMAT, keys);
    }

    /**
     * The codec of a state that snapshots keep, in JSON.
     *
     * @param schema which state, and which shape of it, for example {@code account-2}; see {@link StateCodec#schema}
     * @param type its class
     * @return writes and reads it
     * @param <S> the state
     */
    public static <S> StateCodec<S> state(String schema, Class<S> type) {
        return StateCodec.of(schema, FORMAT::write, bytes -> FORMAT.read(bytes, type));
    }

    /**
     * JSON as a format, for {@link EventTypes#codec(PayloadFormat)}.
     *
     * @param modules Jackson modules for classes that Jackson cannot read and write by itself, such as amounts of money
     * @return the format
     */
    public static PayloadFormat format(JacksonModule... modules) {
        return new JsonFormat(modules);
    }
}
