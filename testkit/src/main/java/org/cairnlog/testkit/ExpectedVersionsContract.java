// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.exactly;
import static org.cairnlog.log.ExpectedVersion.exists;
import static org.cairnlog.log.ExpectedVersion.noStream;

import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.VersionConflict;
import org.cairnlog.log.VersionConflict.Mismatch;
import org.junit.jupiter.api.Test;

/** Expected versions: what each belief means in each state of a stream, and what a conflict tells. */
public abstract class ExpectedVersionsContract extends LogContract<LogFixture> {
    @Test
    void any_is_met_by_an_unknown_stream() {
        assertMet(A, any(), 1);
    }

    @Test
    void no_stream_is_met_by_an_unknown_stream() {
        assertMet(A, noStream(), 1);
    }

    @Test
    void exactly_0_is_met_by_an_unknown_stream() {
        assertMet(A, exactly(0), 1);
    }

    @Test
    void exists_and_any_number_from_1_are_not_met_by_an_unknown_stream() {
        assertConflict(A, exists(), 0);
        assertConflict(A, exactly(1), 0);
        assertThat(log().stream(A)).isEmpty();
    }

    @Test
    void any_is_met_by_an_existing_stream() {
        given(A, "E", "E");
        assertMet(A, any(), 3);
    }

    @Test
    void exists_is_met_by_an_existing_stream() {
        given(A, "E", "E");
        assertMet(A, exists(), 3);
    }

    @Test
    void its_version_is_met_by_an_existing_stream() {
        given(A, "E", "E");
        assertMet(A, exactly(2), 3);
    }

    @Test
    void no_stream_and_every_other_number_are_not_met_by_an_existing_stream() {
        given(A, "E", "E");
        for (ExpectedVersion wrong : List.of(noStream(), exactly(0), exactly(1), exactly(3), exactly(Long.MAX_VALUE))) {
            assertConflict(A, wrong, 2);
        }
    }

    @Test
    void a_stream_whose_events_were_all_removed_keeps_its_version_and_exists() {
        given(A, "E", "E");
        fixture.maintenance().truncateWithoutBaseline(A, 3, "test");
        for (ExpectedVersion wrong : List.of(noStream(), exactly(0), exactly(1), exactly(3))) {
            assertConflict(A, wrong, 2);
        }
        assertMet(A, exactly(2), 3);
        assertMet(A, exists(), 4);
        assertMet(A, any(), 5);
    }

    @Test
    void exactly_0_is_another_way_to_say_no_stream() {
        assertThat(exactly(0)).isEqualTo(noStream());
        for (long bad : List.of(-1L, Long.MIN_VALUE)) {
            refused(IllegalArgumentException.class, () -> exactly(bad));
        }
    }

    @Test
    void another_stream_does_not_matter() {
        given(B, "E", "E");
        given(StreamId.of("other", "a"), "E");
        assertMet(A, noStream(), 1);
    }

    @Test
    void what_a_conflict_found_can_be_expected_next() {
        given(A, "E", "E", "E");
        long actual = conflict(() -> log().append(A, exactly(1), event("F")))
                .getFirst()
                .actual();
        assertMet(A, exactly(actual), 4);
    }

    @Test
    void of_writers_who_expect_the_same_version_exactly_one_wins() throws Exception {
        int writers = 6;
        int rounds = 20;
        var winners = new AtomicIntegerArray(rounds);
        Crowd.run(writers, writer -> {
            for (int version = 0; version < rounds; version++) {
                try {
                    log().append(A, exactly(version), event("E"));
                    winners.incrementAndGet(version);
                } catch (VersionConflict conflict) {
                    assertThat(conflict.mismatches().getFirst().actual()).isGreaterThan(version);
                }
            }
        });
        for (int version = 0; version < rounds; version++) {
            assertThat(winners.get(version)).as("winners at version " + version).isEqualTo(1);
        }
        assertThat(log().read(A).toList()).hasSize(rounds);
    }

    private void assertMet(StreamId stream, ExpectedVersion expected, long version) {
        assertThat(log().append(stream, expected, event("F")).version()).isEqualTo(version);
        assertThat(log().stream(stream).orElseThrow().version()).isEqualTo(version);
    }

    private void assertConflict(StreamId stream, ExpectedVersion expected, long actual) {
        assertThat(conflict(() -> log().append(stream, expected, event("F"))))
                .containsExactly(new Mismatch(stream, expected, actual));
    }

    private List<Mismatch> conflict(Runnable append) {
        return refusedWithoutTrace(VersionConflict.class, append::run).mismatches();
    }
}
