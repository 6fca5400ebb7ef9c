// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.cairnlog.codec.DecodedEvent;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.codec.EventTransform;
import org.cairnlog.codec.UnknownEventType;
import org.cairnlog.event.EventData;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.Conflict;
import org.cairnlog.log.LogUnavailable;
import org.cairnlog.log.MemoryLogs;
import org.cairnlog.testkit.AggregatesContract;
import org.cairnlog.testkit.AtomicLogFixture;
import org.cairnlog.testkit.Failures;
import org.cairnlog.testkit.StreamHandlesContract;
import org.cairnlog.testkit.TransformsContract;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The contracts of aggregate roots, stream handles and transforms under test: each mutant fails the test that was made
 * for what it does wrong.
 */
class StyleMutantsTest {
    private static final ThreadLocal<Defect> UNDER_TEST = new ThreadLocal<>();

    /** What is wrong, in which contract, and the test that was made for it. */
    enum Defect {
        NO_ROOT_DEFECT(Roots.class, ""),
        DROPS_WHAT_IS_PENDING_WHEN_A_SAVE_FAILS(Roots.class, "pending_events_survive_a_failed_save"),
        DROPS_WHAT_IS_PENDING_AT_A_CONFLICT(Roots.class, "who_was_slower_learns_of_the_conflict_and_loses_nothing"),
        MOVES_A_ROOT_BEFORE_THE_COMMIT(Roots.class, "pending_events_survive_a_failed_save"),
        KEEPS_WHAT_IS_SAVED(Roots.class, "what_was_recorded_is_saved_and_loaded"),
        FORGETS_THE_IDS(Roots.class, "what_was_stored_unnoticed_is_stored_once_though_it_is_saved_again"),
        TELLS_NO_VERSION_FOR_NOTHING(Roots.class, "nothing_pending_stores_nothing_and_tells_the_present_version"),
        COUNTS_WHAT_BECAME_OF_EVENTS(Roots.class, "what_became_of_old_events_does_not_move_the_version"),
        WORKS_AGAIN_ON_THE_OLD_ROOT(Roots.class, "work_is_done_again_on_a_new_root_if_somebody_else_was_faster"),
        NO_HANDLE_DEFECT(Handles.class, ""),
        MOVES_A_HANDLE_BEFORE_THE_COMMIT(Handles.class, "a_failed_append_leaves_the_handle_where_it_is"),
        STAYS_AFTER_AN_APPEND(Handles.class, "a_handle_reads_what_is_new_and_appends_behind_it"),
        APPENDS_WHATEVER_IS_THERE(Handles.class, "who_has_not_read_everything_cannot_append"),
        READS_FROM_THE_BEGINNING(Handles.class, "a_handle_reads_what_is_new_and_appends_behind_it"),
        PASSES_OVER_WHAT_FAILED(Handles.class, "a_handler_that_fails_stops_the_handle_there"),
        ENDS_AT_WHAT_IT_CANNOT_READ(Handles.class, "what_cannot_be_read_is_an_error_and_never_a_short_read"),
        COUNTS_DECODED_EVENTS(Handles.class, "what_became_of_old_events_does_not_move_the_handle_aside"),
        NO_TRANSFORM_DEFECT(Transforms.class, ""),
        READS_IN_THE_ORDER_OF_WRITING(
                Transforms.class, "what_is_written_goes_through_them_in_order_and_what_is_read_the_other_way_round"),
        WRITES_AS_IT_IS(
                Transforms.class, "what_is_written_goes_through_them_in_order_and_what_is_read_the_other_way_round"),
        READS_THE_FIRST_OF_SEVERAL(
                Transforms.class, "one_event_is_read_as_several_or_none_and_the_version_stays_that_of_what_is_stored"),
        MAKES_IDS_OF_ITS_OWN(Transforms.class, "an_id_that_was_chosen_is_kept_so_that_a_repeat_is_one");

