// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The public surface of compiled classes as sorted text, one line for each type and member. */
final class Api {
    private static final Set<String> OF_EVERY_OBJECT = Set.of("equals", "hashCode", "toString");

    private final Set<String> lines = new TreeSet<>();

    private Api() {}

    /** The surface of the classes in a folder, which are also on this test's class path. */
    static List<String> of(Path classes) {
        try (Stream<Path> files = Files.walk(classes)) {
            Api api = new Api();
            files.map(file -> classes.relativize(file).toString().replace('\\', '/'))
                    .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
                    .map(name -> load(name.replaceAll("\\.class$", "").replace('/', '.')))
                    .filter(Api::isVisible)
                    .forEach(api::type);
            return List.copyOf(api.lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The surface of a few classes. */
    static List<String> of(Class<?>... types) {
        Api api = new Api();
        Stream.of(types).filter(Api::isVisible).forEach(api::type);
        return List.copyOf(api.lines);
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, Api.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(name + " is compiled but not on the class path of the examples", e);
        }
    }

    private static boolean isVisible(Class<?> type) {
        return isOpen(type.getModifiers()) && (type.getEnclosingClass() == null || isVisible(type.getEnclosingClass()));
    }

    private static boolean isOpen(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private void type(Class<?> type) {
        line(
                type,
                "",
                modifiers(type.getModifiers() & ~Modifier.STATIC, type)
                        + (type.isSealed() ? "sealed " : "")
                        + kind(type)
                        + variables(type.getTypeParameters()).strip()
                        + supertypes(type));
        if (type.isSealed()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                if (isVisible(permitted)) {
                    line(type, "permits", name(permitted));
                }
            }
        }
        if (type.isRecord()) {
            RecordComponent[] components = type.getRecordComponents();
            for (int i = 0; i < components.length; i++) {
                line(
                        type,
                        "component " + (i + 1),
                        components[i].getName() + ": " + show(components[i].getAnnotatedType()));
            }
        }
        members(type, type);
    }

    /** The members of a type, and those that it makes public for a hidden supertype. */
    private void members(Class<?> owner, @Nullable Class<?> type) {
        if (type == null || type == Object.class || (type != owner && isVisible(type))) {
            return;
        }
        for (Field field : type.getDeclaredFields()) {
            if (shown(owner, field.getModifiers(), field.isSynthetic())) {
                line(
                        owner,
                        field.getName(),
                        (field.isEnumConstant() ? "constant " : modifiers(field.getModifiers(), owner))
                                + show(field.getAnnotatedType()));
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            boolean canonical = type.isRecord()
                    && Arrays.equals(
                            constructor.getParameterTypes(),
                            Stream.of(type.getRecordComponents())
                                    .map(RecordComponent::getType)
                                    .toArray());
            if (type == owner && !canonical && shown(owner, constructor.getModifiers(), constructor.isSynthetic())) {
                line(
                        owner,
                        "new" + parameters(constructor),
                        modifiers(constructor.getModifiers(), owner).strip());
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            if (shown(owner, method.getModifiers(), method.isSynthetic()) && !implied(type, method)) {
                line(
                        owner,
                        method.getName() + parameters(method),
                        modifiers(method.getModifiers(), owner)
                                + (method.isDefault() ? "default " : "")
                                + variables(method.getTypeParameters())
                                + show(method.getAnnotatedReturnType())
                                + thrown(method));
            }
        }
        members(owner, type.getSuperclass());
        for (Class<?> parent : type.getInterfaces()) {
            members(owner, parent);
        }
    }

    private static boolean shown(Class<?> owner, int modifiers, boolean synthetic) {
        return !synthetic
                && isOpen(modifiers)
                && !(Modifier.isProtected(modifiers) && Modifier.isFinal(owner.getModifiers()));
    }

    /** What the language adds by itself, or every object has. */
    private static boolean implied(Class<?> type, Method method) {
        String name = method.getName();
        int parameters = method.getParameterCount();
        return (OF_EVERY_OBJECT.contains(name) && parameters == (name.equals("equals") ? 1 : 0))
                || (type.isEnum()
                        && Modifier.isStatic(method.getModifiers())
                        && Set.of("values", "valueOf").contains(name))
                || (type.isRecord()
                        && parameters == 0
                        && Stream.of(type.getRecordComponents())
                                .anyMatch(c -> c.getName().equals(name)));
    }

    private void line(Class<?> type, String member, String rest) {
        lines.add((name(type) + (member.isEmpty() ? "" : " " + member) + " : " + rest).replaceAll(" : $", ""));
    }

    private static String kind(Class<?> type) {
        if (type.isAnnotation()) {
            return "annotation";
        }
        return type.isInterface() ? "interface" : type.isRecord() ? "record" : type.isEnum() ? "enum" : "class";
    }

    private static String modifiers(int modifiers, Class<?> owner) {
        StringBuilder text = new StringBuilder();
        if (Modifier.isProtected(modifiers)) {
            text.append("protected ");
        }
        if (Modifier.isStatic(modifiers)) {
            text.append("static ");
        }
        if (Modifier.isAbstract(modifiers) && !owner.isInterface()) {
            text.append("abstract ");
        }
        if (Modifier.isFinal(modifiers) && !owner.isRecord() && !owner.isEnum()) {
            text.append("final ");
        }
        return text.toString();
    }

    private static String supertypes(Class<?> type) {
        List<String> parents = new ArrayList<>();
        AnnotatedType superclass = type.getAnnotatedSuperclass();
        if (superclass != null && !type.isRecord() && !type.isEnum() && type.getSuperclass() != Object.class) {
            parents.add(show(superclass));
        }
        Stream.of(type.getAnnotatedInterfaces()).map(Api::show).forEach(parents::add);
        return parents.isEmpty() ? "" : " of " + String.join(", ", parents);
    }

    private static String variables(TypeVariable<?>[] variables) {
        if (variables.length == 0) {
            return "";
        }
        return Stream.of(variables)
                .map(variable -> {
                    String bounds = Stream.of(variable.getAnnotatedBounds())
                            .map(Api::show)
                            .filter(bound -> !bound.equals("Object"))
                            .collect(Collectors.joining(" & "));
                    return variable.getName() + (bounds.isEmpty() ? "" : " extends " + bounds);
                })
                .collect(Collectors.joining(", ", "<", "> "));
    }

    private static String parameters(Executable executable) {
        List<String> shown = new ArrayList<>();
        for (AnnotatedType parameter : executable.getAnnotatedParameterTypes()) {
            shown.add(show(parameter));
        }
        String text = String.join(", ", shown);
        return "(" + (executable.isVarArgs() ? text.replaceAll("\\[\\]$", "...") : text) + ")";
    }

    private static String thrown(Executable executable) {
        Class<?>[] types = executable.getExceptionTypes();
        return types.length == 0
                ? ""
                : " throws " + Stream.of(types).map(Api::name).collect(Collectors.joining(", "));
    }

    private static String show(AnnotatedType type) {
        StringBuilder nullable = new StringBuilder();
        for (Annotation annotation : type.getAnnotations()) {
            if (annotation instanceof Nullable) {
                nullable.append('?');
            }
        }
        String shown = switch (type) {
            case AnnotatedParameterizedType generic ->
                name(((java.lang.reflect.ParameterizedType) generic.getType()).getRawType())
                        + Stream.of(generic.getAnnotatedActualTypeArguments())
                                .map(Api::show)
                                .collect(Collectors.joining(", ", "<", ">"));
            case AnnotatedArrayType array -> show(array.getAnnotatedGenericComponentType()) + "[]";
            case AnnotatedWildcardType wildcard -> wildcard(wildcard);
            default -> name(type.getType());
        };
        return shown + nullable;
    }

    private static String wildcard(AnnotatedWildcardType wildcard) {
        if (wildcard.getAnnotatedLowerBounds().length > 0) {
            return "? super " + show(wildcard.getAnnotatedLowerBounds()[0]);
        }
        String upper =
                wildcard.getAnnotatedUpperBounds().length == 0 ? "Object" : show(wildcard.getAnnotatedUpperBounds()[0]);
        return upper.equals("Object") ? "?" : "? extends " + upper;
    }

    private static String name(Type type) {
        String name = type.getTypeName().replace('$', '.');
        return name.matches("java\\.lang\\.[A-Z]\\w*") ? name.substring("java.lang.".length()) : name;
    }
}
