// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.cairnlog.sql.TransactionMutants.Mutant;
import org.cairnlog.testkit.JoinedTransactionsContract;
import org.cairnlog.testkit.TransactionReadsContract;
import org.cairnlog.testkit.TransactionalLogFixture;
import org.cairnlog.testkit.TransactionsContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * The contracts of transactions under test: transactions as they are pass all of them, and each mutant fails the test
 * that was made for what it does wrong.
 */
class TransactionMutantsTest {
    private static final int THREADS = 3;
    private static final ThreadLocal<Mutant> UNDER_TEST = new ThreadLocal<>();

    /** Every contract of transactions, on what the calling thread has put under test. */
    @SuppressWarnings("ClassCanBeStatic") // JUnit wants nested tests to be inner classes
    static class EveryContract {
        @Nested
        class Transactions extends TransactionsContract {
            @Override
            protected TransactionalLogFixture open() {
                return UNDER_TEST.get().fixture();
            }
        }

        @Nested
        class TransactionReads extends TransactionReadsContract {
            @Override
            protected TransactionalLogFixture open() {
                return UNDER_TEST.get().fixture();
            }
        }

        @Nested
        class JoinedTransactions extends JoinedTransactionsContract {
            @Override
            protected TransactionalLogFixture open() {
                return UNDER_TEST.get().fixture();
            }
        }
    }

    @Test
    void transactions_pass_every_contract() {
        assertThat(failures(new Mutant("nothing", "", Duration.ofSeconds(30), SqliteTransactions::new)))
                .isEmpty();
    }

    @Test
    void every_mutant_fails_the_test_that_was_made_for_it() throws Exception {
        Map<Mutant, Future<Map<String, String>>> running = new LinkedHashMap<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (Mutant mutant : TransactionMutants.all()) {
                running.put(mutant, threads.submit(() -> failures(mutant)));
            }
        }
        var table =
                new StringBuilder("\nTransactions, mutant by mutant: how many tests failed, and the one that must.\n");
        for (Mutant mutant : running.keySet()) {
            Map<String, String> failures = running.get(mutant).get();
            table.append("%3d  %-72s %s%n".formatted(failures.size(), mutant.name(), mutant.test()));
            assertThat(failures).as(mutant.name()).containsKey(mutant.test());
        }
        System.out.println(table);
    }

    private static Map<String, String> failures(Mutant mutant) {
        UNDER_TEST.set(mutant);
        return Failures.of(EveryContract.class);
    }
}