        final Class<?> contract;
        final String test;

        Defect(Class<?> contract, String test) {
            this.contract = contract;
            this.test = test;
        }
    }

    static class Roots extends AggregatesContract {
        @Override
        protected AtomicLogFixture open() {
            return MemoryLogs.fixture();
        }

        @Override
        protected <A extends AggregateRoot<E>, E> Aggregates<A, E> aggregates(
                AtomicEventLog log, Supplier<A> make, EventCodec<E> codec) {
            return new MutantAggregates<>(UNDER_TEST.get(), Aggregates.repository(log, "purse", make, codec));
        }
    }

    private static final class MutantAggregates<A extends AggregateRoot<E>, E> extends Aggregates<A, E> {
        private final Defect defect;

        MutantAggregates(Defect defect, Repository<A, A, E> repository) {
            super(repository);
            this.defect = defect;
        }

        @Override
        public Loaded<A> load(String id) {
            Loaded<A> loaded = super.load(id);
            if (defect == Defect.COUNTS_WHAT_BECAME_OF_EVENTS) {
                long decoded = 0;
                for (RecordedEvent event : repository.log.read(repository.model.stream(id))) {
                    decoded += repository.model.codec().decode(event).size();
                }
                loaded.state().loaded(decoded);
            }
            return loaded;
        }

        @Override
        public Executed<A, E> save(String id, A root) {
            int pending = root.pending().size();
            if (defect == Defect.TELLS_NO_VERSION_FOR_NOTHING && pending == 0) {
                return new Executed<>(root, List.of(), 0, repository.log.head(), 0);
            }
            if (defect == Defect.FORGETS_THE_IDS && root.unknown() != null) {
                root.unknown(null);
                var again = new ArrayList<>(root.pending());
                root.saved(pending, root.version());
                again.forEach(root::record);
            }
            try {
                Executed<A, E> saved = super.save(id, root);
                if (defect == Defect.KEEPS_WHAT_IS_SAVED) {
                    saved.events().forEach(root::record);
                }
                return saved;
            } catch (Conflict conflict) {
                if (defect == Defect.DROPS_WHAT_IS_PENDING_AT_A_CONFLICT) {
                    root.saved(pending, root.version());
                }
                throw conflict;
            } catch (LogUnavailable failed) {
                if (defect == Defect.DROPS_WHAT_IS_PENDING_WHEN_A_SAVE_FAILS) {
                    root.saved(pending, root.version());
                } else if (defect == Defect.MOVES_A_ROOT_BEFORE_THE_COMMIT) {
                    root.loaded(root.version() + pending);
                }
                throw failed;
            }
        }

        @Override
        public Executed<A, E> execute(String id, Consumer<A> work) {
            if (defect != Defect.WORKS_AGAIN_ON_THE_OLD_ROOT) {
                return super.execute(id, work);
            }
            A root = load(id).state();
            for (int retries = 0; ; retries++) {
                work.accept(root);
                try {
                    return save(id, root);
                } catch (Conflict conflict) {
                    root.loaded(load(id).version());
                    if (retries > 2) {
                        throw conflict;
                    }
                }
            }
        }
    }

    static class Handles extends StreamHandlesContract {
        @Override
        protected AtomicLogFixture open() {
            return MemoryLogs.fixture();
        }

        @Override
        protected <E> StreamHandle<E> handle(AtomicEventLog log, StreamId stream, EventCodec<E> codec, long version) {
            StreamHandle<E> opened = StreamHandle.openAfter(log, stream, codec, version);
            return new MutantHandle<>(UNDER_TEST.get(), log, stream, codec, opened.version());
        }
    }

    private static final class MutantHandle<E> extends StreamHandle<E> {
        private final Defect defect;

        MutantHandle(Defect defect, AtomicEventLog log, StreamId stream, EventCodec<E> codec, long version) {
            super(log, stream, codec, version);
            this.defect = defect;
        }

