// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.cairnlog.log.ExpectedVersion.any;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.cairnlog.codec.DecodedEvent;
import org.cairnlog.consumer.ConsumerStatus;
import org.cairnlog.consumer.ConsumerStatus.State;
import org.cairnlog.consumer.ConsumerStore;
import org.cairnlog.consumer.Consumers;
import org.cairnlog.consumer.FailurePolicy;
import org.cairnlog.consumer.ParkedEvent;
import org.cairnlog.consumer.Subscription;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Cursor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Consumers: every event reaches its handler in order, none is skipped, and whoever stops says why. */
public abstract class ConsumersContract extends ConsumersLogContract {
    /** For stores. */
    protected ConsumersContract() {}

    private @Nullable Cursor checkpoint() {
        return ConsumerStore.of(log()).consumer(NAME).orElseThrow().cursor();
    }

    @Test
    void events_old_and_new_are_handed_out_once_and_in_order() throws Exception {
        givenOneByOne(A, 5);
        log().append(StreamId.of("other", "1"), any(), event("strange"));
        Consumers consumers = run(collecting());
        untilPassed(consumers, given(B, "E6").cursor());
        untilPassed(consumers, given(A, "E7", "E8").cursor());
        assertThat(seen).containsExactly("E1", "E2", "E3", "E4", "E5", "E6", "E7", "E8");
    }

    @Test
    void nothing_is_lost_between_small_batches_while_others_append() throws Exception {
        Consumers consumers = run(collecting().batchesOf(3));
        Crowd.run(3, thread -> {
            for (int i = 0; i < 40; i++) {
                log().append(stream("s" + thread), any(), event(thread + "-" + i));
            }
        });
        untilPassed(consumers, log().head());
        assertThat(seen).isEqualTo(types(log().read(EventQuery.category("thing"))));
    }

    @Test
    void an_event_may_have_become_several_or_none() throws Exception {
        Consumers consumers = run(collecting());
        untilPassed(consumers, given(A, "twofold", "dropped", "E").cursor());
        assertThat(seen).containsExactly("first", "second", "E");
    }

    @Test
    void a_first_start_is_at_the_beginning_the_end_or_a_point() throws Exception {
        Cursor second = given(A, "E1", "E2").cursor();
        given(A, "E3");
        List<String> fromEnd = new CopyOnWriteArrayList<>();
        List<String> fromPoint = new CopyOnWriteArrayList<>();
        EventQuery all = EventQuery.all();
        Consumers consumers = run(
                collecting(),
                Subscription.of("end", all, CODEC, e -> fromEnd.add(e.event())).startAtEnd(),
                Subscription.of("point", all, CODEC, e -> fromPoint.add(e.event()))
                        .startAt(second));
        Cursor last = given(A, "E4").cursor();
        for (String name : List.of(NAME, "end", "point")) {
            assertThat(consumers.awaitPassed(name, last, patience())).as(name).isTrue();
        }
        assertThat(seen).containsExactly("E1", "E2", "E3", "E4");
        assertThat(fromEnd).containsExactly("E4");
        assertThat(fromPoint).containsExactly("E3", "E4");
    }

    @Test
    void a_restart_goes_on_exactly_at_the_checkpoint() throws Exception {
        Consumers first = run(collecting().startAtEnd());
        untilPassed(first, given(A, "E1", "E2").cursor());
        first.close();
        given(A, "E3");
        Consumers second = run(collecting().startAtEnd());
        untilPassed(second, given(A, "E4").cursor());
        assertThat(seen).containsExactly("E1", "E2", "E3", "E4");
    }

    @Test
    void a_checkpoint_is_never_ahead_of_what_was_handled() throws Exception {
        List<String> ahead = new CopyOnWriteArrayList<>();
        Consumers consumers = run(of(event -> {
                    Cursor now = checkpoint();
                    if (now != null && now.places().getFirst().position() >= event.position()) {
                        ahead.add(event.event());
                    }
                })
                .batchesOf(2));
        givenOneByOne(A, 7);
        untilPassed(consumers, log().head());
        assertThat(ahead).isEmpty();
    }

