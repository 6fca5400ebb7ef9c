// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.jackson;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;

/**
 * What Jackson would otherwise want an annotation for: which class of a sealed type a value is, and that a primitive
 * has to be there.
 */
final class Shapes extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    static final JsonTypeInfo.Value NAMED = JsonTypeInfo.Value.construct(
            JsonTypeInfo.Id.SIMPLE_NAME, JsonTypeInfo.As.PROPERTY, "@type", null, false, null, null);

    @Override
    public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(MapperConfig<?> config, Annotated annotated) {
        JsonTypeInfo.Value said = super.findPolymorphicTypeInfo(config, annotated);
        boolean sealed =
                annotated instanceof AnnotatedClass type && type.getRawType().isSealed();
        return said == null && sealed ? NAMED : said;
    }

    @Override
    public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
        boolean primitive =
                member instanceof AnnotatedParameter && member.getRawType().isPrimitive();
        return primitive ? Boolean.TRUE : super.hasRequiredMarker(config, member);
    }
}
