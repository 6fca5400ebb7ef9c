// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.codec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventIds;
import org.cairnlog.event.Limits;
import org.cairnlog.event.Metadata;
import org.cairnlog.event.RecordedEvent;
import org.jspecify.annotations.Nullable;

/**
 * The codec of a set of {@linkplain EventTypes types} in one {@linkplain PayloadFormat format}. Safe for use by many
 * threads.
 *
 * <p>Types of Cairn's own, which begin with {@code $}, decode into nothing: they say something about a stream and are no
 * event of the application.
 *
 * @param <E> the root of the application's events
 */
public final class TypedCodec<E> implements EventCodec<E> {
    private final EventTypes<E> types;
    private final PayloadFormat format;
    private final Map<Class<?>, EventType<? extends E>> byClass = new HashMap<>();

    TypedCodec(EventTypes<E> types, PayloadFormat format) {
        types.checkComplete();
        this.types = types;
        this.format = format;
        types.all().forEach(type -> byClass.put(type.shape(), type));
    }

    @Override
    public EventData encode(E event) {
        return encode(event, EventIds.system().get());
    }

    @Override
    public EventData encode(E event, UUID id) {
        EventType<? extends E> type = byClass.get(event.getClass());
        if (type == null) {
            throw new IllegalArgumentException(event.getClass().getName() + " has no event type; add it to the types.");
        }
        return new EventData(
                id,
                type.name(),
                type.schemaVersion(),
                null,
                format.contentType(),
                format.write(event),
                Metadata.empty(),
                type.tagsOf(event),
                false);
    }

    @Override
    public List<E> decode(RecordedEvent stored) {
        EventType<? extends E> type = types.named(stored.type());
        if (type == null && types.retired(stored.type()) == null) {
            if (stored.type().startsWith("$") || !types.owns(stored.stream().category())) {
                return List.of();
            }
            throw new UnknownEventType(stored);
        }
        if (type != null && type.schemaVersion() == stored.data().schemaVersion()) {
            return List.of(read(stored, type, stored.payload()));
        }
        List<E> events = new ArrayList<>();
        for (EventShape shape : shapes(stored)) {
            events.add(bound(shape));
        }
        return List.copyOf(events);
    }

    /**
     * What a stored event is in the shape of today, without its class: for those who look at fields, and at types that
     * they have no class for.
     *
     * @param stored the event as the log gave it back
     * @return one shape; several, or none, if that is what became of it. In order. An event of a type that is not
     *     registered comes as it is stored
     * @throws UndecodableEvent if a step fails, or the payload holds no fields
     */
    public List<EventShape> shapes(RecordedEvent stored) {
        var shape = new EventShape(stored, stored.type(), stored.data().schemaVersion(), fields(stored));
        boolean known = types.named(stored.type()) != null || types.retired(stored.type()) != null;
        return known ? new Upcasting(types).of(shape) : List.of(shape);
    }

    private Map<String, @Nullable Object> fields(RecordedEvent stored) {
        try {
            return format.fields(stored.payload());
        } catch (IllegalArgumentException e) {
            throw new UndecodableEvent(stored, "taking its fields", e);
        }
    }

    private E bound(EventShape shape) {
        EventType<? extends E> type = Objects.requireNonNull(types.named(shape.type()));
        return read(shape.stored(), type, format.write(shape.fields()));
    }

    private E read(RecordedEvent stored, EventType<? extends E> type, byte[] payload) {
        try {
            return format.read(payload, type.shape());
        } catch (IllegalArgumentException e) {
            throw new UndecodableEvent(stored, "decoding it as " + type.shape().getName(), e);
        }
    }

    /**
     * What the log will hold, as a text to review: each type with its schema version, fields and tags, in the order of
     * the names. {@code events.txt} is this text.
     *
     * @return lines, each ended by a line feed
     */
    public String describe() {
        var text = new StringBuilder();
        Stream.concat(types.all().stream().map(EventType::name), types.retired().stream())
                .sorted(Limits.BYTE_ORDER)
                .forEach(name -> text.append(types.retired(name) != null ? name + " retired\n" : described(name)));
        return text.toString();
    }

    private String described(String name) {
        EventType<? extends E> type = Objects.requireNonNull(types.named(name));
        var text = new StringBuilder(name + " " + type.schemaVersion() + "\n");
        format.describe(type.shape()).forEach((field, kind) -> text.append("    " + field + ": " + kind + "\n"));
        type.tagNames().forEach(tag -> text.append("    tag " + tag + "\n"));
        return text.toString();
    }

    /**
     * The types that can be read.
     *
     * @return name to the schema version of today; 0 for a retired type
     */
    public Map<String, Integer> schemaVersions() {
        Map<String, Integer> versions = new TreeMap<>(Limits.BYTE_ORDER);
        types.all().forEach(type -> versions.put(type.name(), type.schemaVersion()));
        types.retired().forEach(name -> versions.put(name, 0));
        return versions;
    }

    /**
     * How the events become bytes.
     *
     * @return the format
     */
    public PayloadFormat format() {
        return format;
    }

    @Override
    public boolean knows(String type) {
        return types.named(type) != null || types.retired(type) != null || type.startsWith("$");
    }
}
