// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.codec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.cairnlog.event.Limits;
import org.jspecify.annotations.Nullable;

/**
 * One type of event of an application: its name in the log, its class, its tags, and the steps from its old shapes to
 * that of today. Immutable; every method gives a changed copy. {@link EventTypes#add} hands one over to be completed.
 *
 * @param <T> the class of the event
 */
public final class EventType<T> {
    /** One way to derive tags; a free one has no name. */
    private record Tag<T>(String name, String described, Function<? super T, ?> values) {}

    /** Fields that tell something about one subject. */
    private record Personal<T>(Function<? super T, String> subject, List<String> fields) {}

    /** What becomes of the shape of one schema version. */
    interface Step extends Function<EventShape, List<EventShape>> {}

    private final String name;
    private final Class<T> shape;
    private final List<Tag<T>> tags;
    private final List<Step> steps;
    private final List<Personal<T>> personal;
    private final Map<String, Object> redacted;

    private EventType(
            String name,
            Class<T> shape,
            List<Tag<T>> tags,
            List<Step> steps,
            List<Personal<T>> personal,
            Map<String, Object> redacted) {
        this.name = name;
        this.shape = shape;
        this.tags = tags;
        this.steps = steps;
        this.personal = personal;
        this.redacted = redacted;
    }

    static <T> EventType<T> of(String name, Class<T> shape) {
        Limits.text("event type", name, Limits.STANDARD.nameBytes());
        return new EventType<>(name, shape, List.of(), List.of(), List.of(), Map.of());
    }

    /**
     * With the tag {@code name:value}, for example {@code course:c1}.
     *
     * @param name what the tag is about
     * @param value what the event says about it: null gives no tag, a collection one for each element, and anything
     *     else one with its text
     * @return a changed copy
     */
    public EventType<T> tag(String name, Function<? super T, ?> value) {
        return tagged(new Tag<>(name, name + ":", value));
    }

    /**
     * With the tag {@code name:hash}, to be searched for by {@link KeyedHash#tag} and read by nobody.
     *
     * @param name what the tag is about
     * @param hash hashes what the tag stands for
     * @param value what the event says about it, as for {@link #tag}
     * @return a changed copy
     */
    public EventType<T> hashedTag(String name, KeyedHash hash, Function<? super T, ?> value) {
        return tagged(new Tag<>(name, name + ": hashed", event -> switch (value.apply(event)) {
            case null -> List.of();
            case Collection<?> values ->
                values.stream().map(each -> hash.hash(name, each.toString())).toList();
            case Object one -> hash.hash(name, one.toString());
        }));
    }

    /**
     * With tags of any form.
     *
     * @param tags all that the event adds to its tags
     * @return a changed copy
     */
    public EventType<T> tags(Function<? super T, ? extends Collection<String>> tags) {
        return tagged(new Tag<>("", "computed", tags));
    }

    private EventType<T> tagged(Tag<T> tag) {
        return new EventType<>(name, shape, plus(tags, tag), steps, personal, redacted);
    }

    /**
     * With fields that tell something personal about a subject. Each is sealed as a whole with the subject's own key,
     * and cannot be read any more once the subject has been {@linkplain SubjectKeys#forget forgotten}: it is then
     * null, or zero or false if the class wants that, or what {@link #redacted} says. An event may tell about several
     * subjects. In tags, metadata, labels and ids nothing is sealed.
     *
     * @param subject what the subject is called
     * @param fields the names of the fields in the shape of today
     * @return a changed copy
     */
    public EventType<T> personal(Function<? super T, String> subject, String... fields) {
        return new EventType<>(
                name, shape, tags, steps, plus(personal, new Personal<>(subject, List.of(fields))), redacted);
    }

    /**
     * With what stands in a personal field whose subject has been forgotten.
     *
     * @param field its name
     * @param value any value that the format writes and that is no secret
     * @return a changed copy
     */
    public EventType<T> redacted(String field, Object value) {
        Map<String, Object> all = new HashMap<>(redacted);
        all.put(field, value);
        return new EventType<>(name, shape, tags, steps, personal, Map.copyOf(all));
    }

    /**
     * With a step from an old shape to the next. The schema version of today is one more than that of the last step.
     *
     * @param from the schema version that the step begins with; the first is from 1, each further one from the next
     * @param step gives the same event in the shape that follows; pure
     * @return a changed copy
     * @throws IllegalArgumentException if the step before is missing, or there is one from there already
     */
    public EventType<T> upcast(int from, UnaryOperator<EventShape> step) {
        return split(from, old -> List.of(step.apply(old)));
    }

    /**
     * With a step that makes several events of one, or none.
     *
     * @param from the schema version that the step begins with, as for {@link #upcast}
     * @param step gives in order what the event has become, each in the shape that follows, or {@linkplain
     *     EventShape#as as another type}; pure
     * @return a changed copy
     * @throws IllegalArgumentException if the step before is missing, or there is one from there already
     */
    public EventType<T> split(int from, Function<EventShape, List<EventShape>> step) {
        if (from != schemaVersion()) {
            throw new IllegalArgumentException("The next step of \"" + name + "\" is from schema version "
                    + schemaVersion() + ", not from " + from + ": there is one step from each, in order.");
        }
        return new EventType<>(name, shape, tags, plus(steps, step::apply), personal, redacted);
    }

    String name() {
        return name;
    }

    Class<T> shape() {
        return shape;
    }

    int schemaVersion() {
        return steps.size() + 1;
    }

    Step stepFrom(int schemaVersion) {
        return steps.get(schemaVersion - 1);
    }

    Set<String> tagsOf(Object event) {
        T typed = shape.cast(event);
        Set<String> derived = new LinkedHashSet<>();
        for (Tag<T> tag : tags) {
            String prefix = tag.name().isEmpty() ? "" : tag.name() + ":";
            switch (tag.values().apply(typed)) {
                case null -> {}
                case Collection<?> values -> values.forEach(value -> derived.add(prefix + Objects.toString(value)));
                case Object value -> derived.add(prefix + value);
            }
        }
        return derived;
    }

    /** What {@code events.txt} says about the tags. */
    List<String> tagNames() {
        return tags.stream().map(Tag::described).toList();
    }

    List<String> personalFields() {
        return personal.stream().flatMap(group -> group.fields().stream()).toList();
    }

    /** What is personal, field to subject. */
    Map<String, @Nullable String> subjectsOf(Object event) {
        T typed = shape.cast(event);
        Map<String, @Nullable String> subjects = new LinkedHashMap<>();
        for (Personal<T> group : personal) {
            String subject = group.subject().apply(typed);
            group.fields().forEach(field -> subjects.put(field, subject));
        }
        return subjects;
    }

    @Nullable Object redacted(String field, @Nullable String kind) {
        Object said = redacted.get(field);
        return said != null
                ? said
                : switch (String.valueOf(kind)) {
                    case "byte", "short", "int", "long", "float", "double" -> 0;
                    case "boolean" -> false;
                    default -> null;
                };
    }

    private static <V> List<V> plus(List<V> list, V more) {
        List<V> all = new ArrayList<>(list);
        all.add(more);
        return List.copyOf(all);
    }
}
