// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Thousands of random operations of every kind, each of which the log must answer as the log in memory does, errors and
 * their fields included. The seed is printed; {@code -Dcairn.seed=...} repeats it, {@code -Dcairn.operations=...} sets
 * how many.
 */
public abstract class ModelContract {
    private static final int OPERATIONS = 4_000;

    /** For subclasses. */
    protected ModelContract() {}

    /**
     * Makes a new, empty log.
     *
     * @return a fixture, which the test closes
     * @throws Exception if that is not possible
     */
    protected abstract AtomicLogFixture open() throws Exception;

    @Test
    void the_log_answers_every_operation_like_the_log_in_memory() throws Exception {
        long seed = Long.getLong("cairn.seed", System.nanoTime() % 1_000_000);
        int operations = Integer.getInteger("cairn.operations", OPERATIONS);
        System.out.println("model: -Dcairn.seed=" + seed + " -Dcairn.operations=" + operations);
        try (AtomicLogFixture fixture = open()) {
            ModelRun.Result result = new ModelRun(seed).run(fixture, operations, ModelOperations.OUTCOMES);
            assertThat(result.difference().orElse("none")).isEqualTo("none");
            System.out.println("model: " + result.operations() + " operations: " + result.outcomes());
            assertThat(result.outcomes().keySet())
                    .as("outcomes of seed " + seed)
                    .containsAll(ModelOperations.OUTCOMES);
        }
    }
}
