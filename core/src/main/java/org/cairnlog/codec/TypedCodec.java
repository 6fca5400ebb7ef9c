// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.codec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
 * <p>Types of Cairn's own, which begin with {@code $}, decode into nothing: they say something about a stream and are
 * no event of the application.
 *
 * @param <E> the root of the application's events
 */
public final class TypedCodec<E> implements EventCodec<E> {
    private final EventTypes<E> types;
    private final PayloadFormat format;
    private final @Nullable Sealing sealing;
    private final Map<Class<?>, EventType<? extends E>> byClass = new HashMap<>();

    TypedCodec(EventTypes<E> types, PayloadFormat format, @Nullable SubjectKeys keys) {
        types.checkComplete();
        this.types = types;
        this.format = format;
        this.sealing = keys == null ? null : new Sealing(keys, format);
        types.all().forEach(type -> byClass.put(type.shape(), type));
        types.all().forEach(this::checkPersonal);
    }

    private void checkPersonal(EventType<? extends E> type) {
        List<String> personal = type.personalFields();
        if (personal.isEmpty()) {
            return;
        }
        if (sealing == null) {
            throw new IllegalArgumentException(
                    "\"" + type.name() + "\" has personal fields, so its codec needs the keys"
                            + " of the subjects: give them as a second argument.");
        }
        Map<String, String> fields = format.describe(type.shape());
        for (String field : personal) {
            if (!fields.containsKey(field)) {
                throw new IllegalArgumentException("The personal field \"" + field + "\" of \"" + type.name()
                        + "\" is none of " + type.shape().getName() + ", which has " + fields.keySet() + ".");
            }
        }
    }

    @Override
    public EventData encode(E event) {
        return encode(event, EventIds.system().get());
    }

    @Override
    public EventData encode(E event, UUID id) {
        EventType<? extends E> type = registered(event);
        return new EventData(
                id,
                type.name(),
                type.schemaVersion(),
                null,
                format.contentType(),
                payload(event, type, id),
                Metadata.empty(),
                type.tagsOf(event),
                false);
    }

    private EventType<? extends E> registered(E event) {
        EventType<? extends E> type = byClass.get(event.getClass());
        if (type == null) {
            throw new IllegalArgumentException(event.getClass().getName() + " has no event type; add it to the types.");
        }
        return type;
    }

    /**
     * What an event is called in the log.
     *
     * @param event the event
     * @return the name of its type
     * @throws IllegalArgumentException if its class is not registered
     */
    public String typeOf(E event) {
        return registered(event).name();
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
        byte[] payload = stored.payload();
        boolean today = type != null && type.schemaVersion() == stored.data().schemaVersion();
        if (type != null && today && !(sealing != null && Sealing.mayBeIn(payload))) {
            return List.of(read(stored, type, payload));
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
        Map<String, @Nullable Object> fields = fields(stored);
        boolean personal = sealing != null && sealing.open(stored, fields);
        var shape = new EventShape(stored, stored.type(), stored.data().schemaVersion(), fields);
        boolean known = types.named(stored.type()) != null || types.retired(stored.type()) != null;
        return known ? new Upcasting(types, personal).of(shape) : List.of(shape);
    }

    private byte[] payload(E event, EventType<? extends E> type, UUID id) {
        byte[] plain = format.write(event);
        if (sealing == null || type.personalFields().isEmpty()) {
            return plain;
        }
        Map<String, @Nullable Object> fields = format.fields(plain);
        type.subjectsOf(event).forEach((field, subject) -> {
            if (subject != null) {
                sealing.seal(fields, field, subject, id, type.name());
            } else if (fields.get(field) != null) {
                throw new IllegalArgumentException("An event \"" + type.name()
                        + "\" does not say whom its personal field " + field + " is about.");
            }
        });
        return format.write(fields);
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
        Map<String, @Nullable Object> fields = new LinkedHashMap<>(shape.values());
        if (fields.containsValue(Forgotten.FIELD)) {
            Map<String, String> kinds = format.describe(type.shape());
            fields.replaceAll(
                    (field, value) -> value == Forgotten.FIELD ? type.redacted(field, kinds.get(field)) : value);
        }
        fields.replaceAll((field, value) -> Forgotten.without(value));
        return read(shape.stored(), type, format.write(fields));
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
        if (!type.personalFields().isEmpty()) {
            text.append("    personal " + String.join(", ", type.personalFields()) + "\n");
        }
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
     * The fields of a type that are sealed.
     *
     * @param type the name of a type
     * @return their names in the shape of today
     */
    public List<String> personalFields(String type) {
        EventType<? extends E> registered = types.named(type);
        return registered == null ? List.of() : registered.personalFields();
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
