// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;

import java.util.concurrent.atomic.AtomicInteger;
import org.cairnlog.decider.AtomicRepository;
import org.cairnlog.decider.Executed;
import org.cairnlog.decider.Rejected;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Metadata;
import org.cairnlog.log.ConditionFailed;
import org.cairnlog.log.StreamDeleted;
import org.cairnlog.log.VersionConflict;
import org.junit.jupiter.api.Test;

/** A decision rests on everything that happened before it, is stored as a whole or not at all, and is made once. */
public abstract class DecisionsContract extends RepositoryContract {
    /** For a store's test. */
    protected DecisionsContract() {}

    @Test
    void a_command_is_decided_on_the_state_and_its_events_are_stored() {
        purses().execute("p", new Purse.Put(100));
        Executed<Purse.State, Purse.Event> executed = purses().execute("p", new Purse.Take(30));

        assertThat(executed.state()).isEqualTo(purse(70, 2));
        assertThat(executed.events()).containsExactly(new Purse.Lost(30));
        assertThat(executed.version()).isEqualTo(2);
        assertThat(executed.cursor()).isEqualTo(log().head());
        assertThat(executed.retries()).isZero();
        assertThat(typesOf(PURSE)).containsExactly("gained", "lost");
    }

    @Test
    void all_events_of_a_decision_are_one_append() {
        Executed<Purse.State, Purse.Event> executed = purses().execute("p", new Purse.PutTwice(101));
        assertThat(executed.events()).containsExactly(new Purse.Gained(50), new Purse.Gained(51));
        assertThat(executed.version()).isEqualTo(2);
        assertThat(log().history(log().beginning()).appends()).hasSize(1);
    }

    @Test
    void a_rejected_command_leaves_nothing_and_says_why() {
        gain(PURSE, 10);
        Rejected rejected = refusedWithoutTrace(Rejected.class, () -> purses().execute("p", new Purse.Take(11)));
        assertThat(rejected.code()).isEqualTo("too-little");
        assertThat(rejected.detail()).isEqualTo("there are 10");
        assertThat(rejected).hasMessageContaining("too-little").hasMessageContaining("there are 10");
    }

    @Test
    void a_decision_without_events_appends_nothing_and_tells_the_present_version() {
        gain(PURSE, 10);
        gain(OTHER, 10);
        var head = log().head();
        Executed<Purse.State, Purse.Event> executed = purses().execute("p", new Purse.Leave());
        assertThat(executed.version()).isEqualTo(1);
        assertThat(executed.events()).isEmpty();
        assertThat(executed.state()).isEqualTo(purse(10, 1));
        assertThat(executed.cursor().covers(log().cursorAt(1))).isTrue();
        assertThat(log().head()).isEqualTo(head);

        assertThat(purses().execute("nobody", new Purse.Leave()).version()).isZero();
    }

    @Test
    void who_was_slower_loads_and_decides_again() {
        gain(PURSE, 10);
        var purse = rivalOnce(() -> gain(PURSE, 5));
        Executed<Purse.State, Purse.Event> executed = purses(log(), purse).execute("p", new Purse.Put(1));
        assertThat(executed.retries()).isEqualTo(1);
        assertThat(executed.state()).isEqualTo(purse(16, 3));
        assertThat(executed.version()).isEqualTo(3);
        assertThat(purse.decisions()).isEqualTo(2);
        assertThat(typesOf(PURSE)).containsExactly("gained", "gained", "gained");
    }

    @Test
    void what_was_possible_may_be_rejected_the_second_time() {
        gain(PURSE, 10);
        var purse = rivalOnce(() -> log().append(PURSE, any(), lost(10)));
        refused(Rejected.class, () -> purses(log(), purse).execute("p", new Purse.Take(10)));
        assertThat(typesOf(PURSE)).containsExactly("gained", "lost");
    }

    @Test
    void who_is_always_slower_learns_of_the_conflict_and_stores_nothing() {
        var purse = rival(99, () -> gain(PURSE, 1));
        var conflict = refused(
                VersionConflict.class,
                () -> purses(log(), purse).retryingConflicts(2).execute("p", new Purse.PutTwice(4)));
        assertThat(conflict.mismatches().getFirst().actual()).isEqualTo(3);
        assertThat(purse.decisions()).isEqualTo(3);
        assertThat(log().stream(PURSE).orElseThrow().version()).isEqualTo(3);
        assertThat(pauses).containsExactly(1, 2);
    }

    @Test
    void a_repository_that_failed_works_as_before() {
        var rival = new AtomicInteger(1);
        var purse = new Watched(decision -> {
            if (rival.getAndDecrement() > 0) {
                gain(PURSE, 1);
            }
        });
        var purses = purses(log(), purse).retryingConflicts(0);
        refused(VersionConflict.class, () -> purses.execute("p", new Purse.Put(5)));
        assertThat(purses.execute("p", new Purse.Put(5)).state()).isEqualTo(purse(6, 2));
        assertThat(purses.execute("p", new Purse.Take(6)).state()).isEqualTo(purse(0, 3));
    }