    @Test
    void a_checkpoint_that_was_put_off_is_written_at_the_stop() throws Exception {
        Consumers consumers = run(collecting().checkpointAfter(Duration.ofHours(1)));
        Cursor last = given(A, "E1", "E2").cursor();
        until(() -> seen.size() == 2);
        assertThat(consumers.awaitPassed(NAME, last, Duration.ofMillis(20))).isFalse();
        consumers.close();
        assertThat(checkpoint()).isEqualTo(last);
    }

    @Test
    void events_of_others_are_passed() throws Exception {
        Consumers consumers = run(Subscription.of(NAME, EventQuery.types("rare"), CODEC, e -> seen.add(e.event())));
        untilPassed(consumers, given(A, "common", "common").cursor());
        untilPassed(consumers, given(B, "common").cursor());
        assertThat(seen).isEmpty();
    }

    @Test
    void an_event_that_fails_is_tried_again_before_the_next() throws Exception {
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        Consumers consumers = run(of(event -> {
                    if (event.event().equals("E2") && attempts.size() < 3) {
                        attempts.add(attempts.size() + 1);
                        throw new IllegalStateException("not yet");
                    }
                    seen.add(event.event());
                })
                .onFailure(FailurePolicy.retry(3, Duration.ofMillis(1))));
        untilPassed(consumers, given(A, "E1", "E2", "E3").cursor());
        assertThat(attempts).containsExactly(1, 2, 3);
        assertThat(seen).containsExactly("E1", "E2", "E3");
        assertThat(consumers.setAside(NAME)).isEmpty();
    }

    @Test
    void what_was_handled_before_a_failure_in_the_same_batch_is_not_handed_out_again() throws Exception {
        log().append(A, any(), events("E1", "E2", "bad", "E4"));
        Consumers consumers = run(failingAt(Set.of("bad"))
                .onFailure(FailurePolicy.retry(2, Duration.ofMillis(1)).thenSkip()));
        untilPassed(consumers, log().head());
        assertThat(seen).containsExactly("E1", "E2", "E4");
    }

    @Test
    void a_skipped_event_is_remembered() throws Exception {
        Consumers consumers = run(failingAt(Set.of("bad")).onFailure(FailurePolicy.skip()));
        untilPassed(consumers, given(A, "E1", "bad", "E3").cursor());
        assertThat(seen).containsExactly("E1", "E3");
        assertThat(consumers.setAside(NAME)).singleElement().satisfies(event -> {
            assertThat(event.cause()).isEqualTo(ParkedEvent.Cause.SKIPPED);
            assertThat(event.version()).isEqualTo(2);
            assertThat(event.why()).contains("no bad");
        });
        assertThat(consumers.status(NAME).skipped()).isEqualTo(1);
    }

    @Test
    void who_gives_up_stops_says_why_and_goes_on_there_when_it_is_resumed() throws Exception {
        Set<String> bad = new ConcurrentSkipListSet<>(Set.of("bad"));
        Consumers consumers = run(failingAt(bad).onFailure(FailurePolicy.retry(1, Duration.ofMillis(1))));
        Cursor last = given(A, "E1", "bad", "E3").cursor();
        ConsumerStatus stopped = untilState(consumers, State.STOPPED);
        assertThat(stopped.why()).contains("bad in thing/a at version 2", "2 attempts", "no bad");
        assertThat(stopped.isHealthy()).isFalse();
        assertThat(stopped.lag()).isEqualTo(2);
        assertThat(seen).containsExactly("E1");
        bad.clear();
        consumers.resume(NAME);
        untilPassed(consumers, last);
        assertThat(seen).containsExactly("E1", "bad", "E3");
        until(() -> consumers.status(NAME).isHealthy());
    }

    @Test
    void a_parked_event_holds_up_its_own_stream_only() throws Exception {
        Consumers consumers = run(failingAt(Set.of("bad")).onFailure(FailurePolicy.park()));
        given(A, "A1", "bad", "A3");
        given(B, "B1");
        untilPassed(consumers, given(A, "A4").cursor());
        assertThat(seen).containsExactly("A1", "B1");
        assertThat(consumers.setAside(NAME))
                .extracting(ParkedEvent::type, ParkedEvent::cause)
                .containsExactly(
                        tuple("bad", ParkedEvent.Cause.FAILED),
                        tuple("A3", ParkedEvent.Cause.BEHIND),
                        tuple("A4", ParkedEvent.Cause.BEHIND));
        ConsumerStatus status = untilState(consumers, State.PARKED);
        assertThat(status.parked()).isEqualTo(3);
        assertThat(status.isHealthy()).isFalse();
        assertThat(status.why()).contains("1 stream");
    }

