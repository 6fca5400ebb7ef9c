// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.exactly;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.event.EventData;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.Conflict;
import org.cairnlog.log.OutcomeUnknown;
import org.cairnlog.log.VersionConflict;

/** A repository with one decision changed. */
final class MutantRepository<C, S, E> extends AtomicRepository<C, S, E> {
    /** What it does wrong, and the test that was made for it. */
    enum Defect {
        NONE(""),
        DECIDES_AGAIN_ON_WHAT_IT_READ_FIRST("what_was_possible_may_be_rejected_the_second_time"),
        SWALLOWS_THE_CONFLICT("who_is_always_slower_learns_of_the_conflict_and_stores_nothing"),
        EXPECTS_NOTHING_OF_THE_STREAM("who_was_slower_loads_and_decides_again"),
        FORGETS_THE_CONDITION("a_decision_over_a_query_is_made_again_if_another_event_matches"),
        NEVER_TRIES_AGAIN("who_was_slower_loads_and_decides_again"),
        TRIES_FOR_EVER("who_is_always_slower_learns_of_the_conflict_and_stores_nothing"),
        APPENDS_EVENT_BY_EVENT("all_events_of_a_decision_are_one_append"),
        FORGETS_WHAT_IS_ADDED("what_is_added_to_events_and_appends_is_stored_with_them"),
        DECIDES_ANEW_WHEN_THE_OUTCOME_IS_UNKNOWN("what_was_lost_is_appended_again_with_the_same_ids"),
        GIVES_UP_WHEN_THE_OUTCOME_IS_UNKNOWN("what_was_stored_unnoticed_is_stored_once_and_decided_once"),
        LETS_A_FAILED_REPEAT_HIDE_THE_UNKNOWN("what_stays_unknown_is_told_with_what_to_repeat_and_nothing_hides_it"),
        PASSES_OVER_WHAT_IT_DOES_NOT_KNOW("an_unknown_type_in_a_stream_of_ones_own_is_an_error"),
        FAILS_ON_WHAT_IS_FOREIGN("an_unknown_type_of_a_foreign_category_is_passed_over"),
        COUNTS_DECODED_EVENTS("the_version_is_that_of_the_stored_events_whatever_became_of_them"),
        ADDS_A_BASELINE_TO_WHAT_WAS_BEFORE("a_baseline_carries_the_whole_state"),
        READS_ONE_PAGE("a_long_stream_is_loaded_whole"),
        APPENDS_FOR_NOTHING("a_decision_without_events_appends_nothing_and_tells_the_present_version"),
        TELLS_NO_VERSION_FOR_NOTHING("a_decision_without_events_appends_nothing_and_tells_the_present_version"),
        LOADS_THE_PRESENT("a_state_is_loaded_as_it_was_at_a_version_or_point");

        final String test;

        Defect(String test) {
            this.test = test;
        }
    }

    private final Defect defect;

    private MutantRepository(
            Defect defect, AtomicEventLog log, Model<C, S, E> model, Patience patience, UnaryOperator<Append> adding) {
        super(log, model, patience, adding);
        this.defect = defect;
    }

    static <C, S, E> MutantRepository<C, S, E> of(
            Defect defect, AtomicEventLog log, String category, Decider<C, S, E> decider, EventCodec<E> codec) {
        EventCodec<E> bent = switch (defect) {
            case PASSES_OVER_WHAT_IT_DOES_NOT_KNOW, FAILS_ON_WHAT_IS_FOREIGN -> new BentCodec<>(defect, codec);
            default -> codec;
        };
        return new MutantRepository<>(
                defect, log, Model.of(category, decider, bent), Patience.STANDARD, UnaryOperator.identity());
    }

    private record BentCodec<E>(Defect defect, EventCodec<E> codec) implements EventCodec<E> {
        @Override
        public EventData encode(E event) {
            return codec.encode(event);
        }

        @Override
        public List<E> decode(RecordedEvent stored) {
            boolean passes = defect == Defect.PASSES_OVER_WHAT_IT_DOES_NOT_KNOW;
            return passes && !codec.knows(stored.type()) ? List.of() : codec.decode(stored);
        }

        @Override
        public boolean knows(String type) {
            return defect == Defect.FAILS_ON_WHAT_IS_FOREIGN || codec.knows(type);
        }
    }

    @Override
    AtomicRepository<C, S, E> with(Model<C, S, E> model, Patience patience) {
        return new MutantRepository<>(defect, atomic, model, patience, adding);
    }

    @Override
    public AtomicRepository<C, S, E> adding(UnaryOperator<Append> more) {
        return new MutantRepository<>(defect, atomic, model, patience, append -> more.apply(adding.apply(append)));
    }

