// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.codec;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.cairnlog.event.Limits;
import org.jspecify.annotations.Nullable;

/**
 * The event types of an application, each with its name in the log, its class, and how its old shapes are read.
 * Immutable; every method gives a changed copy, and one that is refused has changed nothing.
 *
 * {@snippet :
 * EventTypes.of(AccountEvent.class)
 *         .add("account-opened", Opened.class, type -> type.tag("branch", Opened::branch))
 *         .add("money-deposited", Deposited.class)
 * }
 *
 * @param <E> the root of the application's events
 */
public final class EventTypes<E> {
    private final Class<E> root;
    private final Map<String, EventType<? extends E>> types;
    private final Map<String, Function<EventShape, List<EventShape>>> retired;
    private final Set<String> categories;

    private EventTypes(
            Class<E> root,
            Map<String, EventType<? extends E>> types,
            Map<String, Function<EventShape, List<EventShape>>> retired,
            Set<String> categories) {
        this.root = root;
        this.types = Collections.unmodifiableMap(types);
        this.retired = Collections.unmodifiableMap(retired);
        this.categories = Collections.unmodifiableSet(categories);
    }

    /**
     * No types yet.
     *
     * @param root what all events have in common. If it is sealed, every class that it permits has to be added before
     *     there can be a codec
     * @return nothing to be read or written so far
     * @param <E> the root
     */
    public static <E> EventTypes<E> of(Class<E> root) {
        return new EventTypes<>(root, Map.of(), Map.of(), Set.of());
    }

    /**
     * With a type in its first shape.
     *
     * @param name what it is called in the log; it outlives the class and its name
     * @param type the class of its events
     * @return a changed copy
     * @throws IllegalArgumentException if name or class is taken, or the name is not allowed
     */
    public EventTypes<E> add(String name, Class<? extends E> type) {
        return add(EventType.of(name, type));
    }

    /**
     * With a type that has tags or a history.
     *
     * @param name what it is called in the log
     * @param type the class of its events
     * @param more adds to the type what there is to say about it
     * @return a changed copy
     * @throws IllegalArgumentException if name or class is taken, or the name is not allowed
     * @param <T> the class
     */
    public <T extends E> EventTypes<E> add(String name, Class<T> type, UnaryOperator<EventType<T>> more) {
        return add(more.apply(EventType.of(name, type)));
    }

    /**
     * With a type that is written no more and has become another, or several.
     *
     * @param name what it is called in the log
     * @param becomes gives in order what its events have become, each {@linkplain EventShape#as as another type}, which
     *     may be in an old shape of its own; pure
     * @return a changed copy
     * @throws IllegalArgumentException if the name is taken or not allowed
     */
    public EventTypes<E> retire(String name, Function<EventShape, List<EventShape>> becomes) {
        checkFree(name);
        Map<String, Function<EventShape, List<EventShape>>> all = new LinkedHashMap<>(retired);
        all.put(Limits.text("event type", name, Limits.STANDARD.nameBytes()), becomes);
        return new EventTypes<>(root, types, all, categories);
    }

    /**
     * With a type that is written no more and whose events mean nothing any more.
     *
     * @param name what it is called in the log
     * @return a changed copy
     * @throws IllegalArgumentException if the name is taken or not allowed
     */
    public EventTypes<E> retire(String name) {
        return retire(name, old -> List.of());
    }

    /**
     * With the categories that are the application's own. A type that is not here is then an error in these only; in
     * another category, which somebody else writes, it is passed over. Without any it is an error everywhere.
     *
     * @param categories the categories of the application's streams
     * @return a changed copy
     */
    public EventTypes<E> inCategories(String... categories) {
        Set<String> all = new LinkedHashSet<>(this.categories);
        all.addAll(Arrays.asList(categories));
        return new EventTypes<>(root, types, retired, all);
    }

    /**
     * The codec of these types.
     *
     * @param format how events become bytes
     * @return reads and writes events of these types
     * @throws IllegalArgumentException if there is no type, the root is sealed and a class that it permits is
     *     missing, or a type has personal fields
     */
    public TypedCodec<E> codec(PayloadFormat format) {
        return new TypedCodec<>(this, format, null);
    }

    /**
     * The codec of these types, of which some are personal.
     *
     * @param format how events become bytes
     * @param keys the keys of the subjects
     * @return reads and writes events of these types
     * @throws IllegalArgumentException as the other one, or if a personal field is none of its class
     */
    public TypedCodec<E> codec(PayloadFormat format, SubjectKeys keys) {
        return new TypedCodec<>(this, format, keys);
    }

    private EventTypes<E> add(EventType<? extends E> type) {
        if (type.name().startsWith("$")) {
            throw new IllegalArgumentException(
                    "The event type \"" + type.name() + "\" begins with $, which is kept for Cairn itself.");
        }
        checkFree(type.name());
        for (EventType<? extends E> other : types.values()) {
            if (other.shape() == type.shape()) {
                throw new IllegalArgumentException(type.shape().getName() + " is \"" + other.name()
                        + "\" already and cannot be \"" + type.name() + "\" too. If the type has been renamed, add"
                        + " the new name and retire the old one.");
            }
        }
        Map<String, EventType<? extends E>> all = new LinkedHashMap<>(types);
        all.put(type.name(), type);
        return new EventTypes<>(root, all, retired, categories);
    }

    private void checkFree(String name) {
        EventType<? extends E> taken = types.get(name);
        if (taken != null || retired.containsKey(name)) {
            throw new IllegalArgumentException("The event type \"" + name + "\" is there already, "
                    + (taken == null
                            ? "as a retired one"
                            : "as " + taken.shape().getName()) + ".");
        }
    }

    /** Refuses what could be appended and never written, or stored and never read. */
    void checkComplete() {
        if (types.isEmpty()) {
            throw new IllegalArgumentException("There is no event type of " + root.getName() + "; add one.");
        }
        List<Class<?>> registered = new ArrayList<>();
        types.values().forEach(type -> registered.add(type.shape()));
        List<String> missing = missing(root, registered);
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("These classes are permitted by " + root.getName()
                    + " and have no event type: " + String.join(", ", missing) + ". Add them.");
        }
    }

    private static List<String> missing(Class<?> type, Collection<Class<?>> registered) {
        List<String> missing = new ArrayList<>();
        if (!type.isSealed()) {
            boolean met = registered.stream().anyMatch(type::isAssignableFrom);
            return met ? missing : List.of(type.getName());
        }
        if (!Modifier.isAbstract(type.getModifiers()) && !registered.contains(type)) {
            missing.add(type.getName());
        }
        for (Class<?> permitted : type.getPermittedSubclasses()) {
            missing.addAll(missing(permitted, registered));
        }
        return missing;
    }

    Collection<EventType<? extends E>> all() {
        return types.values();
    }

    @Nullable EventType<? extends E> named(String name) {
        return types.get(name);
    }

    @Nullable Function<EventShape, List<EventShape>> retired(String name) {
        return retired.get(name);
    }

    Set<String> retired() {
        return retired.keySet();
    }

    /** Whether a type that is not here is an error in the category. */
    boolean owns(String category) {
        return categories.isEmpty() || categories.contains(category);
    }
}
