// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.exactly;
import static org.cairnlog.log.ExpectedVersion.noStream;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Conflict;
import org.junit.jupiter.api.Test;

/** Races: beliefs and conditions are checked and acted on in one step, so of rivals exactly one wins. */
public abstract class RacesContract extends AtomicLogContract {
    private static final int WRITERS = 4;
    private static final int ROUNDS = 12;

    /** The append with which a writer takes part in a round. */
    private interface Attempt {
        Append in(int round, int writer);
    }

    @Test
    void a_name_is_claimed_once() throws Exception {
        assertOneWinnerPerRound((round, writer) -> Append.to(stream("name" + round), noStream(), event("E")));
    }

    @Test
    void a_condition_lets_one_writer_through() throws Exception {
        assertOneWinnerPerRound((round, writer) ->
                Append.to(A, any(), tagged("E", "round" + round)).unless(EventQuery.tags("round" + round)));
    }

    @Test
    void overlapping_but_different_conditions_let_one_writer_through() throws Exception {
        assertOneWinnerPerRound((round, writer) -> {
            String shared = "round" + round;
            String own = shared + "-" + writer;
            EventQuery query = EventQuery.tags(shared).or(EventQuery.tags(own));
            return Append.to(A, any(), tagged("E", shared, own)).unless(query);
        });
    }

    @Test
    void writers_who_guard_the_streams_of_each_other_do_not_both_win() throws Exception {
        assertOneWinnerPerRound((round, writer) -> {
            Append append = Append.to(stream("seat" + round + "-" + writer), any(), event("E"));
            for (int other = 0; other < WRITERS; other++) {
                if (other != writer) {
                    append = append.guard(stream("seat" + round + "-" + other), noStream());
                }
            }
            return append;
        });
    }

    @Test
    void appends_to_the_same_streams_in_opposite_orders_neither_block_nor_conflict() throws Exception {
        Crowd.run(WRITERS, writer -> {
            for (int round = 0; round < ROUNDS; round++) {
                StreamId first = writer % 2 == 0 ? A : B;
                StreamId second = writer % 2 == 0 ? B : A;
                log().append(Append.to(first, any(), event("E")).and(second, any(), event("E")));
            }
        });
        assertThat(log().stream(A).orElseThrow().version()).isEqualTo(WRITERS * ROUNDS);
        assertThat(log().stream(B).orElseThrow().version()).isEqualTo(WRITERS * ROUNDS);
    }

    @Test
    void writers_who_decide_again_after_each_conflict_count_without_a_loss() throws Exception {
        Crowd.run(WRITERS, writer -> {
            for (int done = 0; done < ROUNDS; ) {
                long version = log().read(A).toList().version();
                try {
                    log().append(A, exactly(version), event("E"));
                    done++;
                } catch (Conflict conflict) {
                    Thread.onSpinWait();
                }
            }
        });
        assertThat(log().stream(A).orElseThrow().version()).isEqualTo(WRITERS * ROUNDS);
    }

    private void assertOneWinnerPerRound(Attempt attempt) throws Exception {
        var barrier = new CyclicBarrier(WRITERS);
        var wins = new AtomicInteger();
        Crowd.run(WRITERS, writer -> {
            for (int round = 0; round < ROUNDS; round++) {
                Append append = attempt.in(round, writer);
                barrier.await();
                try {
                    log().append(append);
                    wins.incrementAndGet();
                } catch (Conflict lost) {
                    assertThat(lost).hasMessageContaining("Nothing was stored");
                }
                barrier.await();
            }
        });
        assertThat(wins.get()).as("winners in " + ROUNDS + " rounds").isEqualTo(ROUNDS);
        assertThat(log().read(EventQuery.all()).toList()).hasSize(ROUNDS);
    }
}
