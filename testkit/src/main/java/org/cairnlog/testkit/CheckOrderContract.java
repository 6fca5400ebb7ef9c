// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.exactly;
import static org.cairnlog.log.ExpectedVersion.exists;
import static org.cairnlog.log.ExpectedVersion.noStream;

import java.util.List;
import java.util.Map;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Limits;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.ConditionFailed;
import org.cairnlog.log.DuplicateIds;
import org.cairnlog.log.StreamDeleted;
import org.cairnlog.log.VersionConflict;
import org.junit.jupiter.api.Test;

/**
 * The order of checks, where several things are wrong: arguments, ids, deleted streams, versions and guards,
 * conditions, the number of labels.
 */
public abstract class CheckOrderContract extends AtomicLogContract {
    private static final EventQuery MATCHING = EventQuery.types("E");

    private final EventData old = event("E");

    @Test
    void a_repeat_is_recognised_though_its_belief_is_outdated() {
        Append append = Append.to(A, noStream(), old).guard(B, noStream());
        Appended first = log().append(append);
        given(A, "later");
        given(B, "later");
        assertThat(log().append(append).cursor()).isEqualTo(first.cursor());
    }

    @Test
    void a_repeat_is_recognised_though_its_own_event_fails_its_condition() {
        Append append = Append.to(A, any(), old).unless(MATCHING);
        Appended first = log().append(append);
        assertThat(log().append(append).cursor()).isEqualTo(first.cursor());
    }

    @Test
    void ids_come_before_deleted_streams() {
        given(A, List.of(old));
        given(B, "E");
        fixture.maintenance().delete(B, any(), "test");
        Append append = Append.to(A, any(), old).and(B, exists(), event("F"));
        refused(DuplicateIds.class, () -> log().append(append));
    }

    @Test
    void ids_come_before_versions() {
        given(A, List.of(old));
        Append append = Append.to(A, noStream(), old, event("F"));
        refused(DuplicateIds.class, () -> log().append(append));
    }

    @Test
    void ids_come_before_conditions() {
        given(A, List.of(old));
        Append append = Append.to(A, any(), old, event("F")).unless(MATCHING);
        refused(DuplicateIds.class, () -> log().append(append));
    }

    @Test
    void deleted_streams_come_before_versions() {
        given(A, "E");
        given(B, "E");
        fixture.maintenance().delete(B, any(), "test");
        Append written = Append.to(A, noStream(), event("F")).and(B, exactly(1), event("F"));
        Append guarded = Append.to(A, noStream(), event("F")).guard(B, exactly(1));
        assertThat(refused(StreamDeleted.class, () -> log().append(written)).stream())
                .isEqualTo(B);
        assertThat(refused(StreamDeleted.class, () -> log().append(guarded)).stream())
                .isEqualTo(B);
    }

    @Test
    void deleted_streams_come_before_conditions() {
        given(A, "E");
        given(B, "E");
        fixture.maintenance().delete(B, any(), "test");
        Append append = Append.to(B, exists(), event("F")).unless(MATCHING);
        refused(StreamDeleted.class, () -> log().append(append));
    }

    @Test
    void versions_come_before_conditions() {
        given(A, "E");
        Append append = Append.to(A, noStream(), event("F")).unless(MATCHING);
        refused(VersionConflict.class, () -> log().append(append));
    }

    @Test
    void guards_come_before_conditions() {
        given(A, "E");
        Append append = Append.to(B, any(), event("F")).guard(A, noStream()).unless(MATCHING);
        refused(VersionConflict.class, () -> log().append(append));
    }

    @Test
    void conditions_come_before_the_number_of_labels() {
        given(A, "E");
        for (int i = 0; i < Limits.STANDARD.labels(); i++) {
            log().label(A, "label" + i, "x");
        }
        Append append = new Append(List.of(on(A, "F")), Map.of(), List.of(), Map.of(A, Map.of("one too many", "x")));
        refused(ConditionFailed.class, () -> log().append(append.unless(MATCHING)));
        refusedWithoutTrace(IllegalArgumentException.class, () -> log().append(append));
    }
}
