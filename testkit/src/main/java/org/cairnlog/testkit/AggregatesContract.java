// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.decider.AggregateRoot;
import org.cairnlog.decider.Aggregates;
import org.cairnlog.decider.Executed;
import org.cairnlog.decider.Rejected;
import org.cairnlog.event.EventData;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.LogUnavailable;
import org.cairnlog.log.OutcomeUnknown;
import org.cairnlog.log.VersionConflict;
import org.junit.jupiter.api.Test;

/** What an aggregate root has recorded is pending until it is stored, and then it is stored once. */
public abstract class AggregatesContract extends RepositoryContract {
    private static final InterceptedLog.Attempt THROUGH = AtomicEventLog::append;
    private static final InterceptedLog.Attempt BUSY = (log, append) -> {
        throw new LogUnavailable("broken by the test", null);
    };
    private static final InterceptedLog.Attempt LOST = (log, append) -> {
        throw new OutcomeUnknown(append, null);
    };
    private static final InterceptedLog.Attempt UNNOTICED = (log, append) -> {
        log.append(append);
        throw new OutcomeUnknown(append, null);
    };

    /** For a store's test. */
    protected AggregatesContract() {}

    /**
     * Makes what is under test.
     *
     * @param log its log
     * @param make makes a root
     * @param codec knows the events
     * @param <A> the roots
     * @param <E> the root of the events
     * @return the roots of the category "purse"
     */
    protected <A extends AggregateRoot<E>, E> Aggregates<A, E> aggregates(
            AtomicEventLog log, Supplier<A> make, EventCodec<E> codec) {
        return Aggregates.of(log, "purse", make, codec);
    }

    /** A purse that changes itself. */
    static final class PurseRoot extends AggregateRoot<Purse.Event> {
        private long cents;

        void put(long more) {
            record(new Purse.Gained(more));
        }

        void take(long less) {
            if (less > cents) {
                throw new Rejected("too-little");
            }
            record(new Purse.Lost(less));
        }

        @Override
        protected void apply(Purse.Event event) {
            switch (event) {
                case Purse.Gained gained -> cents += gained.cents();
                case Purse.Lost lost -> cents -= lost.cents();
                case Purse.Counted counted -> cents += counted.cents();
            }
        }
    }

    private Aggregates<PurseRoot, Purse.Event> roots(AtomicEventLog log) {
        return aggregates(log, PurseRoot::new, Purse.CODEC);
    }

    private Aggregates<PurseRoot, Purse.Event> roots() {
        return roots(log());
    }

    /** A purse with something pending, in front of a log to which these things happen. */
    private static PurseRoot pending() {
        var root = new PurseRoot();
        root.put(5);
        root.put(7);
        return root;
    }

    @Test
    void what_was_recorded_is_saved_and_loaded() {
        PurseRoot root = pending();
        assertThat(root.cents).isEqualTo(12);
        assertThat(root.version()).isZero();
        Executed<PurseRoot, Purse.Event> saved = roots().save("p", root);
        assertThat(saved.events()).containsExactly(new Purse.Gained(5), new Purse.Gained(7));
        assertThat(saved.version()).isEqualTo(2);
        assertThat(saved.cursor()).isEqualTo(log().head());
        assertThat(root.pending()).isEmpty();
        assertThat(root.version()).isEqualTo(2);
        root.take(2);
        assertThat(roots().save("p", root).version()).isEqualTo(3);
        var loaded = roots().load("p");
        assertThat(loaded.found()).isTrue();
        assertThat(loaded.state().cents).isEqualTo(10);
        assertThat(loaded.state().version()).isEqualTo(3);
        assertThat(loaded.state().pending()).isEmpty();
        assertThat(roots().load("p", 2).state().cents).isEqualTo(12);
        assertThat(roots().load("nobody").found()).isFalse();
    }

    @Test
    void nothing_pending_stores_nothing_and_tells_the_present_version() {
        gain(PURSE, 10);
        var head = log().head();
        Executed<PurseRoot, Purse.Event> saved =
                roots().save("p", roots().load("p").state());
        assertThat(saved.version()).isEqualTo(1);
        assertThat(saved.events()).isEmpty();
        assertThat(log().head()).isEqualTo(head);
    }