    @Test
    void parked_events_are_handed_out_again_in_order_when_somebody_asks() throws Exception {
        Set<String> bad = new ConcurrentSkipListSet<>(Set.of("bad", "A4"));
        Consumers consumers = run(failingAt(bad).onFailure(FailurePolicy.park()));
        untilPassed(consumers, given(A, "bad", "A2", "A3", "A4", "A5").cursor());
        assertThat(consumers.retry(NAME)).isEqualTo(5);
        until(() -> consumers.setAside(NAME).getFirst().attempts() == 2);
        assertThat(seen).isEmpty();
        bad.remove("bad");
        consumers.retry(NAME, consumers.setAside(NAME).getFirst().id());
        until(() -> consumers.setAside(NAME).size() == 2
                && consumers.setAside(NAME).getFirst().cause() == ParkedEvent.Cause.FAILED);
        assertThat(seen).containsExactly("bad", "A2", "A3");
        untilPassed(consumers, given(A, "A6").cursor());
        bad.clear();
        consumers.retry(NAME);
        until(() -> consumers.setAside(NAME).isEmpty());
        untilPassed(consumers, given(A, "A7").cursor());
        assertThat(seen).containsExactly("bad", "A2", "A3", "A4", "A5", "A6", "A7");
    }

    @Test
    void a_discarded_event_lets_those_behind_it_go() throws Exception {
        Consumers consumers = run(failingAt(Set.of("bad")).onFailure(FailurePolicy.park()));
        untilPassed(consumers, given(A, "bad", "A2", "A3").cursor());
        assertThat(consumers.discard(NAME, consumers.setAside(NAME).getFirst().id()))
                .isTrue();
        until(() -> consumers.setAside(NAME).isEmpty());
        assertThat(seen).containsExactly("A2", "A3");
        untilPassed(consumers, given(A, "A4").cursor());
        assertThat(seen).containsExactly("A2", "A3", "A4");
    }

    @Test
    void what_is_parked_stays_parked_over_a_restart() throws Exception {
        Consumers first = run(failingAt(Set.of("bad")).onFailure(FailurePolicy.park()));
        untilPassed(first, given(A, "bad").cursor());
        first.close();
        Consumers second = run(failingAt(Set.of("bad")).onFailure(FailurePolicy.park()));
        untilPassed(second, given(A, "A2").cursor());
        assertThat(second.setAside(NAME)).extracting(ParkedEvent::type).containsExactly("bad", "A2");
        assertThat(seen).isEmpty();
    }

    @Test
    void an_event_that_cannot_be_decoded_is_a_failure() throws Exception {
        Consumers consumers = run(collecting().onFailure(FailurePolicy.park()));
        given(A, "undecodable");
        untilPassed(consumers, given(B, "unknown", "E").cursor());
        assertThat(consumers.setAside(NAME))
                .extracting(ParkedEvent::type)
                .containsExactly("undecodable", "unknown", "E");
        assertThat(seen).isEmpty();
    }

    @Test
    void unknown_types_are_passed_over_by_who_says_so() throws Exception {
        Consumers consumers = run(collecting().passingOverUnknownTypes().onFailure(FailurePolicy.park()));
        untilPassed(consumers, given(B, "unknown", "E").cursor());
        assertThat(seen).containsExactly("E");
        assertThat(consumers.setAside(NAME)).isEmpty();
    }

    @Test
    void a_batch_is_handed_out_at_once_and_the_event_at_fault_is_found() throws Exception {
        log().append(A, any(), events("E1", "E2", "bad", "E4"));
        List<List<String>> batches = new CopyOnWriteArrayList<>();
        Subscription.BatchHandler<String> handler = batch -> {
            List<String> types = batch.stream().map(DecodedEvent::event).toList();
            if (types.contains("bad")) {
                throw new IllegalStateException("a bad batch");
            }
            batches.add(types);
        };
        Consumers consumers = run(
                Subscription.ofBatches(NAME, EventQuery.all(), CODEC, handler).onFailure(FailurePolicy.skip()));
        untilPassed(consumers, log().head());
        assertThat(batches).containsExactly(List.of("E1"), List.of("E2"), List.of("E4"));
        assertThat(consumers.setAside(NAME)).extracting(ParkedEvent::type).containsExactly("bad");
        untilPassed(consumers, log().append(A, any(), events("E5", "E6")).cursor());
        assertThat(batches.getLast()).containsExactly("E5", "E6");
    }

