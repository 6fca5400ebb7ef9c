// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.cairnlog.command.MutantBus.Defect;
import org.cairnlog.log.MemoryLogs;
import org.cairnlog.testkit.AtomicLogFixture;
import org.cairnlog.testkit.CommandsContract;
import org.cairnlog.testkit.Failures;
import org.junit.jupiter.api.Test;

/**
 * The contract of commands under test: a bus as it is passes all of it, and each mutant fails the test that was made
 * for what it does wrong.
 */
class CommandMutantsTest {
    private static final ThreadLocal<Defect> UNDER_TEST = new ThreadLocal<>();

    /** The contract, on what the calling thread has put under test. */
    static class OnMutants extends CommandsContract {
        @Override
        protected AtomicLogFixture open() {
            return MemoryLogs.fixture();
        }

        @Override
        protected CommandBus bus() {
            return MutantBus.of(UNDER_TEST.get());
        }
    }

    @Test
    void every_mutant_fails_the_test_that_was_made_for_it() {
        Map<Defect, Map<String, String>> all = new EnumMap<>(Defect.class);
        for (Defect defect : Defect.values()) {
            all.put(defect, failures(defect));
        }
        var table = new StringBuilder("\nCommands, mutant by mutant: how many tests failed, and the one that must.\n");
        all.forEach(
                (defect, failures) -> table.append("%3d  %-44s %s%n".formatted(failures.size(), defect, defect.test)));
        System.out.println(table);
        assertThat(all.remove(Defect.NONE)).isEmpty();
        all.forEach(
                (defect, failures) -> assertThat(failures).as(defect.toString()).containsKey(defect.test));
    }

    private static Map<String, String> failures(Defect defect) {
        UNDER_TEST.set(defect);
        return Failures.of(OnMutants.class);
    }
}
