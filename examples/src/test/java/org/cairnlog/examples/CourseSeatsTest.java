// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.event.EventData.json;
import static org.cairnlog.event.EventQuery.tags;
import static org.cairnlog.log.ExpectedVersion.any;

import java.nio.file.Path;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.ConditionFailed;
import org.cairnlog.log.LogEvents;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A decision over a query: the seats of a course, though every student has a stream of their own. */
class CourseSeatsTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void a_course_is_never_overbooked(Store store) {
        try (AtomicEventLog log = store.open(folder.resolve("courses.db"))) {
            // tag::dcb
            EventQuery enrolments = tags("course:c1").andTypes("student-enrolled");
            LogEvents seen = log.read(enrolments).toList();
            if (seen.size() < 2) {
                log.append(Append.to(student("ada"), any(), enrolled("ada", "c1"))
                        .unless(enrolments, seen.cursor())); // unless somebody enrolled since we looked
            }
            // end::dcb

            Append late =
                    Append.to(student("bob"), any(), enrolled("bob", "c1")).unless(enrolments, seen.cursor());
            assertThatThrownBy(() -> log.append(late)).isInstanceOfSatisfying(ConditionFailed.class, conflict -> {
                assertThat(conflict.position()).isEqualTo(1);
                assertThat(conflict.after()).isEqualTo(seen.cursor());
            });

            // An enrolment in another course is no reason to decide again.
            log.append(student("eve"), any(), enrolled("eve", "c2"));
            Append again =
                    Append.to(student("bob"), any(), enrolled("bob", "c1")).unless(enrolments, log.cursorAt(1));
            assertThat(log.append(again).repeated()).isFalse();
            assertThat(log.read(enrolments)).hasSize(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_name_is_taken_once(Store store) {
        try (AtomicEventLog log = store.open(folder.resolve("names.db"))) {
            // tag::unique
            StreamId user = StreamId.of("user", "7");
            EventData registered = json("user-registered", "{}").withTags("email:ada@example.org");
            log.append(Append.to(user, any(), registered).unless(tags("email:ada@example.org")));
            // end::unique

            EventData second = json("user-registered", "{}").withTags("email:ada@example.org");
            assertThatThrownBy(() -> log.append(
                            Append.to(StreamId.of("user", "8"), any(), second).unless(tags("email:ada@example.org"))))
                    .isInstanceOf(ConditionFailed.class);
        }
    }

    private static StreamId student(String name) {
        return StreamId.of("student", name);
    }

    private static EventData enrolled(String student, String course) {
        return json("student-enrolled", "{}").withTags("course:" + course, "student:" + student);
    }
}
