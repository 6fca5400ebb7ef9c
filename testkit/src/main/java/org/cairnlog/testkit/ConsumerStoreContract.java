// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.cairnlog.consumer.ConsumerStatus.State;
import org.cairnlog.consumer.ConsumerStore;
import org.cairnlog.consumer.ConsumerStore.Claim;
import org.cairnlog.consumer.ConsumerStore.Known;
import org.cairnlog.consumer.ConsumerStore.Renewal;
import org.cairnlog.consumer.ConsumerStore.Report;
import org.cairnlog.consumer.ConsumerStore.Step;
import org.cairnlog.consumer.LeaseLost;
import org.cairnlog.consumer.ParkedEvent;
import org.cairnlog.consumer.ParkedEvent.Cause;
import org.cairnlog.consumer.ParkedEvent.Wish;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Cursor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Consumer store: one holder at a time, who alone moves the checkpoint, and nothing set aside that vanishes. */
public abstract class ConsumerStoreContract extends LogContract<LogFixture> {
    private static final String NAME = "balances";
    private static final String OTHER = "welcome \"mail\" ☃";
    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final Report BUSY = new Report(State.RUNNING, Duration.ZERO, "", 12.5);

    private Cursor start;
    private Cursor first;
    private Cursor second;

    /** For stores. */
    protected ConsumerStoreContract() {}

    /**
     * The store of the log under test.
     *
     * @return the store
     */
    protected ConsumerStore store() {
        return ConsumerStore.of(log());
    }

    @BeforeEach
    void givenTwoConsumersAndEvents() {
        start = log().beginning();
        first = given(A, "E1").cursor();
        second = given(A, "E2").cursor();
        store().register(NAME, 1);
        store().register(OTHER, 1);
    }

    private Claim claim() {
        return store().claim(NAME, "first", LEASE).orElseThrow();
    }

    private Claim takeOver() {
        fixture.clock().advance(LEASE.plusSeconds(1));
        return store().claim(NAME, "second", LEASE).orElseThrow();
    }

    private Known known(String name) {
        return store().consumer(name).orElseThrow();
    }

    private ConsumerStore.Lease lease() {
        return Objects.requireNonNull(known(NAME).lease());
    }

    private ConsumerStore.Halt halt() {
        return Objects.requireNonNull(known(NAME).halt());
    }

    private static Step step(Claim claim, @Nullable Cursor before, Cursor after, ParkedEvent... setAside) {
        return new Step(claim, before, after, List.of(setAside));
    }

    private ParkedEvent parked(String id, StreamId stream, long version, Cause cause) {
        return new ParkedEvent(
                UUID.nameUUIDFromBytes(id.getBytes(UTF_8)),
                stream,
                version,
                "E",
                cause,
                "no such \"account\"",
                cause == Cause.BEHIND ? 0 : 3,
                store().now(),
                Optional.empty());
    }

    @Test
    void a_consumer_that_was_registered_is_known_and_has_nothing_yet() {
        store().register(NAME, 1);
        assertThat(store().consumers()).extracting(Known::name).containsExactly(NAME, OTHER);
        Known known = known(NAME);
        assertThat(known.cursor()).isNull();
        assertThat(known.lease()).isNull();
        assertThat(known.halt()).isNull();
        assertThat(known.state()).isEqualTo(State.STOPPED);
        assertThat(known.parked() + known.skipped() + known.asks()).isZero();
        assertThat(store().consumer("unheard of")).isEmpty();
    }

    @Test
    void registering_again_changes_nothing() {
        store().advance(step(claim(), null, first));
        store().register(NAME, 1);
        assertThat(known(NAME).cursor()).isEqualTo(first);
        assertThat(known(NAME).lease()).isNotNull();
    }

