// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.noStream;

import java.util.List;
import java.util.stream.LongStream;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.log.Append;
import org.cairnlog.log.ConditionFailed;
import org.cairnlog.log.DuplicateIds;
import org.cairnlog.log.VersionConflict;
import org.junit.jupiter.api.Test;

/** Contiguity: positions are assigned from 1 without a gap, whatever failed between. */
public abstract class ContiguityContract extends AtomicLogContract {
    @Test
    void positions_count_from_1_without_a_gap() {
        given(A, "E");
        log().append(B, any(), events("E", "F", "G"));
        given(A, "E");
        assertThat(positions(log().read(EventQuery.all()))).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(position(log().head())).isEqualTo(5);
    }

    @Test
    void a_version_conflict_uses_up_no_position() {
        given(A, "E");
        refused(VersionConflict.class, () -> log().append(A, noStream(), event("F")));
        assertThat(given(A, "G").firstPosition()).isEqualTo(2);
    }

    @Test
    void a_failed_condition_uses_up_no_position() {
        given(A, "E");
        Append append = Append.to(A, any(), event("F")).unless(EventQuery.types("E"));
        refused(ConditionFailed.class, () -> log().append(append));
        assertThat(given(A, "G").firstPosition()).isEqualTo(2);
    }

    @Test
    void a_refused_id_uses_up_no_position() {
        EventData first = event("E");
        given(A, List.of(first));
        refused(DuplicateIds.class, () -> log().append(B, any(), first));
        assertThat(given(A, "G").firstPosition()).isEqualTo(2);
    }

    @Test
    void a_repeat_uses_up_no_position() {
        EventData first = event("E");
        given(A, List.of(first));
        given(A, List.of(first));
        assertThat(given(A, "G").firstPosition()).isEqualTo(2);
    }

    @Test
    void many_writers_some_of_whom_fail_leave_no_gap() throws Exception {
        int writers = 6;
        Crowd.run(writers, writer -> {
            for (int round = 0; round < 20; round++) {
                try {
                    log().append(stream("name" + round), noStream(), event("E"));
                } catch (VersionConflict conflict) {
                    given(stream("loser" + writer), "F");
                }
            }
        });
        List<Long> positions = positions(log().read(EventQuery.all()));
        assertThat(positions)
                .isEqualTo(LongStream.rangeClosed(1, positions.size()).boxed().toList());
    }
}
