// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.event.EventQuery.tags;
import static org.cairnlog.testkit.Given.given;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.cairnlog.decider.AtomicRepository;
import org.cairnlog.decider.Rejected;
import org.cairnlog.decider.Repository;
import org.cairnlog.examples.Enrolment.Enrol;
import org.cairnlog.examples.Enrolment.Enrolled;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.sql.Postgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Course subscriptions: two rules over many streams, and 16 who want the same at once. */
class EnrolmentTest {
    private static final int THREADS = 16;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void neither_rule_is_broken_by_16_at_once(Store store) throws Exception {
        try (AtomicEventLog log = store.open(folder.resolve("courses.db"))) {
            compete(log);
        }
    }

    @Test
    void neither_rule_is_broken_by_16_at_once_in_postgresql() throws Exception {
        try (var database = new PostgresDatabase();
                AtomicEventLog log = Postgres.open(database.pool(), o -> o.migrating())) {
            compete(log);
        }
    }

    private static void compete(AtomicEventLog log) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            var enrolments = Repository.of(log, "student", new Enrolment(3, 5), Enrolment.CODEC)
                    .retryingConflicts(1000);
            var start = new CyclicBarrier(THREADS);
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                String student = "s" + thread % 4; // each student from four places
                all.add(threads.submit(() -> {
                    start.await();
                    for (int course = 0; course < 7; course++) {
                        enrol(enrolments, new Enrol("c" + course, student));
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
            for (int i = 0; i < 7; i++) {
                assertThat(enrolments.load(tags("course:c" + i)).state())
                        .doesNotHaveDuplicates()
                        .hasSizeLessThanOrEqualTo(3);
            }
            for (int i = 0; i < 4; i++) {
                assertThat(enrolments.load(tags("student:s" + i)).state()).hasSizeLessThanOrEqualTo(5);
            }
            assertThat(enrolments.load(tags("course:c0")).state()).hasSize(3);
        }
    }

    private static void enrol(AtomicRepository<Enrol, List<Enrolled>, Enrolled> enrolments, Enrol command) {
        try {
            // tag::execute
            enrolments.execute(Enrolment.query(command), command.student(), command);
            // end::execute
        } catch (Rejected rejected) {
            assertThat(rejected.code()).isIn("course-full", "too-many-courses");
        }
    }

    @Test
    void a_decision_over_a_query_is_tested_in_memory() {
        var full = new Enrol("c1", "bob");
        // tag::given
        given("student", new Enrolment(1, 5), Enrolment.CODEC)
                .events("ada", new Enrolled("c1", "ada"))
                .when(Enrolment.query(full), "bob", full)
                .rejected("course-full");
        // end::given
        var other = new Enrol("c2", "bob");
        given("student", new Enrolment(1, 5), Enrolment.CODEC)
                .events("ada", new Enrolled("c1", "ada"))
                .when(Enrolment.query(other), "bob", other)
                .then(new Enrolled("c2", "bob"));
    }
}
