// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.jackson;

import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/**
 * Says what Jackson found, without the content that its own messages quote: they end in logs, and what an event says
 * may have to be forgotten.
 */
final class JsonProblem {
    private JsonProblem() {}

    static String of(JacksonException problem, Class<?> type, String verb) {
        String path = problem.getPath().stream().map(JsonProblem::step).collect(Collectors.joining());
        return "The JSON cannot be " + verb + " " + type.getName() + (path.isEmpty() ? "" : ", at " + path) + ": "
                + what(problem) + ".";
    }

    private static String step(JacksonException.Reference reference) {
        if (reference.getPropertyName() == null) {
            return "[" + reference.getIndex() + "]";
        }
        boolean map = reference.from() instanceof Map
                || (reference.from() instanceof Class<?> type && Map.class.isAssignableFrom(type));
        return map ? "/*" : "/" + reference.getPropertyName();
    }

    private static String what(JacksonException problem) {
        return switch (problem) {
            case UnrecognizedPropertyException unknown ->
                "the class has no field \"" + unknown.getPropertyName() + "\"";
            case MismatchedInputException mismatch
            when mismatch.getTargetType() != null ->
                "what stands there, if anything, is no "
                        + mismatch.getTargetType().getSimpleName();
            case StreamReadException broken ->
                "it is broken at byte " + broken.getLocation().getByteOffset();
            default -> {
                Throwable cause = problem.getCause();
                yield problem.getClass().getSimpleName()
                        + (cause == null
                                ? ""
                                : " because of " + cause.getClass().getName());
            }
        };
    }
}
