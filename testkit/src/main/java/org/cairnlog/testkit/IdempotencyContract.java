// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Metadata;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.DuplicateIds;
import org.cairnlog.log.Label;
import org.cairnlog.log.OutcomeUnknown;
import org.junit.jupiter.api.Test;

/** Idempotency without a time window: the same append stored twice is stored once, and nothing else passes for it. */
public abstract class IdempotencyContract extends AtomicLogContract {
    private final EventData one = event("one");
    private final EventData two = event("two");
    private final EventData three = event("three");

    @Test
    void a_repeat_gets_the_first_result_and_adds_nothing() {
        Appended first = append(A, one, two);
        given(A, "later");
        given(B, "later");
        Cursor head = log().head();
        Appended again = append(A, one, two);
        assertThat(first.repeated()).isFalse();
        assertThat(again)
                .isEqualTo(new Appended(first.firstPosition(), first.cursor(), first.versions(), true))
                .isEqualTo(append(A, one, two));
        assertThat(log().head()).isEqualTo(head);
    }

    @Test
    void a_repeat_may_say_anything_but_ids_streams_and_types_differently() {
        Appended first = append(A, one, two);
        EventData changed = new EventData(
                one.id(),
                one.type(),
                2,
                Instant.EPOCH,
                "text/plain",
                "other".getBytes(StandardCharsets.UTF_8),
                Metadata.of("trace", "x"),
                Set.of("tag"),
                true);
        Appended again = append(A, changed, two);
        assertThat(again.repeated()).isTrue();
        assertThat(again.cursor()).isEqualTo(first.cursor());
        assertThat(log().read(A).toList().getFirst().data()).isEqualTo(one);
    }

    @Test
    void a_repeat_over_many_streams_gets_the_first_result() {
        Append append = new Append(List.of(on(A, one), on(A, two), on(B, three)), Map.of(), List.of(), Map.of());
        Appended first = log().append(append);
        given(A, "later");
        Appended again = log().append(append);
        assertThat(again.repeated()).isTrue();
        assertThat(again.versions()).isEqualTo(Map.of(A, 2L, B, 1L)).isEqualTo(first.versions());
        assertThat(again.firstPosition()).isEqualTo(first.firstPosition());
        assertThat(again.cursor()).isEqualTo(first.cursor());
    }

    @Test
    void an_append_of_unknown_outcome_is_settled_by_repeating_it() {
        Append append = Append.to(A, any(), one, two);
        var unknown = new OutcomeUnknown(append, null);
        Appended stored = log().repeat(unknown);
        assertThat(stored.repeated()).isFalse();
        assertThat(log().repeat(unknown).cursor()).isEqualTo(stored.cursor());
        assertThat(typesOf(A)).containsExactly("one", "two");
    }

    @Test
    void a_repeat_sets_no_label() {
        Append append = Append.to(A, any(), one).label(A, "state", "open");
        log().append(append);
        log().label(A, "state", "closed");
        assertThat(log().append(append).repeated()).isTrue();
        assertThat(log().stream(A).orElseThrow().labels())
                .extractingByKey("state")
                .extracting(Label::value)
                .isEqualTo("closed");
    }

    @Test
    void some_old_ids_beside_new_ones_are_refused_by_name_and_place() {
        given(B, "earlier");
        Appended first = append(A, one, two);
        assertThat(taken(A, event("new"), two, event("newer"))).isEqualTo(Map.of(two.id(), first.firstPosition() + 1));
        assertThat(taken(A, one, two, three))
                .isEqualTo(Map.of(one.id(), first.firstPosition(), two.id(), first.firstPosition() + 1));
    }

    @Test
    void a_part_of_an_append_is_no_repeat() {
        append(A, one, two, three);
        assertThat(taken(A, one, two)).containsOnlyKeys(one.id(), two.id());
        assertThat(taken(A, two, three)).containsOnlyKeys(two.id(), three.id());
        assertThat(taken(A, two)).containsOnlyKeys(two.id());
    }

    @Test
    void two_appends_in_one_are_no_repeat() {
        append(A, one);
        append(A, two);
        assertThat(taken(A, one, two)).containsOnlyKeys(one.id(), two.id());
    }

    @Test
    void the_end_of_one_append_and_the_beginning_of_the_next_are_no_repeat() {
        EventData four = event("four");
        append(A, one, two);
        append(A, three, four);
        assertThat(taken(A, two, three)).containsOnlyKeys(two.id(), three.id());
    }

    @Test
    void another_order_is_no_repeat() {
        append(A, one, two);
        assertThat(taken(A, two, one)).containsOnlyKeys(one.id(), two.id());
    }

    @Test
    void another_stream_is_no_repeat() {
        append(A, one);
        assertThat(taken(B, one)).containsOnlyKeys(one.id());
        assertThat(taken(StreamId.of("other", "a"), one)).containsOnlyKeys(one.id());
        assertThat(log().stream(B)).isEmpty();
    }

    @Test
    void another_type_is_no_repeat() {
        append(A, one, two);
        EventData other = event("other").withId(two.id());
        assertThat(taken(A, one, other)).containsOnlyKeys(one.id(), two.id());
    }

    @Test
    void the_ids_of_a_refused_append_are_still_free() {
        append(A, one);
        taken(A, one, two);
        assertThat(append(A, two).repeated()).isFalse();
    }

    @Test
    void of_many_threads_with_the_same_append_one_stores_it_and_all_get_its_place() throws Exception {
        var results = new ConcurrentLinkedQueue<Appended>();
        Crowd.run(6, thread -> results.add(append(A, one, two)));
        assertThat(results.stream().map(Appended::cursor)).hasSize(6).containsOnly(log().head());
        assertThat(results.stream().filter(appended -> !appended.repeated())).hasSize(1);
        assertThat(ids(log().read(EventQuery.all()))).containsExactly(one.id(), two.id());
    }

    private Appended append(StreamId stream, EventData... events) {
        return log().append(stream, any(), events);
    }

    private Map<UUID, Long> taken(StreamId stream, EventData... events) {
        return refusedWithoutTrace(DuplicateIds.class, () -> append(stream, events))
                .taken();
    }
}
