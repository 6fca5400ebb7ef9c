// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.codec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.cairnlog.event.Limits;

/**
 * One type of event of an application: its name in the log, its class, its tags, and the steps from its old shapes to
 * that of today. Immutable; every method gives a changed copy. {@link EventTypes#add} hands one over to be completed.
 *
 * @param <T> the class of the event
 */
public final class EventType<T> {
    /** One way to derive tags; a free one has no name. */
    private record Tag<T>(String name, Function<? super T, ?> values) {}

    /** What becomes of the shape of one schema version. */
    interface Step extends Function<EventShape, List<EventShape>> {}

    private final String name;
    private final Class<T> shape;
    private final List<Tag<T>> tags;
    private final List<Step> steps;

    private EventType(String name, Class<T> shape, List<Tag<T>> tags, List<Step> steps) {
        this.name = name;
        this.shape = shape;
        this.tags = tags;
        this.steps = steps;
    }

    static <T> EventType<T> of(String name, Class<T> shape) {
        Limits.text("event type", name, Limits.STANDARD.nameBytes());
        return new EventType<>(name, shape, List.of(), List.of());
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
        return new EventType<>(this.name, shape, plus(tags, new Tag<>(name, value)), steps);
    }

    /**
     * With tags of any form.
     *
     * @param tags all that the event adds to its tags
     * @return a changed copy
     */
    public EventType<T> tags(Function<? super T, ? extends Collection<String>> tags) {
        return new EventType<>(name, shape, plus(this.tags, new Tag<>("", tags)), steps);
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
        return new EventType<>(name, shape, tags, plus(steps, step::apply));
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
        return tags.stream()
                .map(tag -> tag.name().isEmpty() ? "(computed)" : tag.name() + ":")
                .toList();
    }

    private static <V> List<V> plus(List<V> list, V more) {
        List<V> all = new ArrayList<>(list);
        all.add(more);
        return List.copyOf(all);
    }
}
