// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Appended;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.LogEvents;
import org.junit.jupiter.api.Test;

/**
 * Order: a reader that has seen a position never later meets a new event at or below it, and versions, positions and
 * recorded times agree.
 */
public abstract class OrderContract extends LogContract<LogFixture> {
    @Test
    void positions_follow_the_order_of_the_appends() {
        List<Long> places = new ArrayList<>();
        for (StreamId stream : List.of(A, B, A, C, B)) {
            places.add(given(stream, "E").firstPosition());
        }
        assertThat(places).isSorted().doesNotHaveDuplicates();
        assertThat(positions(log().read(EventQuery.all()))).isEqualTo(places);
    }

    @Test
    void versions_of_a_stream_count_from_1_without_a_gap() {
        for (int i = 0; i < 4; i++) {
            given(A, "E");
            given(B, "E");
        }
        assertThat(versions(log().read(A))).containsExactly(1L, 2L, 3L, 4L);
        assertThat(versions(log().read(B))).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void the_events_of_one_append_keep_their_order() {
        log().append(A, any(), events("first", "second", "third"));
        assertThat(typesOf(A)).containsExactly("first", "second", "third");
        assertThat(versions(log().read(A))).containsExactly(1L, 2L, 3L);
        assertThat(types(log().read(EventQuery.all()))).containsExactly("first", "second", "third");
    }

    @Test
    void an_append_tells_where_its_event_is() {
        given(A, "E");
        Appended appended = given(B, "E", "F");
        RecordedEvent last = log().read(B).toList().getLast();
        assertThat(appended.firstPosition()).isEqualTo(last.position());
        assertThat(appended.version()).isEqualTo(last.version()).isEqualTo(2);
        assertThat(appended.version(B)).isEqualTo(2);
        assertThat(appended.repeated()).isFalse();
        assertThat(appended.cursor()).isEqualTo(log().head());
        assertThat(position(appended.cursor())).isEqualTo(last.position());
    }

    @Test
    void recorded_times_come_from_the_clock_to_the_microsecond() {
        Instant time = Instant.parse("2026-03-04T05:06:07.123456789Z");
        fixture.clock().set(time);
        given(A, "E");
        assertThat(log().read(A).toList().getFirst().recordedAt())
                .isEqualTo(Instant.parse("2026-03-04T05:06:07.123456Z"));
    }

    @Test
    void recorded_times_never_decrease_also_when_the_clock_is_set_back() {
        given(A, "E");
        fixture.clock().advance(Duration.ofHours(2));
        given(A, "E");
        fixture.clock().advance(Duration.ofHours(-1));
        given(A, "E");
        given(B, "E");
        fixture.clock().advance(Duration.ofMinutes(59));
        given(A, "E");
        fixture.clock().advance(Duration.ofHours(1));
        given(B, "E");
        List<Instant> times =
                all(log().read(EventQuery.all())).map(RecordedEvent::recordedAt).toList();
        assertThat(times).hasSize(6).isSorted();
        assertThat(times.get(1)).isEqualTo(times.get(4)).isBefore(times.get(5));
    }

    @Test
    void a_reader_beside_writers_meets_every_event_once_and_in_order() throws Exception {
        int enough = 40;
        var polls = new AtomicInteger();
        List<RecordedEvent> seen = new ArrayList<>();
        try (var writers = Crowd.of(4, writer -> {
            for (int i = 0; i < 110 && polls.get() < enough; i++) {
                given(stream("s" + i % 3), "E");
            }
        })) {
            writers.go();
            Cursor cursor = log().beginning();
            for (boolean busy = true; busy; ) {
                busy = writers.isBusy();
                LogEvents next = log().read(EventQuery.all()).after(cursor).toList();
                polls.addAndGet(next.isEmpty() ? 0 : 1);
                seen.addAll(next);
                cursor = next.cursor();
            }
        }
        assertThat(positions(seen)).isSorted().doesNotHaveDuplicates();
        assertThat(seen).isEqualTo(log().read(EventQuery.all()).toList());
        Map<StreamId, Long> versions = new HashMap<>();
        for (RecordedEvent event : seen) {
            assertThat(event.version()).isEqualTo(versions.merge(event.stream(), 1L, Long::sum));
        }
    }
}