    @Test
    void a_paused_consumer_rests_until_it_is_resumed_also_over_a_restart() throws Exception {
        Consumers first = run(collecting());
        untilPassed(first, given(A, "E1").cursor());
        first.pause(NAME, "the mail server moves");
        untilState(first, State.PAUSED);
        until(() -> first.status(NAME).holder().isEmpty());
        Cursor last = given(A, "E2").cursor();
        assertThat(first.awaitPassed(NAME, last, Duration.ofMillis(100))).isFalse();
        first.close();
        Consumers second = run(collecting());
        ConsumerStatus status = second.status(NAME);
        assertThat(status.state()).isEqualTo(State.PAUSED);
        assertThat(status.why()).isEqualTo("the mail server moves");
        assertThat(second.awaitPassed(NAME, last, Duration.ofMillis(100))).isFalse();
        assertThat(seen).containsExactly("E1");
        second.resume(NAME);
        untilPassed(second, last);
        assertThat(seen).containsExactly("E1", "E2");
    }

    @Test
    void of_two_that_run_one_consumer_one_works_and_the_other_takes_over_where_it_ended() throws Exception {
        Consumers first = run(o -> o.holder("first"), collecting());
        untilPassed(first, given(A, "E1").cursor());
        Consumers second = run(o -> o.holder("second"), collecting());
        untilPassed(second, given(A, "E2").cursor());
        assertThat(second.status(NAME).holder()).contains("first");
        first.close();
        untilPassed(second, given(A, "E3").cursor());
        until(() -> second.status(NAME).holder().equals(Optional.of("second")));
        assertThat(seen).containsExactly("E1", "E2", "E3");
    }

    @Test
    void who_was_taken_over_moves_no_checkpoint() throws Exception {
        Consumers first = run(o -> o.lease(Duration.ofHours(1)), collecting());
        Cursor before = given(A, "E1").cursor();
        untilPassed(first, before);
        fixture.clock().advance(Duration.ofHours(2));
        ConsumerStore store = ConsumerStore.of(log());
        assertThat(store.claim(NAME, "thief", Duration.ofHours(1))).isPresent();
        given(A, "E2");
        until(() -> first.status(NAME).state() == State.WAITING_FOR_LEASE);
        assertThat(checkpoint()).isEqualTo(before);
        assertThat(store.consumer(NAME).map(ConsumerStore.Known::lease).map(ConsumerStore.Lease::holder))
                .contains("thief");
    }

    @Test
    void others_see_what_a_consumer_does_and_can_wait_for_it() throws Exception {
        Consumers consumers = run(o -> o.holder("the worker"), collecting());
        Consumers view = run();
        Cursor last = given(A, "E1").cursor();
        assertThat(view.awaitPassed(NAME, last, patience())).isTrue();
        assertThat(checkpoint()).isEqualTo(last);
        untilState(view, State.IDLE);
        ConsumerStatus status = view.status(NAME);
        assertThat(status.holder()).contains("the worker");
        assertThat(status.cursor()).contains(last);
        assertThat(status.lag()).isZero();
        assertThat(status.lagTime()).isZero();
        assertThat(status.isHealthy()).isTrue();
        view.pause(NAME, "from elsewhere");
        untilState(consumers, State.PAUSED);
        view.resume(NAME);
        untilPassed(view, given(A, "E2").cursor());
        consumers.close();
        ConsumerStatus stopped = untilState(view, State.STOPPED);
        assertThat(stopped.why()).contains("nobody runs it");
        assertThat(stopped.isHealthy()).isFalse();
        given(A, "E3");
        fixture.clock().advance(Duration.ofSeconds(90));
        assertThat(view.status(NAME).lag()).isEqualTo(1);
        assertThat(view.status(NAME).lagTime()).isEqualTo(Duration.ofSeconds(90));
        assertThat(view.awaitPassed(NAME, log().head(), Duration.ZERO)).isFalse();
    }