    @Test
    void pending_events_survive_a_failed_save() {
        PurseRoot root = pending();
        var roots = roots(InterceptedLog.appending(log(), BUSY, BUSY, THROUGH));
        for (int i = 0; i < 2; i++) {
            refusedWithoutTrace(LogUnavailable.class, () -> roots.save("p", root));
            assertThat(root.pending()).hasSize(2);
            assertThat(root.version()).isZero();
        }
        assertThat(roots.save("p", root).version()).isEqualTo(2);
        assertThat(root.pending()).isEmpty();
        assertThat(typesOf(PURSE)).containsExactly("gained", "gained");
    }

    @Test
    void who_was_slower_learns_of_the_conflict_and_loses_nothing() {
        PurseRoot root = pending();
        gain(PURSE, 1);
        for (int i = 0; i < 2; i++) {
            VersionConflict conflict = refusedWithoutTrace(VersionConflict.class, () -> roots().save("p", root));
            assertThat(conflict.mismatches().getFirst().actual()).isEqualTo(1);
            assertThat(root.pending()).containsExactly(new Purse.Gained(5), new Purse.Gained(7));
        }
    }

    @Test
    void what_was_stored_unnoticed_is_stored_once_though_it_is_saved_again() {
        PurseRoot root = pending();
        var roots = roots(InterceptedLog.appending(
                log(), UNNOTICED, LOST, LOST, LOST, LOST, LOST, LOST, LOST, LOST, LOST, LOST, BUSY, THROUGH));
        refused(OutcomeUnknown.class, () -> roots.save("p", root));
        assertThat(root.pending()).hasSize(2);
        root.take(1);
        assertThat(refused(OutcomeUnknown.class, () -> roots.save("p", root)).getSuppressed())
                .as("what kept it unknown")
                .isNotEmpty();
        Executed<PurseRoot, Purse.Event> saved = roots.save("p", root);
        assertThat(saved.version()).isEqualTo(3);
        assertThat(saved.events()).containsExactly(new Purse.Lost(1));
        assertThat(root.pending()).isEmpty();
        assertThat(typesOf(PURSE)).containsExactly("gained", "gained", "lost");
    }

    @Test
    void what_was_lost_and_overtaken_is_a_conflict_and_still_pending() {
        PurseRoot root = pending();
        var roots = roots(InterceptedLog.appending(
                log(), LOST, LOST, LOST, LOST, LOST, LOST, LOST, LOST, LOST, LOST, LOST, THROUGH));
        refused(OutcomeUnknown.class, () -> roots.save("p", root));
        gain(PURSE, 1);
        refusedWithoutTrace(VersionConflict.class, () -> roots.save("p", root));
        refusedWithoutTrace(VersionConflict.class, () -> roots.save("p", root));
        assertThat(root.pending()).hasSize(2);
    }

    @Test
    void what_became_of_old_events_does_not_move_the_version() {
        log().append(PURSE, any(), gained(10), Purse.old("swapped", 1), Purse.old("swapped", 1));
        PurseRoot root = roots().load("p").state();
        assertThat(root.version()).isEqualTo(3);
        root.put(1);
        assertThat(roots().save("p", root).version()).isEqualTo(4);
    }

    @Test
    void work_is_done_again_on_a_new_root_if_somebody_else_was_faster() {
        gain(PURSE, 10);
        var runs = new AtomicInteger();
        Executed<PurseRoot, Purse.Event> executed = roots().execute("p", root -> {
            if (runs.incrementAndGet() == 1) {
                gain(PURSE, 5);
            }
            root.put(1);
        });
        assertThat(executed.retries()).isEqualTo(1);
        assertThat(executed.state().cents).isEqualTo(16);
        assertThat(executed.version()).isEqualTo(3);
        assertThat(typesOf(PURSE)).hasSize(3);
        refusedWithoutTrace(Rejected.class, () -> roots().execute("p", root -> root.take(17)));
    }

    @Test
    void the_events_are_those_that_the_codec_makes() {
        roots().save("p", pending());
        List<EventData> stored =
                log().read(PURSE).toList().stream().map(event -> event.data()).toList();
        assertThat(stored).extracting(EventData::type).containsExactly("gained", "gained");
        assertThat(log().history(log().beginning()).appends()).hasSize(1);
    }
}
