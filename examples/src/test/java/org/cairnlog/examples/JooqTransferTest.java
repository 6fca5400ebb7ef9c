// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.event.EventData.json;
import static org.cairnlog.log.ExpectedVersion.any;

import org.cairnlog.event.StreamId;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.Postgres;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.exception.IntegrityConstraintViolationException;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The same transfer with jOOQ: it works on the connection of the transaction. */
class JooqTransferTest {
    private static final Table<?> TRANSFER = DSL.table("transfer");
    private static final Field<Long> ID = DSL.field("id", SQLDataType.BIGINT);
    private static final Field<Long> CENTS = DSL.field("cents", SQLDataType.BIGINT);

    private final StreamId ada = StreamId.of("account", "ada");
    private final StreamId bob = StreamId.of("account", "bob");

    @AutoClose
    private final PostgresDatabase database = new PostgresDatabase();

    @AutoClose
    private final TransactionalEventLog log = Postgres.open(database.pool(), o -> o.migrating());

    @BeforeEach
    void ada_has_100_cents() {
        database.execute("CREATE TABLE transfer (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
                + " cents bigint NOT NULL CHECK (cents > 0))");
        BankAccountTest.deposit(log, ada, 100);
    }

    // tag::transfer
    long transfer(StreamId from, StreamId to, long cents) {
        return log.inTransaction(tx -> {
                    long id = DSL.using(tx.connection())
                            .insertInto(TRANSFER)
                            .set(CENTS, cents)
                            .returningResult(ID)
                            .fetchSingle(ID);
                    JdbcTransferTest.withdraw(tx, from, cents);
                    tx.append(to, any(), json("money-deposited", Long.toString(cents)));
                    return id;
                })
                .retryingConflicts(3)
                .run()
                .value();
    }
    // end::transfer

    @Test
    void a_transfer_and_its_events_are_there_together() {
        long id = transfer(ada, bob, 5);

        assertThat(database.number("SELECT cents FROM transfer WHERE id = " + id))
                .isEqualTo(5);
        assertThat(BankAccountTest.balance(log.read(ada))).isEqualTo(95);
        assertThat(BankAccountTest.balance(log.read(bob))).isEqualTo(5);
    }

    @Test
    void what_fails_leaves_neither() {
        assertThatThrownBy(() -> transfer(ada, bob, 101)).hasMessage("insufficient funds");
        assertThatThrownBy(() -> transfer(ada, bob, -1)).isInstanceOf(IntegrityConstraintViolationException.class);

        assertThat(database.number("SELECT count(*) FROM transfer")).isZero();
        assertThat(log.read(bob)).isEmpty();
    }
}
