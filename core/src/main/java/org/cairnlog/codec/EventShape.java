// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.codec;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cairnlog.event.RecordedEvent;
import org.jspecify.annotations.Nullable;

/**
 * A stored event on its way from an old shape to that of today: a type, a schema version and fields. Immutable; every
 * change gives a changed copy. The place stays that of the stored event, whatever becomes of it.
 */
public final class EventShape {
    private final RecordedEvent stored;
    private final String type;
    private final int schemaVersion;
    // With Forgotten.FIELD where the content is lost.
    private final Map<String, @Nullable Object> fields;

    EventShape(RecordedEvent stored, String type, int schemaVersion, Map<String, @Nullable Object> fields) {
        this.stored = stored;
        this.type = type;
        this.schemaVersion = schemaVersion;
        this.fields = Collections.unmodifiableMap(fields);
    }

    /**
     * The event that this was, with its stream, place, time, metadata and tags.
     *
     * @return the event as the log gave it back
     */
    public RecordedEvent stored() {
        return stored;
    }

    /**
     * What it is.
     *
     * @return the name of the type
     */
    public String type() {
        return type;
    }

    /**
     * Which shape of the type it has.
     *
     * @return the schema version, from 1
     */
    public int schemaVersion() {
        return schemaVersion;
    }

    /**
     * The fields in order.
     *
     * @return an unmodifiable map; the values are null, Boolean, String, Integer, Long, BigInteger, BigDecimal, or
     *     List and Map of these
     */
    public Map<String, @Nullable Object> fields() {
        if (!fields.containsValue(Forgotten.FIELD)) {
            return fields;
        }
        Map<String, @Nullable Object> plain = new LinkedHashMap<>(fields);
        plain.replaceAll((name, value) -> Forgotten.without(value));
        return Collections.unmodifiableMap(plain);
    }

    Map<String, @Nullable Object> values() {
        return fields;
    }

    /**
     * Whether the content of a field is lost, because its subject has been forgotten. It then reads as null, as empty
     * text and as zero; under another name it is still forgotten.
     *
     * @param field the name
     * @return true if nobody can read it any more
     */
    public boolean isForgotten(String field) {
        return fields.get(field) == Forgotten.FIELD;
    }

    /**
     * Whether there is such a field, if only with null in it.
     *
     * @param field the name
     * @return true if it was written
     */
    public boolean has(String field) {
        return fields.containsKey(field);
    }

    /**
     * The value of a field.
     *
     * @param field the name
     * @return what {@link #fields} says; null also if there is no such field
     */
    public @Nullable Object get(String field) {
        return Forgotten.without(fields.get(field));
    }

    /**
     * The text of a field.
     *
     * @param field the name
     * @return the text
     * @throws IllegalArgumentException if there is no such field, or it holds no text
     */
    public String text(String field) {
        return isForgotten(field) ? "" : required(field, String.class, "text");
    }

    /**
     * The whole number of a field.
     *
     * @param field the name
     * @return the number
     * @throws IllegalArgumentException if there is no such field, or it holds no number that fits
     */
    public long number(String field) {
        return switch (isForgotten(field) ? 0 : required(field, Number.class, "number")) {
            case Integer number -> number;
            case Long number -> number;
            default -> throw new IllegalArgumentException("The field " + field + " holds no whole number that fits.");
        };
    }

    /**
     * The number of a field, with all its digits.
     *
     * @param field the name
     * @return the number
     * @throws IllegalArgumentException if there is no such field, or it holds no number
     */
    public BigDecimal decimal(String field) {
        Number number = isForgotten(field) ? 0 : required(field, Number.class, "number");
        return number instanceof BigDecimal decimal ? decimal : new BigDecimal(number.toString());
    }

    /**
     * With a value in a field, in place of what it had or behind the others.
     *
     * @param field the name
     * @param value what the format can write: null, Boolean, String, a number, or List and Map of these
     * @return a changed copy
     */
    public EventShape with(String field, @Nullable Object value) {
        Map<String, @Nullable Object> changed = new LinkedHashMap<>(fields);
        changed.put(field, value);
        return new EventShape(stored, type, schemaVersion, changed);
    }

    /**
     * Without some fields; one that is not there is not missed.
     *
     * @param names the names
     * @return a changed copy
     */
    public EventShape without(String... names) {
        Map<String, @Nullable Object> changed = new LinkedHashMap<>(fields);
        changed.keySet().removeAll(Arrays.asList(names));
        return new EventShape(stored, type, schemaVersion, changed);
    }

    /**
     * With another name for a field, in the same place.
     *
     * @param from the name that it has
     * @param to the name that it gets
     * @return a changed copy; the same if there is no such field
     * @throws IllegalArgumentException if the other name is taken
     */
    public EventShape renamed(String from, String to) {
        if (!has(from)) {
            return this;
        }
        if (has(to)) {
            throw new IllegalArgumentException(
                    "There is a field " + to + " already, so " + from + " cannot become it.");
        }
        Map<String, @Nullable Object> changed = new LinkedHashMap<>();
        fields.forEach((name, value) -> changed.put(name.equals(from) ? to : name, value));
        return new EventShape(stored, type, schemaVersion, changed);
    }

    /**
     * The same fields as another type.
     *
     * @param type the name of the type
     * @param schemaVersion which shape of it the fields are, from 1
     * @return a changed copy
     */
    public EventShape as(String type, int schemaVersion) {
        return new EventShape(stored, type, schemaVersion, fields);
    }

    private <V> V required(String field, Class<V> kind, String words) {
        Object value = fields.get(field);
        if (kind.isInstance(value)) {
            return kind.cast(value);
        }
        throw new IllegalArgumentException(
                has(field)
                        ? "The field " + field + " holds no " + words + "."
                        : "There is no field " + field + "; there are " + List.copyOf(fields.keySet()) + ".");
    }

    /** Names only: the values may be nobody's business. */
    @Override
    public String toString() {
        return type + " in schema version " + schemaVersion + " with " + fields.keySet();
    }
}
