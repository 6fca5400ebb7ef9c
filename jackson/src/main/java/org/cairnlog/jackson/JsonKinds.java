// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.jackson;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsonFormatVisitors.JsonFormatVisitorWrapper;
import tools.jackson.databind.jsonFormatVisitors.JsonObjectFormatVisitor;

/** Says what a class looks like in JSON, down to where Java itself takes over. */
final class JsonKinds {
    private final JsonMapper mapper;
    private final Set<Class<?>> above = new HashSet<>();

    JsonKinds(JsonMapper mapper) {
        this.mapper = mapper;
    }

    Map<String, String> fields(Class<?> type) {
        Map<String, String> fields = new LinkedHashMap<>();
        properties(type).forEach((name, kind) -> fields.put(name, kind(kind)));
        return fields;
    }

    private Map<String, JavaType> properties(Class<?> type) {
        Map<String, JavaType> properties = new LinkedHashMap<>();
        mapper.acceptJsonFormatVisitor(type, new JsonFormatVisitorWrapper.Base() {
            @Override
            public JsonObjectFormatVisitor expectObjectFormat(JavaType object) {
                return new JsonObjectFormatVisitor.Base(getContext()) {
                    @Override
                    public void property(BeanProperty property) {
                        properties.put(property.getName(), property.getType());
                    }

                    @Override
                    public void optionalProperty(BeanProperty property) {
                        property(property);
                    }
                };
            }
        });
        return properties;
    }

    private String kind(JavaType type) {
        Class<?> raw = type.getRawClass();
        String name = raw.getSimpleName();
        if (type.isEnumType()) {
            return name
                    + Stream.of(raw.getEnumConstants())
                            .map(Object::toString)
                            .collect(Collectors.joining("|", "(", ")"));
        }
        if (type.hasGenericTypes()) {
            return name
                    + type.getBindings().getTypeParameters().stream()
                            .map(this::kind)
                            .collect(Collectors.joining(", ", "<", ">"));
        }
        if (type.isArrayType()) {
            return kind(type.getContentType()) + "[]";
        }
        boolean expand = !raw.isPrimitive() && !raw.getName().startsWith("java.") && above.add(raw);
        if (!expand) {
            return name;
        }
        try {
            return raw.isSealed() ? name + "(" + permitted(raw) + ")" : name + object(raw);
        } finally {
            above.remove(raw);
        }
    }

    private String permitted(Class<?> type) {
        return Arrays.stream(type.getPermittedSubclasses())
                .map(permitted ->
                        permitted.isSealed() ? permitted(permitted) : permitted.getSimpleName() + object(permitted))
                .collect(Collectors.joining("|"));
    }

    private String object(Class<?> type) {
        Map<String, String> fields = fields(type);
        return fields.isEmpty()
                ? ""
                : fields.entrySet().stream()
                        .map(field -> field.getKey() + ": " + field.getValue())
                        .collect(Collectors.joining(", ", "{", "}"));
    }
}
