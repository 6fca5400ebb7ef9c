// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.security.SecureRandom;
import java.sql.Connection;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.cairnlog.codec.DecodedEvent;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.EventLog;
import org.cairnlog.log.LogPage;
import org.cairnlog.log.MemoryLogs;
import org.cairnlog.testkit.ConsumersContract;
import org.cairnlog.testkit.Failures;
import org.cairnlog.testkit.LogFixture;
import org.cairnlog.testkit.PartitionsContract;
import org.junit.jupiter.api.Test;

/** The contract of consumers under test: each mutant of how they work fails the test that was made for it. */
class ConsumersMutantsTest {
    private static final ThreadLocal<Hired> UNDER_TEST = new ThreadLocal<>();

    /** How a mutant works under a lease. */
    private interface Hired {
        <E> Worker<E> hire(Subscription<E> subscription, EventLog log, ConsumerStore store, ConsumersOptions options);
    }

    private record Mutant(Class<?> contract, String test, Hired hired) {}

    private static Consumers started(
            LogFixture fixture, UnaryOperator<ConsumersOptions> options, List<Subscription<?>> subscriptions) {
        Hired hired = UNDER_TEST.get();
        return Consumers.start(
                fixture.log(), options.apply(ConsumersOptions.defaults()), subscriptions, new Consumers.Hiring() {
                    @Override
                    public <E> Worker<E> hire(
                            Subscription<E> subscription, EventLog log, ConsumerStore store, ConsumersOptions chosen) {
                        return hired.hire(subscription, log, store, chosen);
                    }
                });
    }

    /** The contract on what the calling thread has put under test. */
    static class Contract extends ConsumersContract {
        private LogFixture fixture;

        @Override
        protected LogFixture open() {
            fixture = MemoryLogs.fixture();
            return fixture;
        }

        @Override
        protected Duration patience() {
            return Duration.ofSeconds(2);
        }

        @Override
        protected Consumers start(UnaryOperator<ConsumersOptions> options, List<Subscription<?>> subscriptions) {
            return started(fixture, options, subscriptions);
        }
    }

    /** The same for partitions. */
    static class Partitions extends PartitionsContract {
        private LogFixture fixture;

        @Override
        protected LogFixture open() {
            fixture = MemoryLogs.fixture();
            return fixture;
        }

        @Override
        protected Duration patience() {
            return Duration.ofSeconds(4);
        }

        @Override
        protected Consumers start(UnaryOperator<ConsumersOptions> options, List<Subscription<?>> subscriptions) {
            return started(fixture, options, subscriptions);
        }
    }

    private static final Map<String, Mutant> MUTANTS = new LinkedHashMap<>();

    /** One that works differently under a lease. */
    private static void holding(
            String name, String test, BiFunction<Worker<String>, ConsumerStore.Claim, Holding<String>> maker) {
        holding(name, Contract.class, test, maker);
    }

    private static void holding(
            String name,
            Class<?> contract,
            String test,
            BiFunction<Worker<String>, ConsumerStore.Claim, Holding<String>> maker) {
        MUTANTS.put(name, new Mutant(contract, test, new Hired() {
            @Override
            @SuppressWarnings("unchecked") // the contract's events are texts
            public <E> Worker<E> hire(
                    Subscription<E> subscription, EventLog log, ConsumerStore store, ConsumersOptions options) {
                return new Worker<>(subscription, log, store, options, new SecureRandom()) {
                    @Override
                    Holding<E> holding(ConsumerStore.Claim held) {
                        return (Holding<E>) maker.apply((Worker<String>) (Worker<?>) this, held);
                    }
                };
            }
        }));
    }

    private static final Delivery.Commit NOTHING = new Delivery.Commit() {
        @Override
        public void alone() {}

        @Override
        public void in(Connection connection) {}
    };

