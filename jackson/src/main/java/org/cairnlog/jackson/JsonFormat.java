// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.jackson;

import static tools.jackson.databind.cfg.CoercionAction.Fail;
import static tools.jackson.databind.cfg.CoercionInputShape.Boolean;
import static tools.jackson.databind.cfg.CoercionInputShape.Float;
import static tools.jackson.databind.cfg.CoercionInputShape.Integer;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.cairnlog.codec.PayloadFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/** One mapper, and a reader and a writer for each class. */
final class JsonFormat implements PayloadFormat {
    private final JsonMapper mapper;
    private final ObjectReader fields;
    private final Map<Class<?>, ObjectReader> readers = new ConcurrentHashMap<>();
    private final Map<Class<?>, ObjectWriter> writers = new ConcurrentHashMap<>();

    JsonFormat(JacksonModule... modules) {
        mapper = JsonMapper.builder(JsonText.FACTORY)
                .addModules(modules)
                .annotationIntrospector(new Shapes())
                .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY, MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .enable(
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                        DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                        DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
                .disable(
                        DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE,
                        DateTimeFeature.NORMALIZE_DESERIALIZED_ZONE_ID)
                .withCoercionConfig(
                        LogicalType.Textual,
                        text -> text.setCoercion(Integer, Fail)
                                .setCoercion(Float, Fail)
                                .setCoercion(Boolean, Fail))
                .build();
        fields = mapper.readerForMapOf(Object.class);
    }

    @Override
    public String contentType() {
        return CloudEvents.JSON;
    }

    @Override
    public byte[] write(Object value) {
        try {
            return writers.computeIfAbsent(value.getClass(), mapper::writerFor).writeValueAsBytes(value);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(JsonProblem.of(e, value.getClass(), "written as"));
        }
    }

    @Override
    public <T> T read(byte[] payload, Class<T> type) {
        try {
            T value = readers.computeIfAbsent(type, mapper::readerFor).readValue(payload);
            if (value == null) {
                throw new IllegalArgumentException("The JSON is null and cannot be read as " + type.getName() + ".");
            }
            return value;
        } catch (JacksonException e) {
            throw new IllegalArgumentException(JsonProblem.of(e, type, "read as"));
        }
    }

    @Override
    public Map<String, @Nullable Object> fields(byte[] payload) {
        try {
            return fields.readValue(payload);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(JsonProblem.of(e, Map.class, "read as"));
        }
    }

    @Override
    public Map<String, String> describe(Class<?> type) {
        return new JsonKinds(mapper).fields(type);
    }
}