    @Override
    Executed<S, E> decide(Boundary<S, E> boundary, C command) {
        return switch (defect) {
            case DECIDES_AGAIN_ON_WHAT_IT_READ_FIRST ->
                new AtomicRepository<>(atomic, remembering(), patience, adding).decide(boundary, command);
            case SWALLOWS_THE_CONFLICT -> {
                try {
                    yield super.decide(boundary, command);
                } catch (Conflict conflict) {
                    yield boundary.unchanged(boundary.read(), 0);
                }
            }
            case NEVER_TRIES_AGAIN -> impatient(0).decide(boundary, command);
            case TRIES_FOR_EVER -> impatient(1000).decide(boundary, command);
            case APPENDS_FOR_NOTHING -> {
                Executed<S, E> executed = super.decide(boundary, command);
                if (executed.events().isEmpty()) {
                    log.append(boundary.stream(), any(), EventData.json("gained", "0"));
                }
                yield executed;
            }
            case TELLS_NO_VERSION_FOR_NOTHING -> {
                Executed<S, E> executed = super.decide(boundary, command);
                yield executed.events().isEmpty()
                        ? new Executed<>(executed.state(), List.of(), 0, executed.cursor(), executed.retries())
                        : executed;
            }
            default -> super.decide(boundary, command);
        };
    }

    private AtomicRepository<C, S, E> impatient(int retries) {
        return new AtomicRepository<>(atomic, model, new Patience(retries, patience.backoff()), adding);
    }

    private Model<C, S, E> remembering() {
        List<S> first = new ArrayList<>();
        Decider<C, S, E> decider = model.decider();
        Decider<C, S, E> stubborn = new Decider<>() {
            @Override
            public S initial() {
                return decider.initial();
            }

            @Override
            public S evolve(S state, E event) {
                return decider.evolve(state, event);
            }

            @Override
            public List<E> decide(C command, S state) {
                first.add(state);
                return decider.decide(command, first.getFirst());
            }
        };
        return Model.of(model.category(), stubborn, model.codec()).enriching(model.enriching());
    }

    @Override
    Appended append(Append append) {
        try {
            return switch (defect) {
                case GIVES_UP_WHEN_THE_OUTCOME_IS_UNKNOWN,
                        DECIDES_ANEW_WHEN_THE_OUTCOME_IS_UNKNOWN,
                        LETS_A_FAILED_REPEAT_HIDE_THE_UNKNOWN -> store(append);
                default -> super.append(append);
            };
        } catch (OutcomeUnknown unknown) {
            if (defect == Defect.DECIDES_ANEW_WHEN_THE_OUTCOME_IS_UNKNOWN) {
                StreamId stream = append.events().getFirst().stream();
                throw new VersionConflict(List.of(new VersionConflict.Mismatch(stream, any(), 0)));
            }
            if (defect == Defect.LETS_A_FAILED_REPEAT_HIDE_THE_UNKNOWN) {
                return atomic.repeat(unknown);
            }
            throw unknown;
        }
    }

    @Override
    Appended store(Append append) {
        return switch (defect) {
            case EXPECTS_NOTHING_OF_THE_STREAM ->
                super.store(new Append(append.events(), Map.of(), append.conditions(), append.labels()));
            case FORGETS_THE_CONDITION ->
                super.store(new Append(append.events(), append.expectations(), List.of(), append.labels()));
            case FORGETS_WHAT_IS_ADDED -> atomic.append(append);
            case APPENDS_EVENT_BY_EVENT -> oneByOne(append);
            default -> super.store(append);
        };
    }

    private Appended oneByOne(Append append) {
        List<Appended> done = new ArrayList<>();
        for (Append.NewEvent event : append.events()) {
            Append one = Append.to(
                    event.stream(),
                    done.isEmpty()
                            ? append.expected(event.stream())
                            : exactly(done.getLast().version()),
                    event.event());
            done.add(super.store(
                    done.isEmpty()
                            ? new Append(one.events(), one.expectations(), append.conditions(), append.labels())
                            : one));
        }
        return done.getLast();
    }

    @Override
    Fold<S, E> read(StreamId stream) {
        return switch (defect) {
            case COUNTS_DECODED_EVENTS -> {
                Fold<S, E> fold = super.read(stream);
                long decoded = 0;
                for (RecordedEvent event : log.read(stream)) {
                    decoded += event.type().startsWith("$")
                            ? 1
                            : model.codec().decode(event).size();
                }
                fold.endsAt(decoded);
                yield fold;
            }
            case ADDS_A_BASELINE_TO_WHAT_WAS_BEFORE -> {
                Fold<S, E> fold = model.initial();
                log.read(stream).forEach(event -> fold.ofStream(ordinary(event)));
                yield fold;
            }
            case READS_ONE_PAGE -> {
                Fold<S, E> fold = model.initial();
                log.page(log.read(stream)).events().forEach(fold::ofStream);
                yield fold;
            }
            default -> super.read(stream);
        };
    }

    private static RecordedEvent ordinary(RecordedEvent event) {
        EventData data = event.data();
        EventData ordinary = new EventData(
                data.id(),
                data.type(),
                data.schemaVersion(),
                data.occurredAt(),
                data.contentType(),
                data.payload(),
                data.metadata(),
                data.tags(),
                false);
        return new RecordedEvent(event.position(), event.stream(), event.version(), event.recordedAt(), ordinary);
    }

    @Override
    public Loaded<S> load(String id, long version) {
        return defect == Defect.LOADS_THE_PRESENT ? load(id) : super.load(id, version);
    }
}
