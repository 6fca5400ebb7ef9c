// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;

import java.util.List;
import java.util.stream.StreamSupport;
import org.cairnlog.decider.Executed;
import org.cairnlog.event.EventData;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.LogUnavailable;
import org.cairnlog.log.OutcomeUnknown;
import org.cairnlog.testkit.InterceptedLog.Attempt;
import org.junit.jupiter.api.Test;

/** If nobody can tell whether events are stored, the same events are appended again before anything is decided anew. */
public abstract class OutcomesContract extends RepositoryContract {
    private static final Attempt STORED_UNNOTICED = (log, append) -> {
        log.append(append);
        throw new OutcomeUnknown(append, null);
    };
    private static final Attempt LOST = (log, append) -> {
        throw new OutcomeUnknown(append, null);
    };
    private static final Attempt UNAVAILABLE = (log, append) -> {
        throw new LogUnavailable("The test has cut the log off.", null);
    };

    /** For a store's test. */
    protected OutcomesContract() {}

    private Executed<Purse.State, Purse.Event> put(Watched purse, Attempt... attempts) {
        AtomicEventLog log = InterceptedLog.appending(log(), attempts);
        return purses(log, purse).retryingConflicts(1).execute("p", new Purse.Put(5));
    }

    private static Watched alone() {
        return rival(0, () -> {});
    }

    private List<EventData> stored() {
        return StreamSupport.stream(log().read(PURSE).spliterator(), false)
                .map(event -> event.data())
                .toList();
    }

    @Test
    void what_was_stored_unnoticed_is_stored_once_and_decided_once() {
        for (List<Attempt> attempts :
                List.of(List.of(STORED_UNNOTICED), List.of(STORED_UNNOTICED, LOST, UNAVAILABLE, LOST))) {
            Watched purse = alone();
            long before = log().stream(PURSE).map(s -> s.version()).orElse(0L);
            Attempt[] all = new Attempt[attempts.size() + 1];
            attempts.toArray(all);
            all[attempts.size()] = AtomicEventLog::append;
            Executed<Purse.State, Purse.Event> executed = put(purse, all);
            assertThat(purse.decisions()).isEqualTo(1);
            assertThat(executed.version()).isEqualTo(before + 1);
            assertThat(executed.cursor()).isEqualTo(log().head());
            assertThat(stored()).hasSize((int) before + 1);
        }
    }

    @Test
    void what_was_lost_is_appended_again_with_the_same_ids() {
        Append[] first = new Append[1];
        Watched purse = alone();
        Executed<Purse.State, Purse.Event> executed = put(
                purse,
                (log, append) -> {
                    first[0] = append;
                    throw new OutcomeUnknown(append, null);
                },
                AtomicEventLog::append);
        assertThat(purse.decisions()).isEqualTo(1);
        assertThat(executed.state()).isEqualTo(purse(5, 1));
        assertThat(stored()).containsExactly(first[0].events().getFirst().event());
    }

    @Test
    void what_was_lost_and_overtaken_is_decided_again() {
        Watched purse = alone();
        Executed<Purse.State, Purse.Event> executed = put(
                purse,
                (log, append) -> {
                    log.append(PURSE, any(), gained(100));
                    throw new OutcomeUnknown(append, null);
                },
                AtomicEventLog::append);
        assertThat(purse.decisions()).isEqualTo(2);
        assertThat(executed.state()).isEqualTo(purse(105, 2));
        assertThat(executed.retries()).isEqualTo(1);
    }

    @Test
    void what_stays_unknown_is_told_with_what_to_repeat_and_nothing_hides_it() {
        for (Attempt then : List.of(LOST, UNAVAILABLE)) {
            Watched purse = alone();
            var unknown = refused(OutcomeUnknown.class, () -> put(purse, STORED_UNNOTICED, then));
            assertThat(purse.decisions()).isEqualTo(1);
            Appended settled = log().repeat(unknown);
            assertThat(settled.repeated()).isTrue();
            assertThat(settled.cursor()).isEqualTo(log().head());
        }
        assertThat(stored()).hasSize(2);
    }

    @Test
    void a_log_that_stored_nothing_for_sure_is_not_asked_again() {
        Watched purse = alone();
        refusedWithoutTrace(LogUnavailable.class, () -> put(purse, UNAVAILABLE, AtomicEventLog::append));
        assertThat(purse.decisions()).isEqualTo(1);
        assertThat(pauses).isEmpty();
    }

    @Test
    void a_decision_over_a_query_is_settled_in_the_same_way() {
        adas(new Purse()).execute("p", new Purse.Put(60));
        AtomicEventLog log = InterceptedLog.appending(log(), STORED_UNNOTICED, AtomicEventLog::append);
        var purse = alone();
        var executed = purses(log, purse)
                .enriching(event -> event.withTags("owner:ada"))
                .execute(ADAS, "p", new Purse.Take(60));
        assertThat(executed.state()).isEqualTo(purse(0, 2));
        assertThat(purse.decisions()).isEqualTo(1);
        assertThat(stored()).hasSize(2);
    }
}