    @Test
    void a_consumer_stays_divided_as_it_is() {
        store().register("divided", 3);
        store().register("divided", 3);
        assertThat(store().consumers())
                .extracting(Known::name)
                .contains("divided", "divided 1/3", "divided 2/3", "divided 3/3");
        assertThat(known("divided").partitions()).isEqualTo(3);
        assertThat(known("divided 2/3").partitions()).isEqualTo(1);
        assertThat(known(NAME).partitions()).isEqualTo(1);
        assertThat(refused(IllegalArgumentException.class, () -> store().register("divided", 4)))
                .hasMessageContaining("\"divided\"")
                .hasMessageContaining("3");
        refused(IllegalArgumentException.class, () -> store().register("divided", 1));
        refused(IllegalArgumentException.class, () -> store().register(NAME, 2));
        assertThat(store().consumers())
                .extracting(Known::name)
                .containsExactly(NAME, "divided", "divided 1/3", "divided 2/3", "divided 3/3", OTHER);
    }

    @Test
    void of_many_who_divide_a_consumer_at_once_all_agree() throws Exception {
        var refused = new AtomicInteger();
        Crowd.run(4, thread -> {
            try {
                store().register("divided", 2 + thread % 2);
            } catch (IllegalArgumentException e) {
                refused.incrementAndGet();
            }
        });
        assertThat(refused).hasValue(2);
        assertThat(store().consumers()).hasSize(3 + known("divided").partitions());
    }