    static {
        holding(
                "writes the checkpoint before it hands out",
                "a_checkpoint_is_never_ahead_of_what_was_handled",
                (worker, claim) -> new Holding<>(worker, claim) {
                    @Override
                    void handle(List<RecordedEvent> events, Delivery.Commit commit) throws HandlingFailed {
                        commit.alone();
                        super.handle(events, NOTHING);
                    }
                });
        holding(
                "goes on at the head instead of the searched-through mark",
                "nothing_is_lost_between_small_batches_while_others_append",
                (worker, claim) -> new Holding<>(worker, claim) {
                    @Override
                    LogPage page(Cursor from, int limit) {
                        LogPage page = super.page(from, limit);
                        return new LogPage(page.events(), page.head(), page.head(), page.husks());
                    }
                });
        holding(
                "loses the last event of a batch",
                "events_old_and_new_are_handed_out_once_and_in_order",
                (worker, claim) -> new Holding<>(worker, claim) {
                    @Override
                    void handle(List<RecordedEvent> events, Delivery.Commit commit) throws HandlingFailed {
                        super.handle(events.size() > 1 ? events.subList(0, events.size() - 1) : events, commit);
                    }
                });
        holding(
                "begins again at each start",
                "a_restart_goes_on_exactly_at_the_checkpoint",
                (worker, claim) -> new Holding<>(worker, claim) {
                    @Override
                    void begin(Cursor start) {
                        worker.store.restart(
                                null, new ConsumerStore.Step(claim, claim.cursor(), start, List.of()), null);
                        refresh();
                    }
                });
        holding(
                "hands out again at a hand-over",
                "of_two_that_run_one_consumer_one_works_and_the_other_takes_over_where_it_ended",
                (worker, claim) -> new Holding<>(worker, claim) {
                    @Override
                    void begin(Cursor start) {
                        Cursor again = worker.log.beginning();
                        worker.store.restart(
                                null, new ConsumerStore.Step(claim, claim.cursor(), again, List.of()), null);
                        refresh();
                    }
                });
        holding(
                "does not write what was put off",
                "a_checkpoint_that_was_put_off_is_written_at_the_stop",
                (worker, claim) -> new Holding<>(worker, claim) {
                    @Override
                    void flush() {}
                });
        holding(
                "does not pass what it does not want",
                "events_of_others_are_passed",
                (worker, claim) -> new Holding<>(worker, claim) {
                    @Override
                    void advance(Cursor after, List<ParkedEvent> setAside) {}
                });
        holding(
                "loses the poison event",
                "a_skipped_event_is_remembered",
                (worker, claim) -> new Holding<>(worker, claim) {
                    @Override
                    void advance(Cursor after, List<ParkedEvent> setAside) {
                        super.advance(after, List.of());
                    }
                });
        holding(
                "goes on with a stream of which an event is parked",
                "a_parked_event_holds_up_its_own_stream_only",
                (worker, claim) -> new Holding<>(worker, claim) {
                    @Override
                    boolean isParked(StreamId stream) {
                        return false;
                    }
                });
        holding(
                "holds up all streams when an event is parked",
                "a_parked_event_holds_up_its_own_stream_only",
                (worker, claim) -> new Holding<>(worker, claim) {
                    @Override
                    boolean isParked(StreamId stream) {
                        return super.isParked(StreamId.of("thing", "a"));
                    }
                });
        holding(
                "never tries again",
                "an_event_that_fails_is_tried_again_before_the_next",
                (worker, claim) -> new Holding<>(worker, claim) {
                    @Override
                    void decide(LogPage page, RecordedEvent event, Throwable reason) {
                        advance(page.searched(), List.of());
                    }
                });
        holding(
                "passes over what it cannot decode",
                "an_event_that_cannot_be_decoded_is_a_failure",
                (worker, claim) -> new Holding<>(worker, claim) {
                    @Override
                    List<DecodedEvent<String>> decode(RecordedEvent event) {
                        try {
                            return super.decode(event);
                        } catch (RuntimeException e) {
                            return List.of();
                        }
                    }
                });
        holding(
                "catches up as fast as it can",
                "who_is_to_catch_up_slowly_does",
                (worker, claim) -> new Holding<>(worker, claim) {
                    @Override
                    void pace(int events, long began) {}
                });
        holding(
                "does not say what it hands out again",
                "who_gets_an_event_again_in_a_rebuild_is_told_so",
                (worker, claim) -> new Holding<>(worker, claim) {
                    @Override
                    List<DecodedEvent<String>> decode(RecordedEvent event) {
                        return super.decode(event).stream()
                                .map(e -> new DecodedEvent<>(e.event(), e.stored()))
                                .toList();
                    }
                });
        MUTANTS.put(
                "does not rest when it is paused",
                new Mutant(
                        Contract.class, "a_paused_consumer_rests_until_it_is_resumed_also_over_a_restart", new Hired() {
                            @Override
                            public <E> Worker<E> hire(
                                    Subscription<E> subscription,
                                    EventLog log,
                                    ConsumerStore store,
                                    ConsumersOptions options) {
                                return new Worker<>(subscription, log, store, options, new SecureRandom()) {
                                    @Override
                                    boolean mayWork() {
                                        return !isStopping();
                                    }
                                };
                            }
                        }));
        partitions();
    }

