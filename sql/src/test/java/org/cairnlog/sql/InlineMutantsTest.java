// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.cairnlog.consumer.InlineMutants;
import org.cairnlog.consumer.InlineMutants.Defect;
import org.cairnlog.consumer.InlineProjection;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.servers.PostgresServer;
import org.cairnlog.testkit.InlineProjectionsContract;
import org.cairnlog.testkit.TransactionalLogFixture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The contract of inline projections under test, on both databases: they pass it, and each mutant fails the test that
 * was made for what it does wrong.
 */
class InlineMutantsTest {
    private static final ThreadLocal<Defect> UNDER_TEST = new ThreadLocal<>();

    static class OnSqlite extends InlineProjectionsContract {
        @Override
        protected TransactionalLogFixture open() {
            return new SqliteFixture();
        }

        @Override
        protected TransactionalEventLog inline(TransactionalEventLog log, InlineProjection<?>... projections) {
            return new InlineMutants(UNDER_TEST.get(), log, projections);
        }
    }

    static class OnPostgres extends InlineProjectionsContract {
        @Override
        protected TransactionalLogFixture open() {
            return new PostgresFixture(PostgresSite.on(PostgresServer.newest()));
        }

        @Override
        protected TransactionalEventLog inline(TransactionalEventLog log, InlineProjection<?>... projections) {
            return new InlineMutants(UNDER_TEST.get(), log, projections);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {OnSqlite.class, OnPostgres.class})
    void every_mutant_fails_the_test_that_was_made_for_it(Class<? extends InlineProjectionsContract> contract) {
        Map<Defect, Map<String, String>> all = new EnumMap<>(Defect.class);
        for (Defect defect : Defect.values()) {
            all.put(defect, failures(defect, contract));
        }
        var table = new StringBuilder("\nInline projections " + contract.getSimpleName()
                + ", mutant by mutant: how many tests failed, and the one that must.\n");
        all.forEach(
                (defect, failures) -> table.append("%3d  %-44s %s%n".formatted(failures.size(), defect, defect.test)));
        System.out.println(table);
        assertThat(all.remove(Defect.NONE)).isEmpty();
        all.forEach(
                (defect, failures) -> assertThat(failures).as(defect.toString()).containsKey(defect.test));
    }

    private static Map<String, String> failures(Defect defect, Class<?> contract) {
        UNDER_TEST.set(defect);
        return Failures.of(contract);
    }
}