    @Test
    void who_runs_a_consumer_is_known_until_it_leaves_or_is_not_heard_of() {
        assertThat(store().join(NAME, "one", LEASE)).containsExactly("one");
        assertThat(store().join(OTHER, "two", LEASE)).containsExactly("two");
        fixture.clock().advance(LEASE.minusSeconds(1));
        assertThat(store().join(NAME, "two", LEASE)).containsExactlyInAnyOrder("one", "two");
        fixture.clock().advance(Duration.ofSeconds(1));
        assertThat(store().join(NAME, "three", LEASE)).containsExactlyInAnyOrder("two", "three");
        store().leave(NAME, "three");
        store().leave(NAME, "unheard of");
        assertThat(store().join(NAME, "one", LEASE)).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void the_time_is_that_of_the_log() {
        Instant recorded = log().read(A).toList().getLast().recordedAt();
        assertThat(store().now()).isEqualTo(recorded);
        fixture.clock().advance(Duration.ofMinutes(3));
        assertThat(store().now()).isEqualTo(recorded.plus(Duration.ofMinutes(3)));
    }

    @Test
    void only_one_holds_a_consumer() {
        Claim claim = claim();
        assertThat(store().claim(NAME, "second", LEASE)).isEmpty();
        assertThat(store().claim(NAME, "first", LEASE))
                .as("the same holder again")
                .isEmpty();
        fixture.clock().advance(LEASE.minusMillis(1));
        assertThat(store().claim(NAME, "second", LEASE))
                .as("just before the end")
                .isEmpty();
        assertThat(lease().holder()).isEqualTo("first");
        assertThat(known(NAME).token()).isEqualTo(claim.token());
    }

    @Test
    void of_many_who_claim_at_once_one_succeeds() throws Exception {
        var winners = new AtomicInteger();
        Crowd.run(
                8, thread -> store().claim(NAME, "holder " + thread, LEASE).ifPresent(c -> winners.incrementAndGet()));
        assertThat(winners).hasValue(1);
    }

    @Test
    void consumers_are_held_apart() {
        claim();
        assertThat(store().claim(OTHER, "second", LEASE)).isPresent();
    }

    @Test
    void a_lease_that_is_over_can_be_taken_with_a_larger_token_and_the_checkpoint_as_it_is() {
        Claim claim = claim();
        assertThat(claim.cursor()).isNull();
        store().advance(step(claim, null, first));
        Claim next = takeOver();
        assertThat(next.token()).isGreaterThan(claim.token());
        assertThat(next.cursor()).isEqualTo(first);
    }

    @Test
    void a_lease_that_is_renewed_lasts() {
        Claim claim = claim();
        fixture.clock().advance(LEASE.minusSeconds(1));
        assertThat(store().renew(List.of(new Renewal(claim, BUSY)), LEASE)).containsExactly(NAME);
        fixture.clock().advance(LEASE.minusSeconds(1));
        assertThat(store().claim(NAME, "second", LEASE)).isEmpty();
        assertThat(lease().until()).isEqualTo(store().now().plusSeconds(1));
    }

    @Test
    void a_lease_that_is_over_is_renewed_if_nobody_has_taken_it() {
        Claim claim = claim();
        fixture.clock().advance(LEASE.multipliedBy(3));
        assertThat(store().renew(List.of(new Renewal(claim, BUSY)), LEASE)).containsExactly(NAME);
        assertThat(store().claim(NAME, "second", LEASE)).isEmpty();
    }

    @Test
    void a_lease_that_was_taken_over_is_not_renewed_and_those_beside_it_are() {
        Claim lost = claim();
        Claim kept = store().claim(OTHER, "first", LEASE).orElseThrow();
        Claim next = takeOver();
        assertThat(store().renew(List.of(new Renewal(lost, BUSY), new Renewal(kept, BUSY)), LEASE))
                .containsExactly(OTHER);
        assertThat(lease().holder()).isEqualTo("second");
        assertThat(known(NAME).token()).isEqualTo(next.token());
    }

    @Test
    void a_lease_that_was_given_back_is_free_at_once() {
        Claim claim = claim();
        store().release(new Renewal(claim, new Report(State.STOPPED, Duration.ofSeconds(2), "closed", 0)));
        Known known = known(NAME);
        assertThat(known.lease()).isNull();
        assertThat(known.state()).isEqualTo(State.STOPPED);
        assertThat(known.why()).isEqualTo("closed");
        assertThat(known.since()).isEqualTo(store().now().minusSeconds(2));
        assertThat(store().claim(NAME, "second", LEASE).orElseThrow().token()).isGreaterThan(claim.token());
    }

    @Test
    void who_has_lost_a_lease_cannot_give_it_back() {
        Claim lost = claim();
        takeOver();
        store().release(new Renewal(lost, BUSY));
        assertThat(lease().holder()).isEqualTo("second");
    }

    @Test
    void a_renewal_tells_how_the_holder_is_doing() {
        Claim claim = claim();
        var report = new Report(State.RETRYING, Duration.ofSeconds(7), "attempt 3 at E1", 0.25);
        store().renew(List.of(new Renewal(claim, report)), LEASE);
        Known known = known(NAME);
        assertThat(known.state()).isEqualTo(State.RETRYING);
        assertThat(known.why()).isEqualTo("attempt 3 at E1");
        assertThat(known.rate()).isEqualTo(0.25);
        assertThat(known.since()).isEqualTo(store().now().minusSeconds(7));
        assertThat(known(OTHER).state()).isEqualTo(State.STOPPED);
    }

    @Test
    void a_checkpoint_goes_on_from_where_it_is() {
        Claim claim = claim();
        store().advance(step(claim, null, first));
        store().advance(step(claim, first, second));
        assertThat(known(NAME).cursor()).isEqualTo(second);
        assertThat(known(OTHER).cursor()).as("another consumer's").isNull();
    }

    @Test
    void a_checkpoint_is_not_moved_from_where_it_is_not() {
        Claim claim = claim();
        refused(LeaseLost.class, () -> store().advance(step(claim, first, second)));
        assertThat(known(NAME).cursor()).isNull();
        store().advance(step(claim, null, second));
        refused(LeaseLost.class, () -> store().advance(step(claim, null, first)));
        refused(LeaseLost.class, () -> store().advance(step(claim, first, start)));
        assertThat(known(NAME).cursor()).isEqualTo(second);
    }

    @Test
    void who_has_lost_a_lease_moves_nothing_and_sets_nothing_aside() {
        Claim lost = claim();
        store().advance(step(lost, null, first));
        Claim next = takeOver();
        LeaseLost refusal = refused(
                LeaseLost.class, () -> store().advance(step(lost, first, second, parked("p", B, 1, Cause.FAILED))));
        assertThat(refusal.consumer()).isEqualTo(NAME);
        assertThat(refusal.token()).isEqualTo(lost.token());
        assertThat(known(NAME).cursor()).isEqualTo(first);
        assertThat(store().setAside(NAME)).isEmpty();
        store().advance(step(next, first, second));
    }

    @Test
    void a_step_that_is_refused_sets_nothing_aside() {
        Claim claim = claim();
        refused(LeaseLost.class, () -> store().advance(step(claim, first, second, parked("p", B, 1, Cause.FAILED))));
        assertThat(store().setAside(NAME)).isEmpty();
        assertThat(known(NAME).parked()).isZero();
    }

    @Test
    void what_is_set_aside_comes_back_as_it_was_in_order() {
        Claim claim = claim();
        ParkedEvent failed = parked("1", B, 4, Cause.FAILED);
        ParkedEvent behind = parked("2", B, 5, Cause.BEHIND);
        ParkedEvent skipped = parked("0", C, 1, Cause.SKIPPED);
        store().advance(step(claim, null, first, failed, skipped));
        store().advance(step(claim, first, second, behind));
        assertThat(store().setAside(NAME)).containsExactly(failed, skipped, behind);
        assertThat(known(NAME).parked()).isEqualTo(2);
        assertThat(known(NAME).skipped()).isEqualTo(1);
        assertThat(store().parkedStreams(NAME)).containsExactly(B);
        assertThat(store().setAside(OTHER)).isEmpty();
        assertThat(store().parkedStreams(OTHER)).isEmpty();
        assertThat(known(OTHER).parked()).isZero();
    }

    @Test
    void what_is_set_aside_outlives_the_holder() {
        store().advance(step(claim(), null, first, parked("1", B, 4, Cause.FAILED)));
        takeOver();
        assertThat(store().setAside(NAME)).hasSize(1);
        assertThat(store().parkedStreams(NAME)).containsExactly(B);
    }

    @Test
    void somebody_asks_for_one_event_or_for_all_that_wait() {
        ParkedEvent one = parked("1", A, 1, Cause.FAILED);
        ParkedEvent two = parked("2", B, 1, Cause.FAILED);
        ParkedEvent skipped = parked("3", C, 1, Cause.SKIPPED);
        store().advance(step(claim(), null, first, one, two, skipped));
        assertThat(store().ask(NAME, Set.of(two.id()), Wish.DISCARD)).isEqualTo(1);
        assertThat(store().setAside(NAME))
                .extracting(ParkedEvent::wish)
                .containsExactly(Optional.empty(), Optional.of(Wish.DISCARD), Optional.empty());
        long asks = known(NAME).asks();
        assertThat(store().ask(NAME, Set.of(), Wish.RETRY)).isEqualTo(2);
        assertThat(store().setAside(NAME))
                .extracting(ParkedEvent::wish)
                .containsExactly(Optional.of(Wish.RETRY), Optional.of(Wish.RETRY), Optional.empty());
        assertThat(known(NAME).asks()).isGreaterThan(asks);
        assertThat(store().ask(NAME, Set.of(new UUID(1, 1)), Wish.RETRY)).isZero();
        assertThat(store().ask(OTHER, Set.of(), Wish.RETRY)).isZero();
        assertThat(known(OTHER).asks()).isZero();
    }

    @Test
    void an_event_that_was_handled_at_last_is_forgotten() {
        Claim claim = claim();
        ParkedEvent one = parked("1", B, 1, Cause.FAILED);
        ParkedEvent two = parked("2", C, 1, Cause.FAILED);
        ParkedEvent skipped = parked("3", C, 2, Cause.SKIPPED);
        store().advance(step(claim, null, first, one, two, skipped));
        store().settle(claim, one.id());
        store().settle(claim, one.id());
        store().settle(claim, skipped.id());
        assertThat(store().setAside(NAME)).containsExactly(two);
        assertThat(known(NAME).parked()).isEqualTo(1);
        assertThat(known(NAME).skipped()).isZero();
        assertThat(store().parkedStreams(NAME)).containsExactly(C);
    }

    @Test
    void an_event_that_failed_again_says_so_and_keeps_its_place() {
        Claim claim = claim();
        ParkedEvent one = parked("1", B, 1, Cause.BEHIND);
        ParkedEvent two = parked("2", C, 1, Cause.FAILED);
        store().advance(step(claim, null, first, one, two));
        store().ask(NAME, Set.of(), Wish.RETRY);
        ParkedEvent again = new ParkedEvent(
                one.id(), B, 1, "E", Cause.FAILED, "another reason", 4, store().now(), Optional.empty());
        store().park(claim, again);
        assertThat(store().setAside(NAME).getFirst()).isEqualTo(again);
        assertThat(known(NAME).parked()).isEqualTo(2);
    }

    @Test
    void who_has_lost_a_lease_touches_nothing_that_is_set_aside() {
        Claim lost = claim();
        ParkedEvent one = parked("1", B, 1, Cause.FAILED);
        store().advance(step(lost, null, first, one));
        takeOver();
        refused(LeaseLost.class, () -> store().settle(lost, one.id()));
        refused(LeaseLost.class, () -> store().park(lost, parked("1", B, 1, Cause.SKIPPED)));
        assertThat(store().setAside(NAME)).containsExactly(one);
    }

    @Test
    void a_halt_says_why_and_lasts_until_somebody_resumes() {
        store().halt(NAME, false, "the mail server moves");
        fixture.clock().advance(Duration.ofMinutes(1));
        ConsumerStore.Halt halt = halt();
        assertThat(halt.failed()).isFalse();
        assertThat(halt.why()).isEqualTo("the mail server moves");
        assertThat(halt.since()).isEqualTo(store().now().minus(Duration.ofMinutes(1)));
        assertThat(known(OTHER).halt()).isNull();
        store().halt(NAME, true, "no such account");
        assertThat(halt().failed()).isTrue();
        store().resume(NAME);
        assertThat(known(NAME).halt()).isNull();
    }

    @Test
    void a_rebuild_goes_back_to_the_beginning_with_nothing_set_aside() {
        Claim claim = claim();
        store().advance(step(claim, null, first, parked("1", B, 1, Cause.FAILED), parked("2", C, 1, Cause.SKIPPED)));
        Claim other = store().claim(OTHER, "first", LEASE).orElseThrow();
        store().advance(step(other, null, first, parked("1", B, 1, Cause.FAILED)));
        long asks = known(NAME).asks();
        store().askRebuild(NAME);
        assertThat(known(NAME).rebuilding()).isTrue();
        assertThat(known(NAME).asks()).isGreaterThan(asks);
        assertThat(known(OTHER).rebuilding()).isFalse();
        refused(LeaseLost.class, () -> store().restart(null, step(claim, second, start), second));
        store().restart(null, step(claim, first, start), first);
        Known known = known(NAME);
        assertThat(known.rebuilding()).isFalse();
        assertThat(known.cursor()).isEqualTo(start);
        assertThat(known.replayUpTo()).isEqualTo(first);
        assertThat(known.parked() + known.skipped()).isZero();
        assertThat(store().setAside(NAME)).isEmpty();
        assertThat(known(OTHER).cursor()).isEqualTo(first);
        assertThat(store().setAside(OTHER)).hasSize(1);
    }

    /** Two generations of a read model, the first one active and further on. */
    private Claim givenGenerations() {
        store().register("m@1", 1);
        store().register("m@2", 1);
        store().registerGeneration("m@1", "m");
        store().registerGeneration("m@2", "m");
        store().registerGeneration("m@2", "m");
        store().advance(step(store().claim("m@1", "first", LEASE).orElseThrow(), null, second));
        Claim claim = store().claim("m@2", "second", LEASE).orElseThrow();
        store().advance(step(claim, null, first));
        return claim;
    }

    @Test
    void the_first_generation_is_active_until_another_one_takes_over() {
        Claim claim = givenGenerations();
        assertThat(known("m@1").active()).isTrue();
        assertThat(known("m@2").active()).isFalse();
        assertThat(known("m@2").base()).isEqualTo("m");
        assertThat(known(NAME).active()).as("no generation").isTrue();
        assertThat(store().holdUp(null, claim)).isEqualTo(second);
        store().switchTo(null, step(claim, first, second));
        assertThat(known("m@1").active()).isFalse();
        assertThat(known("m@2").active()).isTrue();
        assertThat(known("m@2").cursor()).isEqualTo(second);
        assertThat(store().holdUp(null, claim)).isEqualTo(second);
    }

    @Test
    void who_is_not_active_any_more_has_lost_its_lease() {
        Claim claim = givenGenerations();
        var old = new Claim("m@1", known("m@1").token(), second);
        store().switchTo(null, step(claim, first, second));
        refused(LeaseLost.class, () -> store().advance(step(old, second, first)));
        assertThat(known("m@1").lease()).isNull();
        Claim again = store().claim("m@1", "first", LEASE).orElseThrow();
        assertThat(again.cursor()).isEqualTo(second);
        store().advance(step(claim, second, first));
        store().switchTo(null, step(again, second, first));
        assertThat(known("m@1").active()).as("switched back").isTrue();
    }

    @Test
    void nobody_takes_over_from_where_the_active_generation_is_not() {
        Claim claim = givenGenerations();
        refused(LeaseLost.class, () -> store().switchTo(null, step(claim, first, first)));
        refused(LeaseLost.class, () -> store().switchTo(null, step(claim, start, second)));
        assertThat(known("m@1").active()).isTrue();
        assertThat(known("m@2").cursor()).isEqualTo(first);
        takeOverOf("m@2");
        refused(LeaseLost.class, () -> store().switchTo(null, step(claim, first, second)));
        refused(LeaseLost.class, () -> store().holdUp(null, claim));
        assertThat(known("m@1").active()).isTrue();
    }

    private void takeOverOf(String name) {
        fixture.clock().advance(LEASE.plusSeconds(1));
        assertThat(store().claim(name, "third", LEASE)).isPresent();
    }

    @Test
    void a_switch_is_asked_for_and_done_or_forgotten() {
        Claim claim = givenGenerations();
        long asks = known("m@2").asks();
        store().askSwitch("m@2");
        assertThat(known("m@2").switching()).isTrue();
        assertThat(known("m@2").asks()).isGreaterThan(asks);
        store().resume("m@2");
        assertThat(known("m@2").switching()).isFalse();
        store().askSwitch("m@2");
        store().switchTo(null, step(claim, first, second));
        assertThat(known("m@2").switching()).isFalse();
        assertThat(refused(IllegalArgumentException.class, () -> store().askSwitch(NAME)))
                .hasMessageContaining("\"" + NAME + "\"");
        refused(IllegalArgumentException.class, () -> store().askSwitch("unheard of"));
    }

    @Test
    void to_resume_is_to_forget_a_rebuild_that_was_not_done() {
        store().askRebuild(NAME);
        store().resume(NAME);
        assertThat(known(NAME).rebuilding()).isFalse();
    }

    @Test
    void a_consumer_that_nobody_registered_is_an_error_that_names_it() {
        for (ThrowingCallable call : List.of(
                (ThrowingCallable) () -> store().claim("missing", "h", LEASE),
                () -> store().setAside("missing"),
                () -> store().parkedStreams("missing"),
                () -> store().ask("missing", Set.of(), Wish.RETRY),
                () -> store().halt("missing", false, "why"),
                () -> store().resume("missing"),
                () -> store().askRebuild("missing"))) {
            assertThat(refused(IllegalArgumentException.class, call)).hasMessageContaining("\"missing\"");
        }
    }
}
