// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.MemoryLogs;
import org.cairnlog.testkit.ConsumerStoreContract;
import org.cairnlog.testkit.Failures;
import org.cairnlog.testkit.LogFixture;
import org.junit.jupiter.api.Test;

/** The contract of consumer stores under test: the store in memory passes it, and each mutant fails its own test. */
class ConsumerStoreMutantsTest {
    private static final ThreadLocal<Mutant> UNDER_TEST = new ThreadLocal<>();

    /** Which test must notice, and the store. */
    private record Mutant(String test, Function<InstantSource, MemoryConsumerStore> maker) {}

    /** The contract on what the calling thread has put under test. */
    static class Contract extends ConsumerStoreContract {
        private ConsumerStore store;

        @Override
        protected LogFixture open() {
            LogFixture fixture = MemoryLogs.fixture();
            store = UNDER_TEST.get().maker().apply(fixture.clock());
            return fixture;
        }

        @Override
        protected ConsumerStore store() {
            return store;
        }
    }

    private static final Map<String, Mutant> MUTANTS = new LinkedHashMap<>();

    private static void mutant(String name, String test, Function<InstantSource, MemoryConsumerStore> maker) {
        MUTANTS.put(name, new Mutant(test, maker));
    }

    static {
        mutant("grants a lease twice", "only_one_holds_a_consumer", clock -> new MemoryConsumerStore(clock) {
            @Override
            public Optional<Claim> claim(String name, String holder, Duration lease) {
                locked(() -> row(name)).lease = null;
                return super.claim(name, holder, lease);
            }
        });
        mutant(
                "grants a lease to its holder again",
                "only_one_holds_a_consumer",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    public Optional<Claim> claim(String name, String holder, Duration lease) {
                        Row row = locked(() -> row(name));
                        if (row.lease != null && row.lease.holder().equals(holder)) {
                            row.lease = null;
                        }
                        return super.claim(name, holder, lease);
                    }
                });
        mutant(
                "never lets a lease go",
                "a_lease_that_is_over_can_be_taken_with_a_larger_token_and_the_checkpoint_as_it_is",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    public Optional<Claim> claim(String name, String holder, Duration lease) {
                        return locked(() -> row(name)).lease == null
                                ? super.claim(name, holder, lease)
                                : Optional.empty();
                    }
                });
        mutant(
                "keeps the token at a claim",
                "a_lease_that_is_over_can_be_taken_with_a_larger_token_and_the_checkpoint_as_it_is",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    public Optional<Claim> claim(String name, String holder, Duration lease) {
                        Optional<Claim> claim = super.claim(name, holder, lease);
                        claim.ifPresent(c -> row(name).token = 1);
                        return claim.map(c -> new Claim(name, 1, c.cursor()));
                    }
                });
        mutant(
                "rewinds the checkpoint at a take-over",
                "a_lease_that_is_over_can_be_taken_with_a_larger_token_and_the_checkpoint_as_it_is",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    public Optional<Claim> claim(String name, String holder, Duration lease) {
                        return super.claim(name, holder, lease).map(c -> new Claim(name, c.token(), null));
                    }
                });
        mutant(
                "ignores the token",
                "who_has_lost_a_lease_moves_nothing_and_sets_nothing_aside",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    Row held(Claim claim) {
                        return row(claim.name());
                    }
                });
        mutant(
                "ignores the cursor before",
                "a_checkpoint_is_not_moved_from_where_it_is_not",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    void move(Row row, Step step) {
                        row.cursor = step.after();
                    }
                });
        mutant(
                "never goes back",
                "a_rebuild_goes_back_to_the_beginning_with_nothing_set_aside",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    void move(Row row, Step step) {
                        super.move(
                                row,
                                step.before() != null && step.before().covers(step.after())
                                        ? new Step(step.claim(), step.before(), step.before(), List.of())
                                        : step);
                    }
                });
        mutant(
                "moves another consumer",
                "a_checkpoint_goes_on_from_where_it_is",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    void move(Row row, Step step) {
                        super.move(row, step);
                        rows.values().forEach(r -> r.cursor = step.after());
                    }
                });
        mutant(
                "sets aside before it looks",
                "a_step_that_is_refused_sets_nothing_aside",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    public void advance(Step step) {
                        held(step.claim());
                        step.setAside()
                                .forEach(e -> row(step.claim().name()).setAside.put(e.id(), e));
                        super.advance(step);
                    }
                });
        mutant(
                "loses the poison event",
                "what_is_set_aside_comes_back_as_it_was_in_order",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    public void advance(Step step) {
                        super.advance(new Step(step.claim(), step.before(), step.after(), List.of()));
                    }
                });
        mutant(
                "forgets what is set aside at a take-over",
                "what_is_set_aside_outlives_the_holder",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    public Optional<Claim> claim(String name, String holder, Duration lease) {
                        row(name).setAside.clear();
                        return super.claim(name, holder, lease);
                    }
                });
        mutant(
                "counts skipped events among the parked",
                "what_is_set_aside_comes_back_as_it_was_in_order",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    public Set<StreamId> parkedStreams(String name) {
                        return Set.copyOf(
                                setAside(name).stream().map(ParkedEvent::stream).toList());
                    }
                });
        mutant(
                "shows what is set aside for others",
                "what_is_set_aside_comes_back_as_it_was_in_order",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    public List<ParkedEvent> setAside(String name) {
                        return rows.values().stream()
                                .flatMap(r -> r.setAside.values().stream())
                                .toList();
                    }
                });
        mutant(
                "asks about all",
                "somebody_asks_for_one_event_or_for_all_that_wait",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    public long ask(String name, Set<UUID> events, ParkedEvent.Wish wish) {
                        return super.ask(name, Set.of(), wish);
                    }
                });
        mutant(
                "renews what was taken over",
                "a_lease_that_was_taken_over_is_not_renewed_and_those_beside_it_are",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    public Set<String> renew(Collection<Renewal> renewals, Duration lease) {
                        return super.renew(
                                renewals.stream()
                                        .map(r -> new Renewal(
                                                new Claim(
                                                        r.claim().name(),
                                                        row(r.claim().name()).token,
                                                        null),
                                                r.report()))
                                        .toList(),
                                lease);
                    }
                });
        mutant(
                "renews nothing once time is over",
                "a_lease_that_is_over_is_renewed_if_nobody_has_taken_it",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    public Set<String> renew(Collection<Renewal> renewals, Duration lease) {
                        return super.renew(
                                renewals.stream()
                                        .filter(r -> row(r.claim().name())
                                                .lease
                                                .until()
                                                .isAfter(now()))
                                        .toList(),
                                lease);
                    }
                });
        mutant("does not prolong", "a_lease_that_is_renewed_lasts", clock -> new MemoryConsumerStore(clock) {
            @Override
            public Set<String> renew(Collection<Renewal> renewals, Duration lease) {
                return super.renew(renewals, Duration.ZERO);
            }
        });
        mutant(
                "gives back what somebody else holds",
                "who_has_lost_a_lease_cannot_give_it_back",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    public void release(Renewal renewal) {
                        row(renewal.claim().name()).lease = null;
                    }
                });
        mutant(
                "keeps a lease that was given back",
                "a_lease_that_was_given_back_is_free_at_once",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    public void release(Renewal renewal) {
                        renew(List.of(renewal), Duration.ofSeconds(1));
                    }
                });
        mutant(
                "forgets the checkpoint at a registration",
                "registering_again_changes_nothing",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    public void register(String name, int partitions) {
                        rows.put(name, new Row(now()));
                    }
                });
        mutant(
                "lets a consumer be divided anew",
                "a_consumer_stays_divided_as_it_is",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    void checkDivision(String name, int known, int wanted) {}
                });
        mutant("forgets a partition", "a_consumer_stays_divided_as_it_is", clock -> new MemoryConsumerStore(clock) {
            @Override
            public void register(String name, int partitions) {
                super.register(name, partitions);
                if (partitions > 1) {
                    rows.remove(name + " 2/" + partitions);
                }
            }
        });
        mutant(
                "keeps members that are not heard of",
                "who_runs_a_consumer_is_known_until_it_leaves_or_is_not_heard_of",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    public Set<String> join(String name, String member, Duration lease) {
                        return super.join(name, member, Duration.ofDays(1));
                    }
                });
        mutant(
                "knows of one member only",
                "who_runs_a_consumer_is_known_until_it_leaves_or_is_not_heard_of",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    public Set<String> join(String name, String member, Duration lease) {
                        super.join(name, member, lease);
                        return Set.of(member);
                    }
                });
        mutant(
                "lets nobody leave",
                "who_runs_a_consumer_is_known_until_it_leaves_or_is_not_heard_of",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    public void leave(String name, String member) {}
                });
        mutant(
                "switches from another place",
                "nobody_takes_over_from_where_the_active_generation_is_not",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    void checkLevel(Row before, Step step) {}
                });
        mutant(
                "leaves the lease to who is not active any more",
                "who_is_not_active_any_more_has_lost_its_lease",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    public void switchTo(java.sql.Connection connection, Step step) {
                        Map<String, Long> tokens = new LinkedHashMap<>();
                        rows.forEach((name, row) -> tokens.put(name, row.token));
                        super.switchTo(connection, step);
                        rows.forEach((name, row) -> row.token = tokens.get(name));
                    }
                });
        mutant(
                "takes the last generation for the active one",
                "the_first_generation_is_active_until_another_one_takes_over",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    public void registerGeneration(String name, String base) {
                        super.registerGeneration(name, base);
                        active.put(base, name);
                    }
                });
        mutant(
                "forgets up to where events were handled",
                "a_rebuild_goes_back_to_the_beginning_with_nothing_set_aside",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    public void restart(java.sql.Connection connection, Step step, Cursor replayUpTo) {
                        super.restart(connection, step, null);
                    }
                });
        mutant("goes by another clock", "the_time_is_that_of_the_log", clock -> new MemoryConsumerStore(clock) {
            @Override
            public Instant now() {
                return Instant.EPOCH;
            }
        });
        mutant(
                "resumes only what was paused",
                "a_halt_says_why_and_lasts_until_somebody_resumes",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    public void resume(String name) {
                        if (!row(name).halt.failed()) {
                            super.resume(name);
                        }
                    }
                });
        mutant(
                "keeps what is set aside at a rebuild",
                "a_rebuild_goes_back_to_the_beginning_with_nothing_set_aside",
                clock -> new MemoryConsumerStore(clock) {
                    @Override
                    public void restart(java.sql.Connection connection, Step step, Cursor replayUpTo) {
                        Map<UUID, ParkedEvent> kept =
                                Map.copyOf(row(step.claim().name()).setAside);
                        super.restart(connection, step, replayUpTo);
                        row(step.claim().name()).setAside.putAll(kept);
                    }
                });
    }

    @Test
    void the_store_in_memory_passes() {
        UNDER_TEST.set(new Mutant("", MemoryConsumerStore::new));
        assertThat(Failures.of(Contract.class)).isEmpty();
    }

    @Test
    void every_mutant_fails_the_test_that_was_made_for_it() {
        var table = new StringBuilder(
                "\nConsumer stores, mutant by mutant: how many tests failed, and the one that must.\n");
        MUTANTS.forEach((name, mutant) -> {
            UNDER_TEST.set(mutant);
            Map<String, String> failures = Failures.of(Contract.class);
            table.append("%3d  %-44s %s%n".formatted(failures.size(), name, mutant.test()));
            assertThat(failures).as(name).containsKey(mutant.test());
        });
        System.out.println(table);
    }
}
