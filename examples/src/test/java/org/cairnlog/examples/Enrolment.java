// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import java.util.ArrayList;
import java.util.List;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.codec.EventTypes;
import org.cairnlog.decider.Decider;
import org.cairnlog.decider.Rejected;
import org.cairnlog.event.EventQuery;
import org.cairnlog.jackson.Json;

/** Who attends which course: a decision that neither the course nor the student can make alone. */
// tag::decider
record Enrolment(int seats, int coursesEach)
        implements Decider<Enrolment.Enrol, List<Enrolment.Enrolled>, Enrolment.Enrolled> {
    record Enrol(String course, String student) {}

    record Enrolled(String course, String student) {}

    /** Whatever happened to the course or to the student. */
    static EventQuery query(Enrol command) {
        return EventQuery.tags("course:" + command.course()).or(EventQuery.tags("student:" + command.student()));
    }

    @Override
    public List<Enrolled> initial() {
        return List.of();
    }

    @Override
    public List<Enrolled> evolve(List<Enrolled> state, Enrolled event) {
        List<Enrolled> all = new ArrayList<>(state);
        all.add(event);
        return List.copyOf(all);
    }

    @Override
    public List<Enrolled> decide(Enrol command, List<Enrolled> state) {
        var enrolled = new Enrolled(command.course(), command.student());
        if (state.contains(enrolled)) {
            return List.of();
        }
        if (state.stream().filter(e -> e.course().equals(command.course())).count() >= seats) {
            throw new Rejected("course-full");
        }
        if (state.stream().filter(e -> e.student().equals(command.student())).count() >= coursesEach) {
            throw new Rejected("too-many-courses");
        }
        return List.of(enrolled);
    }
    // end::decider

    // tag::codec
    static final EventCodec<Enrolled> CODEC = Json.codec(EventTypes.of(Enrolled.class)
            .add(
                    "student-enrolled",
                    Enrolled.class,
                    type -> type.tag("course", Enrolled::course).tag("student", Enrolled::student)));
    // end::codec
}
