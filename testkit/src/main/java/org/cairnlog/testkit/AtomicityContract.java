// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.exactly;
import static org.cairnlog.log.ExpectedVersion.noStream;

import java.util.List;
import java.util.Map;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.ConditionFailed;
import org.cairnlog.log.DuplicateIds;
import org.cairnlog.log.LogEvents;
import org.cairnlog.log.VersionConflict;
import org.junit.jupiter.api.Test;

/** Atomicity: an append is stored whole, in the order of its list, or not at all. */
public abstract class AtomicityContract extends AtomicLogContract {
    @Test
    void positions_follow_the_list_also_when_streams_interleave() {
        log().append(append(on(A, "1"), on(B, "2"), on(A, "3"), on(C, "4"), on(B, "5")));
        LogEvents stored = log().read(EventQuery.all()).toList();
        assertThat(types(stored)).containsExactly("1", "2", "3", "4", "5");
        assertThat(stored.stream().map(RecordedEvent::stream)).containsExactly(A, B, A, C, B);
        assertThat(versions(stored)).containsExactly(1L, 1L, 2L, 1L, 2L);
        assertThat(positions(stored)).isSorted();
    }

    @Test
    void the_result_names_the_last_version_of_each_stream_and_the_place_of_the_whole() {
        given(B, "before");
        Appended appended = log().append(append(on(A, "1"), on(B, "2"), on(A, "3")));
        assertThat(appended.versions()).isEqualTo(Map.of(A, 2L, B, 2L));
        assertThat(appended.cursor()).isEqualTo(log().head());
        assertThat(log().read(EventQuery.all()).toList().get(1).position()).isEqualTo(appended.firstPosition());
    }

    @Test
    void an_append_to_one_stream_stores_all_of_its_events() {
        log().append(A, any(), events("1", "2", "3", "4"));
        assertThat(log().read(A).toList()).hasSize(4);
        assertThat(log().stream(A).orElseThrow().version()).isEqualTo(4);
    }

    @Test
    void one_wrong_belief_stops_the_whole_append() {
        given(A, "E");
        Append first = Append.to(B, any(), event("F")).and(A, noStream(), event("G"));
        Append last = Append.to(A, noStream(), event("G")).and(B, any(), event("F"));
        refusedWithoutTrace(VersionConflict.class, () -> log().append(first));
        refusedWithoutTrace(VersionConflict.class, () -> log().append(last));
    }

    @Test
    void one_failed_condition_stops_the_whole_append() {
        given(A, "E");
        Append append =
                Append.to(B, any(), event("F")).and(A, any(), event("G")).unless(EventQuery.types("E"));
        refusedWithoutTrace(ConditionFailed.class, () -> log().append(append));
    }

    @Test
    void one_taken_id_stops_the_whole_append() {
        EventData taken = event("E");
        given(A, List.of(taken));
        Append append = append(on(B, "F"), on(A, taken), on(C, "G"));
        refusedWithoutTrace(DuplicateIds.class, () -> log().append(append));
    }

    @Test
    void a_refused_append_sets_no_label() {
        given(A, "E");
        Append append =
                Append.to(B, any(), event("F")).and(A, noStream(), event("G")).label(A, "state", "open");
        refusedWithoutTrace(VersionConflict.class, () -> log().append(append));
        assertThat(log().stream(A).orElseThrow().labels()).isEmpty();
    }

    @Test
    void a_belief_is_about_the_stream_before_the_whole_append() {
        Append append = Append.to(A, noStream(), event("1"))
                .and(B, exactly(0), event("2"))
                .and(A, noStream(), event("3"));
        assertThat(log().append(append).versions()).isEqualTo(Map.of(A, 2L, B, 1L));
    }

    @Test
    void a_reader_sees_the_whole_append_or_nothing_of_it() throws Exception {
        try (var writer = Crowd.of(1, thread -> {
            for (int i = 0; i < 60; i++) {
                log().append(append(on(A, "E"), on(B, "E")));
            }
        })) {
            writer.go();
            while (writer.isBusy()) {
                assertThat(log().read(EventQuery.all()).toList().size() % 2).isZero();
            }
        }
    }

    private static Append append(Append.NewEvent... events) {
        return new Append(List.of(events), Map.of(), List.of(), Map.of());
    }
}
