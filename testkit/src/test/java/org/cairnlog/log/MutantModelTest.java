// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.cairnlog.event.EventData;
import org.cairnlog.event.StreamId;
import org.cairnlog.testkit.Clients;
import org.cairnlog.testkit.LogHistory;
import org.cairnlog.testkit.ModelProbe;
import org.junit.jupiter.api.Test;

/** That the model and the histories notice every mutant, and how soon. */
class MutantModelTest {
    private static final int MOST_OPERATIONS = 1_200;
    private static final int SEEDS = 5;
    private static final int MOST_HISTORIES = 40;

    /** What one client alone cannot see. */
    private static boolean isRace(Mutant mutant) {
        return mutant.guarantee().equals("Races")
                || mutant.name().equals("shows a position while a lower one is not committed");
    }

    @Test
    void every_mutant_that_one_client_can_see_is_noticed_by_the_model() {
        List<String> missed = new ArrayList<>();
        for (Mutant mutant : Mutant.all()) {
            if (isRace(mutant)) {
                continue;
            }
            int found = 0;
            for (long seed = 1; seed <= SEEDS && found == 0; seed++) {
                int operations =
                        ModelProbe.operationsUntilNoticed(mutant.fixture().get(), seed, MOST_OPERATIONS);
                found = operations == 0 ? 0 : (int) (seed - 1) * MOST_OPERATIONS + operations;
            }
            System.out.printf(
                    "model: %5d operations until noticed: %s (%s)%n", found, mutant.name(), mutant.guarantee());
            if (found == 0) {
                missed.add(mutant.guarantee() + ": " + mutant.name());
            }
        }
        assertThat(missed).isEmpty();
    }

    @Test
    void mutants_that_only_races_show_are_noticed_by_histories() {
        List<String> missed = new ArrayList<>();
        for (Mutant mutant : Mutant.all()) {
            if (isRace(mutant)
                    && !mutant.name().contains("condition")
                    && !mutant.name().contains("not committed")) {
                int histories = 1;
                while (histories <= MOST_HISTORIES && !isNoticed(mutant, histories)) {
                    histories++;
                }
                System.out.printf("histories: %d until noticed: %s%n", histories, mutant.name());
                if (histories > MOST_HISTORIES) {
                    missed.add(mutant.name());
                }
            }
        }
        assertThat(missed).isEmpty();
    }

    private static boolean isNoticed(Mutant mutant, long seed) {
        try (MemoryFixture fixture = mutant.fixture().get()) {
            var history = new LogHistory(fixture.log());
            Clients.together(8, client -> {
                var random = new Random(seed * 100 + client);
                var written = StreamId.of("hot", "own " + client);
                var guarded = StreamId.of("hot", "shared");
                for (int i = 0; i < 20; i++) {
                    long version = history.read(guarded).version();
                    Append append = random.nextBoolean()
                            ? Append.to(guarded, ExpectedVersion.any(), EventData.of("Changed", new byte[0]))
                            : Append.to(written, ExpectedVersion.any(), EventData.of("Decided", new byte[0]))
                                    .guard(guarded, ExpectedVersion.exactly(version));
                    history.append(append);
                }
            });
            // With the head in it the history is one whole, and positions count.
            history.head();
            return !history.problems().isEmpty();
        }
    }
}
