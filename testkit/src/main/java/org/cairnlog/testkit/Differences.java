// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.cairnlog.decider.Rejected;
import org.jspecify.annotations.Nullable;

/** Says where what came differs from what was expected, in words that need no debugger. */
final class Differences {
    private Differences() {}

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    static void accepted(List<String> story, @Nullable Rejected rejected) {
        if (rejected != null) {
            throw new AssertionError(told(story) + "\nexpected: it is accepted\nbut was:  rejected, " + rejected.code()
                    + (rejected.detail().isEmpty() ? "" : " (" + rejected.detail() + ")"));
        }
    }

    static void rejected(List<String> story, String code, @Nullable Rejected rejected, List<?> events) {
        if (rejected == null || !rejected.code().equals(code)) {
            throw new AssertionError(told(story) + "\nexpected: rejected, " + code + "\nbut was:  "
                    + (rejected == null ? "accepted, with " + events : "rejected, " + rejected.code()));
        }
    }

    static void same(String what, List<String> story, List<?> expected, List<?> actual) {
        if (expected.equals(actual)) {
            return;
        }
        var text = new StringBuilder(told(story));
        text.append("\nexpected ").append(what).append(": ").append(lines(expected));
        text.append("\nbut was: ").append(lines(actual));
        for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
            if (!expected.get(i).equals(actual.get(i))) {
                text.append("\nfirst difference, at ").append(i + 1).append(": ");
                text.append(difference(expected.get(i), actual.get(i)));
                break;
            }
        }
        throw new AssertionError(text.toString());
    }

    static String told(List<String> story) {
        return "given     " + String.join("\n          ", story);
    }

    private static String lines(List<?> values) {
        return values.isEmpty()
                ? "none"
                : String.join(
                        "", values.stream().map(value -> "\n          " + value).toList());
    }

    private static String difference(Object expected, Object actual) {
        if (!expected.getClass().equals(actual.getClass())) {
            return expected.getClass().getSimpleName() + " expected, "
                    + actual.getClass().getSimpleName() + " found";
        }
        List<String> parts = new ArrayList<>();
        RecordComponent[] components = expected.getClass().getRecordComponents();
        for (RecordComponent part : components == null ? new RecordComponent[0] : components) {
            Object one = value(part, expected);
            Object other = value(part, actual);
            if (!Objects.deepEquals(one, other)) {
                parts.add(part.getName() + " is " + other + " and should be " + one);
            }
        }
        return parts.isEmpty()
                ? "they look alike, but equals says that they differ; does "
                        + expected.getClass().getSimpleName() + " have equals?"
                : String.join(", ", parts);
    }

    private static @Nullable Object value(RecordComponent part, Object of) {
        try {
            Method accessor = part.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(of);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return "(not accessible)";
        }
    }
}