    @Test
    void a_holder_that_is_not_heard_of_shows_as_stopped() {
        Consumers view = run();
        ConsumerStore store = ConsumerStore.of(log());
        store.register(NAME, 1);
        assertThat(store.claim(NAME, "the dead", Duration.ofSeconds(30))).isPresent();
        fixture.clock().advance(Duration.ofSeconds(31));
        ConsumerStatus status = view.status(NAME);
        assertThat(status.state()).isEqualTo(State.STOPPED);
        assertThat(status.why()).contains("the dead");
        assertThat(status.isHealthy()).isFalse();
    }

    @Test
    void retrying_shows_with_its_reason() {
        Consumers consumers = run(failingAt(Set.of("bad")).onFailure(FailurePolicy.retry(50, Duration.ofMinutes(1))));
        given(A, "bad");
        ConsumerStatus status = untilState(consumers, State.RETRYING);
        assertThat(status.why()).contains("attempt 1", "no bad");
        assertThat(status.isHealthy()).isFalse();
        long before = System.nanoTime();
        consumers.close();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void a_subscription_that_is_rebuilt_gets_everything_again() throws Exception {
        Consumers consumers = run(collecting());
        untilPassed(consumers, given(A, "E1", "E2").cursor());
        consumers.rebuild(NAME);
        until(() -> seen.size() == 4);
        untilPassed(consumers, given(A, "E3").cursor());
        assertThat(seen).containsExactly("E1", "E2", "E1", "E2", "E3");
    }

    @Test
    void who_is_to_catch_up_slowly_does() throws Exception {
        givenMany(A, 30);
        long before = System.nanoTime();
        Consumers consumers = run(collecting().batchesOf(5).catchingUpAtMost(100));
        untilPassed(consumers, log().head());
        // The last batch is at the end of the log, and does not wait.
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(250));
        assertThat(seen).hasSize(30);
        refused(IllegalArgumentException.class, () -> collecting().catchingUpAtMost(0));
    }

    @Test
    void who_gets_an_event_again_in_a_rebuild_is_told_so() throws Exception {
        Consumers consumers = run(of(event -> {
                    seen.add(event.event() + (event.replaying() ? " again" : ""));
                    if (event.event().equals("E2") && event.replaying()) {
                        given(A, "E4");
                    }
                })
                .batchesOf(2));
        untilPassed(consumers, given(A, "E1", "E2", "E3").cursor());
        consumers.rebuild(NAME);
        until(() -> seen.contains("E4"));
        untilPassed(consumers, given(A, "E5").cursor());
        assertThat(seen).containsExactly("E1", "E2", "E3", "E1 again", "E2 again", "E3 again", "E4", "E5");
    }

    @Test
    void two_of_one_name_are_refused_and_so_is_a_name_that_nobody_has() {
        assertThat(refused(IllegalArgumentException.class, () -> run(collecting(), collecting())))
                .hasMessageContaining("\"" + NAME + "\"");
        Consumers consumers = run(collecting());
        assertThat(refused(IllegalArgumentException.class, () -> consumers.pause("missing", "why")))
                .hasMessageContaining("\"missing\"")
                .hasMessageContaining(NAME);
        refused(IllegalArgumentException.class, () -> consumers.status("missing"));
        refused(
                IllegalArgumentException.class,
                () -> consumers.awaitPassed("missing", log().beginning(), Duration.ZERO));
    }

    @Test
    void closing_interrupts_a_handler_that_hangs_leaves_no_thread_and_loses_nothing() throws Exception {
        var hanging = new CountDownLatch(1);
        Consumers first = run(o -> o.stopTimeout(Duration.ofMillis(100)), of(event -> {
            hanging.countDown();
            new CountDownLatch(1).await();
        }));
        given(A, "E1");
        hanging.await();
        long before = System.nanoTime();
        first.close();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(3));
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("cairn-consumer " + NAME);
        Consumers second = run(collecting());
        untilPassed(second, log().head());
        assertThat(seen).containsExactly("E1");
    }
}