        @Override
        public long append(List<E> events) {
            long before = version();
            if (defect == Defect.APPENDS_WHATEVER_IS_THERE && !events.isEmpty()) {
                List<EventData> encoded = events.stream().map(codec::encode).toList();
                moveTo(log.append(stream, any(), encoded).version());
                return version();
            }
            try {
                long after = super.append(events);
                if (defect == Defect.STAYS_AFTER_AN_APPEND) {
                    moveTo(before);
                }
                return after;
            } catch (RuntimeException failed) {
                if (defect == Defect.MOVES_A_HANDLE_BEFORE_THE_COMMIT) {
                    moveTo(before + events.size());
                }
                throw failed;
            }
        }

        @Override
        public void project(Consumer<DecodedEvent<E>> handler) {
            long before = version();
            switch (defect) {
                case READS_FROM_THE_BEGINNING -> {
                    moveTo(0);
                    super.project(handler);
                }
                case PASSES_OVER_WHAT_FAILED -> {
                    try {
                        super.project(handler);
                    } catch (IllegalStateException failed) {
                        moveTo(version() + 1);
                        throw failed;
                    }
                }
                case ENDS_AT_WHAT_IT_CANNOT_READ -> {
                    try {
                        super.project(handler);
                    } catch (UnknownEventType unknown) {
                        return;
                    }
                }
                case COUNTS_DECODED_EVENTS -> {
                    int[] decoded = new int[1];
                    super.project(event -> {
                        decoded[0]++;
                        handler.accept(event);
                    });
                    moveTo(before + decoded[0]);
                }
                default -> super.project(handler);
            }
        }
    }

    static class Transforms extends TransformsContract {
        @Override
        protected AtomicLogFixture open() {
            return MemoryLogs.fixture();
        }

        @Override
        protected <E> EventCodec<E> around(EventCodec<E> codec, List<EventTransform<E>> transforms) {
            return new MutantTransforms<>(UNDER_TEST.get(), codec, transforms);
        }
    }

    private record MutantTransforms<E>(Defect defect, EventCodec<E> codec, List<EventTransform<E>> transforms)
            implements EventCodec<E> {
        private EventCodec<E> healthy() {
            EventCodec<E> around = codec;
            for (EventTransform<E> transform : transforms.reversed()) {
                around = EventTransform.around(around, transform);
            }
            return around;
        }

        @Override
        public EventData encode(E event) {
            return defect == Defect.WRITES_AS_IT_IS
                    ? codec.encode(event)
                    : healthy().encode(event);
        }

        @Override
        public EventData encode(E event, UUID id) {
            return defect == Defect.MAKES_IDS_OF_ITS_OWN
                    ? healthy().encode(event)
                    : healthy().encode(event, id);
        }

        @Override
        public List<E> decode(RecordedEvent stored) {
            return switch (defect) {
                case READS_IN_THE_ORDER_OF_WRITING -> {
                    List<E> events = codec.decode(stored);
                    for (EventTransform<E> transform : transforms) {
                        events = events.stream()
                                .flatMap(event -> transform.onRead(event).stream())
                                .toList();
                    }
                    yield events;
                }
                case READS_THE_FIRST_OF_SEVERAL ->
                    healthy().decode(stored).stream().limit(1).toList();
                default -> healthy().decode(stored);
            };
        }

        @Override
        public boolean knows(String type) {
            return codec.knows(type);
        }
    }

    @ParameterizedTest
    @EnumSource
    void every_mutant_fails_the_test_that_was_made_for_it(Defect defect) {
        Set<String> failures = failures(defect);
        if (defect.test.isEmpty()) {
            assertThat(failures).isEmpty();
        } else {
            assertThat(failures).contains(defect.test);
        }
    }

    private static Set<String> failures(Defect defect) {
        UNDER_TEST.set(defect);
        return Failures.of(defect.contract).keySet();
    }
}
