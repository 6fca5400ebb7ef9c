// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.codec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stands in a field whose content nobody can read any more, until the shape of today says what to show instead. */
enum Forgotten {
    FIELD;

    /** The value with null for what is forgotten. */
    static @Nullable Object without(@Nullable Object value) {
        return switch (value) {
            case Forgotten forgotten -> null;
            case Map<?, ?> map -> {
                Map<Object, @Nullable Object> plain = new LinkedHashMap<>();
                map.forEach((key, element) -> plain.put(key, without(element)));
                yield plain;
            }
            case List<?> list -> {
                List<@Nullable Object> plain = new ArrayList<>();
                list.forEach(element -> plain.add(without(element)));
                yield plain;
            }
            case null, default -> value;
        };
    }
}