    private static void partitions() {
        String order = "every_event_is_handed_out_once_and_those_of_a_stream_in_order";
        String shared = "processes_share_the_parts_as_they_come_and_go_and_nothing_is_handled_again";
        holding("loses a bucket", Partitions.class, order, (worker, claim) -> new Holding<>(worker, claim) {
            @Override
            LogPage page(Cursor from, int limit) {
                LogPage page = super.page(from, limit);
                int lost = StreamId.of("thing", "s7").bucket();
                List<RecordedEvent> kept = page.events().stream()
                        .filter(event -> event.stream().bucket() != lost)
                        .toList();
                return new LogPage(kept, page.searched(), page.head(), page.husks());
            }
        });
        holding(
                "hands out a stream in the wrong order",
                Partitions.class,
                order,
                (worker, claim) -> new Holding<>(worker, claim) {
                    @Override
                    void handle(List<RecordedEvent> events, Delivery.Commit commit) throws HandlingFailed {
                        super.handle(events.reversed(), commit);
                    }
                });
        holding(
                "hands out a part again at a hand-over",
                Partitions.class,
                shared,
                (worker, claim) -> new Holding<>(worker, claim) {
                    @Override
                    void begin(Cursor start) {
                        Cursor again = worker.log.beginning();
                        worker.store.restart(
                                null, new ConsumerStore.Step(claim, claim.cursor(), again, List.of()), null);
                        refresh();
                    }
                });
        MUTANTS.put("keeps more than its share", new Mutant(Partitions.class, shared, new Hired() {
            @Override
            public <E> Worker<E> hire(
                    Subscription<E> subscription, EventLog log, ConsumerStore store, ConsumersOptions options) {
                return new Worker<>(subscription, log, store, options, new SecureRandom()) {
                    @Override
                    boolean isTooMuch() {
                        return false;
                    }
                };
            }
        }));
        String alone = "no_part_has_two_holders_at_once";
        MUTANTS.put("works on a part that somebody holds", new Mutant(Partitions.class, alone, new Hired() {
            @Override
            public <E> Worker<E> hire(
                    Subscription<E> subscription, EventLog log, ConsumerStore store, ConsumersOptions options) {
                return new Worker<>(subscription, log, store, options, new SecureRandom()) {
                    @Override
                    Optional<ConsumerStore.Claim> claimed() {
                        return super.claimed()
                                .or(() -> store.consumer(name())
                                        .map(row -> new ConsumerStore.Claim(name(), row.token(), row.cursor())));
                    }
                };
            }
        }));
    }

    @Test
    void every_mutant_fails_the_test_that_was_made_for_it() {
        var table = new StringBuilder("\nConsumers, mutant by mutant, and the test that notices.\n");
        MUTANTS.forEach((name, mutant) -> {
            UNDER_TEST.set(mutant.hired());
            Map<String, String> failures = Failures.of(selectMethod(mutant.contract(), mutant.test()));
            table.append("%-60s %s%n".formatted(name, mutant.test()));
            assertThat(failures).as(name).containsKey(mutant.test());
        });
        System.out.println(table);
    }
}
