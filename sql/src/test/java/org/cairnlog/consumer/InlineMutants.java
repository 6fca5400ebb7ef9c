// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.sql.Connection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.Committed;
import org.cairnlog.log.EventLog;
import org.cairnlog.log.JoinedTransaction;
import org.cairnlog.log.LogTransaction;
import org.cairnlog.log.PendingAppend;
import org.cairnlog.log.TransactionBlock;
import org.cairnlog.log.TransactionalEventLog;
import org.jspecify.annotations.Nullable;

/** A log with inline projections and one decision changed. */
public final class InlineMutants extends InlineLog {
    /** What it does wrong, and the test that was made for it. */
    public enum Defect {
        NONE(""),
        MISSES_APPENDS("rows_are_there_when_the_append_is"),
        MISSES_APPENDS_OF_MANY_STREAMS("an_append_of_many_streams_is_projected_in_its_order"),
        MISSES_BLOCKS("a_block_commits_its_own_work_its_appends_and_their_rows_together"),
        MISSES_JOINED_TRANSACTIONS("a_joined_transaction_is_projected_and_a_failure_in_it_stops_its_commit"),
        PROJECTS_AFTER_THE_COMMIT("what_fails_leaves_neither_rows_nor_events"),
        SWALLOWS_THE_FAILURE("what_fails_leaves_neither_rows_nor_events"),
        LETS_A_BLOCK_SWALLOW_THE_FAILURE("a_block_that_catches_the_failure_is_rolled_back_all_the_same"),
        PROJECTS_BACKWARDS("rows_are_there_when_the_append_is"),
        PROJECTS_TWICE("a_handler_of_appends_gets_what_matches_at_once_and_is_not_asked_for_nothing"),
        COUNTS_VERSIONS_FROM_THE_APPEND("rows_are_there_when_the_append_is"),
        TELLS_OF_THE_ROW_AND_NOT_OF_THE_CONFLICT("who_is_slower_meets_the_conflict_and_not_the_row_of_who_was_faster"),
        PASSES_OVER_WHAT_IT_DOES_NOT_KNOW("an_unknown_type_is_a_failure_unless_it_is_to_be_passed_over"),
        HIDES_WHAT_IS_BESIDE_THE_LOG("what_is_kept_beside_the_log_is_found_through_it");

        public final String test;

        Defect(String test) {
            this.test = test;
        }
    }

    private final Defect defect;

    public InlineMutants(Defect defect, TransactionalEventLog log, InlineProjection<?>... projections) {
        super(
                log,
                Stream.of(projections)
                        .<InlineProjection<?>>map(projection -> defect == Defect.PASSES_OVER_WHAT_IT_DOES_NOT_KNOW
                                ? projection.passingOverUnknownTypes()
                                : projection)
                        .toList());
        this.defect = defect;
    }

    @Override
    public Appended append(Append append) {
        boolean many =
                append.events().stream().map(Append.NewEvent::stream).distinct().count() > 1;
        return switch (defect) {
            case MISSES_APPENDS -> log.append(append);
            case MISSES_APPENDS_OF_MANY_STREAMS -> many ? log.append(append) : super.append(append);
            case PROJECTS_AFTER_THE_COMMIT -> {
                Appended appended = log.append(append);
                log.inTransaction(tx -> {
                            new InlineTransaction(tx, projections)
                                    .project(append, new PendingAppend(appended.versions()));
                            return appended;
                        })
                        .run();
                yield appended;
            }
            default -> super.append(append);
        };
    }

    @Override
    public <T extends @Nullable Object, E extends Exception> Committed<T> commit(TransactionBlock<T, E> block)
            throws E {
        return defect == Defect.MISSES_BLOCKS ? log.commit(block) : super.commit(block);
    }

    @Override
    public JoinedTransaction join(Connection connection) {
        return defect == Defect.MISSES_JOINED_TRANSACTIONS ? log.join(connection) : super.join(connection);
    }

    @Override
    void checkAppends(List<Append> appends, InlineFailed failed) {
        if (defect != Defect.TELLS_OF_THE_ROW_AND_NOT_OF_THE_CONFLICT) {
            super.checkAppends(appends, failed);
        }
    }

    @Override
    public EventLog undecorated() {
        return defect == Defect.HIDES_WHAT_IS_BESIDE_THE_LOG ? this : super.undecorated();
    }

    @Override
    InlineTransaction in(LogTransaction transaction) {
        return new InlineTransaction(transaction, projections) {
            @Override
            void checkProjected() {
                if (defect != Defect.LETS_A_BLOCK_SWALLOW_THE_FAILURE) {
                    super.checkProjected();
                }
            }

            @Override
            void project(Append append, PendingAppend pending) {
                switch (defect) {
                    case SWALLOWS_THE_FAILURE -> {
                        try {
                            super.project(append, pending);
                        } catch (InlineFailed failed) {
                            return;
                        }
                    }
                    case PROJECTS_BACKWARDS ->
                        super.project(
                                new Append(
                                        append.events().reversed(),
                                        append.expectations(),
                                        append.conditions(),
                                        append.labels()),
                                pending);
                    case PROJECTS_TWICE -> {
                        super.project(append, pending);
                        super.project(append, pending);
                    }
                    case COUNTS_VERSIONS_FROM_THE_APPEND -> {
                        Map<StreamId, Long> counts = new HashMap<>();
                        append.events().forEach(event -> counts.merge(event.stream(), 1L, Long::sum));
                        super.project(append, new PendingAppend(counts));
                    }
                    default -> super.project(append, pending);
                }
            }
        };
    }
}
