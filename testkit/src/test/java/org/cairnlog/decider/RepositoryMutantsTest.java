// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.decider.MutantRepository.Defect;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.MemoryLogs;
import org.cairnlog.testkit.AtomicLogFixture;
import org.cairnlog.testkit.DecisionsContract;
import org.cairnlog.testkit.Failures;
import org.cairnlog.testkit.OutcomesContract;
import org.cairnlog.testkit.StatesContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * The contracts of repositories under test: a repository as it is passes all of them, and each mutant fails the test
 * that was made for what it does wrong.
 */
class RepositoryMutantsTest {
    private static final ThreadLocal<Defect> UNDER_TEST = new ThreadLocal<>();

    /** Every contract, on what the calling thread has put under test. */
    @SuppressWarnings("ClassCanBeStatic") // JUnit wants nested tests to be inner classes
    static class EveryContract {
        @Nested
        class Decisions extends DecisionsContract {
            @Override
            protected AtomicLogFixture open() {
                return MemoryLogs.fixture();
            }

            @Override
            protected <C, S, E> AtomicRepository<C, S, E> repository(
                    AtomicEventLog log, Decider<C, S, E> decider, EventCodec<E> codec) {
                return MutantRepository.of(UNDER_TEST.get(), log, "purse", decider, codec);
            }
        }

        @Nested
        class States extends StatesContract {
            @Override
            protected AtomicLogFixture open() {
                return MemoryLogs.fixture();
            }

            @Override
            protected <C, S, E> AtomicRepository<C, S, E> repository(
                    AtomicEventLog log, Decider<C, S, E> decider, EventCodec<E> codec) {
                return MutantRepository.of(UNDER_TEST.get(), log, "purse", decider, codec);
            }
        }

        @Nested
        class Outcomes extends OutcomesContract {
            @Override
            protected AtomicLogFixture open() {
                return MemoryLogs.fixture();
            }

            @Override
            protected <C, S, E> AtomicRepository<C, S, E> repository(
                    AtomicEventLog log, Decider<C, S, E> decider, EventCodec<E> codec) {
                return MutantRepository.of(UNDER_TEST.get(), log, "purse", decider, codec);
            }
        }
    }

    @Test
    void every_mutant_fails_the_test_that_was_made_for_it() {
        Map<Defect, Map<String, String>> all = new EnumMap<>(Defect.class);
        for (Defect defect : Defect.values()) {
            all.put(defect, failures(defect));
        }
        var table =
                new StringBuilder("\nRepositories, mutant by mutant: how many tests failed, and the one that must.\n");
        all.forEach(
                (defect, failures) -> table.append("%3d  %-44s %s%n".formatted(failures.size(), defect, defect.test)));
        System.out.println(table);
        assertThat(all.remove(Defect.NONE)).isEmpty();
        all.forEach(
                (defect, failures) -> assertThat(failures).as(defect.toString()).containsKey(defect.test));
    }

    private static Map<String, String> failures(Defect defect) {
        UNDER_TEST.set(defect);
        return Failures.of(EveryContract.class);
    }
}
