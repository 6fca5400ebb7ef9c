// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import java.util.List;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.codec.EventTypes;
import org.cairnlog.jackson.Json;

// tag::types
/** What can happen to a course; a decision looks for its events by tag, whatever their stream. */
sealed interface CourseEvent {
    record Announced(String course, int seats) implements CourseEvent {}

    record Enrolled(String course, List<String> students) implements CourseEvent {}

    EventCodec<CourseEvent> CODEC = Json.codec(EventTypes.of(CourseEvent.class)
            .add("course-announced", Announced.class, type -> type.tag("course", Announced::course))
            .add(
                    "students-enrolled",
                    Enrolled.class,
                    type -> type.tag("course", Enrolled::course).tag("student", Enrolled::students)));
}
// end::types