    @Test
    void a_decision_is_interrupted_only_between_attempts() {
        var purse = rival(1, () -> gain(PURSE, 1));
        var purses = purses(log(), purse).pausing(failures -> {
            throw new InterruptedException();
        });
        try {
            refused(VersionConflict.class, () -> purses.execute("p", new Purse.Put(5)));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(typesOf(PURSE)).containsExactly("gained");
    }

    @Test
    void a_deleted_stream_is_not_brought_back() {
        gain(PURSE, 10);
        fixture.maintenance().delete(PURSE, any(), "test");
        assertThat(purses().load("p").found()).isFalse();
        assertThat(purses().load("p").state()).isEqualTo(purse(0, 0));
        refusedWithoutTrace(StreamDeleted.class, () -> purses().execute("p", new Purse.Put(1)));
    }

    @Test
    void a_decision_over_a_query_rests_on_every_stream_that_matches() {
        adas(new Purse()).execute("p", new Purse.Put(60));
        adas(new Purse()).execute("q", new Purse.Put(60));
        Executed<Purse.State, Purse.Event> executed = adas(new Purse()).execute(ADAS, "p", new Purse.Take(100));
        assertThat(executed.state()).isEqualTo(purse(20, 3));
        assertThat(executed.version()).isEqualTo(2);
        assertThat(executed.cursor()).isEqualTo(log().head());
        refusedWithoutTrace(Rejected.class, () -> adas(new Purse()).execute(ADAS, "q", new Purse.Take(21)));
    }

    @Test
    void a_decision_over_a_query_is_made_again_if_another_event_matches() {
        adas(new Purse()).execute("p", new Purse.Put(60));
        var purse = rivalOnce(() -> adas(new Purse()).execute("q", new Purse.Take(0)));
        Executed<Purse.State, Purse.Event> executed = adas(purse).execute(ADAS, "p", new Purse.Take(60));
        assertThat(executed.retries()).isEqualTo(1);
        assertThat(executed.state()).isEqualTo(purse(0, 3));

        var late = rival(99, () -> adas(new Purse()).execute("q", new Purse.Put(1)));
        refused(ConditionFailed.class, () -> adas(late).retryingConflicts(1).execute(ADAS, "p", new Purse.Take(0)));
        assertThat(late.decisions()).isEqualTo(2);
    }

    @Test
    void a_decision_over_a_query_is_not_disturbed_by_what_does_not_match() {
        adas(new Purse()).execute("p", new Purse.Put(60));
        var purse = rivalOnce(() -> gain(PURSE, 5));
        Executed<Purse.State, Purse.Event> executed = adas(purse).execute(ADAS, "p", new Purse.Take(60));
        assertThat(executed.retries()).isZero();
        assertThat(executed.version()).isEqualTo(3);
        assertThat(executed.state()).isEqualTo(purse(0, 2));
    }

    @Test
    void a_decision_over_a_query_without_events_appends_nothing() {
        adas(new Purse()).execute("p", new Purse.Put(60));
        gain(PURSE, 1);
        var head = log().head();
        Executed<Purse.State, Purse.Event> executed = purses().execute(ADAS, "p", new Purse.Leave());
        assertThat(executed.version()).isEqualTo(2);
        assertThat(executed.state()).isEqualTo(purse(60, 1));
        assertThat(executed.cursor()).isEqualTo(head);
        assertThat(log().head()).isEqualTo(head);
    }

    @Test
    void a_decision_cannot_rest_on_what_no_condition_can_ask_for() {
        EventQuery byMetadata = ADAS.andMetadata(Metadata.of("a", "b"));
        refusedWithoutTrace(IllegalArgumentException.class, () -> purses().execute(byMetadata, "p", new Purse.Leave()));
        assertThat(purses().load(byMetadata).found()).isFalse();
    }

    @Test
    void what_is_added_to_events_and_appends_is_stored_with_them() {
        AtomicRepository<Purse.Command, Purse.State, Purse.Event> purses = adas(new Purse())
                .enriching(event -> event.withMetadata(Metadata.of("by", "eve")))
                .adding(append -> append.label(PURSE, "group", "g"))
                .adding(append -> append.and(OTHER, gained(1)));
        purses.execute("p", new Purse.Put(5));
        var stored = log().read(PURSE).toList().getFirst();
        assertThat(stored.tags()).containsExactly("owner:ada");
        assertThat(stored.metadata()).isEqualTo(Metadata.of("by", "eve"));
        assertThat(label(PURSE, "group").value()).isEqualTo("g");
        assertThat(typesOf(OTHER)).containsExactly("gained");
    }

    @Test
    void many_who_decide_at_once_never_take_more_than_there_is() throws Exception {
        gain(PURSE, 100);
        var paid = new AtomicInteger();
        var purses = repository(log(), new Purse(), Purse.CODEC).retryingConflicts(1000);
        Crowd.run(16, thread -> {
            for (int i = 0; i < 3; i++) {
                try {
                    purses.execute("p", new Purse.Take(3));
                    paid.incrementAndGet();
                } catch (Rejected tooLittle) {
                    assertThat(purses.load("p").state().cents()).isLessThan(3);
                }
            }
        });
        assertThat(paid).hasValue(33);
        assertThat(purses.load("p").state()).isEqualTo(purse(1, 34));
        assertThat(purses.load("p").version()).isEqualTo(34);
    }

    @Test
    void many_who_decide_over_a_query_at_once_never_take_more_than_there_is() throws Exception {
        adas(new Purse()).execute("p", new Purse.Put(100));
        var purses = repository(log(), new Purse(), Purse.CODEC)
                .enriching(event -> event.withTags("owner:ada"))
                .retryingConflicts(1000);
        var paid = new AtomicInteger();
        Crowd.run(16, thread -> {
            try {
                purses.execute(ADAS, "t" + thread, new Purse.Take(9));
                paid.incrementAndGet();
            } catch (Rejected tooLittle) {
                assertThat(tooLittle.code()).isEqualTo("too-little");
            }
        });
        assertThat(paid).hasValue(11);
        assertThat(purses.load(ADAS).state()).isEqualTo(purse(1, 12));
    }
}
