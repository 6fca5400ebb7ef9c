// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.event.EventData.json;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.exactly;
import static org.cairnlog.log.ExpectedVersion.noStream;

import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import jakarta.persistence.PersistenceConfiguration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.AlreadyAppended;
import org.cairnlog.log.Append;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.log.VersionConflict;
import org.cairnlog.sql.Postgres;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalEntityManagerFactoryBean;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** A JPA entity and appends to the log, in one Spring transaction. */
class SpringJpaTest {
    // Held here, for the JVM forgets loggers that nobody holds.
    private static final Logger HIBERNATE = Logger.getLogger("org.hibernate");

    static {
        HIBERNATE.setLevel(Level.OFF);
    }

    /** A row of the application's own. */
    @Entity(name = "transfer")
    static class Transfer {
        @Id
        private String id;

        private long cents;

        Transfer() {}

        Transfer(String id, long cents) {
            this.id = id;
            this.cents = cents;
        }
    }

    private final StreamId ada = StreamId.of("account", "ada");
    private final StreamId bob = StreamId.of("account", "bob");

    @AutoClose
    private final PostgresDatabase database = new PostgresDatabase();

    @AutoClose
    private final TransactionalEventLog log = Postgres.open(database.pool(), o -> o.migrating());

    @AutoClose
    private final EntityManagerFactory factory = factory();

    private final EntityManager entities = SharedEntityManagerCreator.createSharedEntityManager(factory);
    private final JpaTransactionManager manager = new JpaTransactionManager(factory);
    private final TransactionTemplate transactions = new TransactionTemplate(manager);
    private final CairnTransactions cairn = new CairnTransactions(log, factory);

    private EntityManagerFactory factory() {
        var bean = new LocalEntityManagerFactoryBean(new PersistenceConfiguration("bank").managedClass(Transfer.class));
        bean.setDataSource(database.pool());
        bean.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
        bean.afterPropertiesSet();
        return bean.getObject();
    }

    @BeforeEach
    void ada_has_100_cents() {
        database.execute("CREATE TABLE transfer (id text PRIMARY KEY, cents bigint NOT NULL)");
        BankAccountTest.deposit(log, ada, 100);
    }

    // tag::transfer
    void transfer(String id, StreamId from, StreamId to, long cents) {
        transactions.executeWithoutResult(status -> {
            entities.persist(new Transfer(id, cents));
            JdbcTransferTest.withdraw(cairn.current(), from, cents);
            cairn.current().append(to, any(), json("money-deposited", Long.toString(cents)));
        });
    }
    // end::transfer

    private List<String> transfers() {
        List<String> ids = new ArrayList<>();
        transactions.executeWithoutResult(
                status -> ids.addAll(entities.createQuery("select t.id from transfer t order by t.id", String.class)
                        .getResultList()));
        return ids;
    }

    /** What another client does meanwhile; it must not have to wait. */
    private static void meanwhile(Runnable work) {
        CompletableFuture.runAsync(work).orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Test
    void a_row_and_both_appends_are_committed_together() {
        transfer("t1", ada, bob, 5);

        assertThat(transfers()).containsExactly("t1");
        assertThat(BankAccountTest.balance(log.read(ada))).isEqualTo(95);
        assertThat(BankAccountTest.balance(log.read(bob))).isEqualTo(5);
    }

    @Test
    void a_rollback_leaves_neither() {
        assertThatThrownBy(() -> transfer("t1", ada, bob, 101)).hasMessage("insufficient funds");
        transactions.executeWithoutResult(status -> {
            entities.persist(new Transfer("t2", 5));
            cairn.current().append(bob, noStream(), json("money-deposited", "5"));
            status.setRollbackOnly();
        });

        assertThat(transfers()).isEmpty();
        assertThat(log.read(bob)).isEmpty();
    }

    @Test
    void a_conflict_at_the_commit_takes_the_row_back_and_reaches_the_caller() {
        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> {
                    entities.persist(new Transfer("t1", 5));
                    entities.flush();
                    JdbcTransferTest.withdraw(cairn.current(), ada, 5);
                    meanwhile(() -> BankAccountTest.deposit(log, ada, 1));
                }))
                .isInstanceOfSatisfying(
                        VersionConflict.class,
                        conflict -> assertThat(conflict.mismatches())
                                .containsExactly(new VersionConflict.Mismatch(ada, exactly(1), 2)));

        assertThat(transfers()).isEmpty();
        assertThat(BankAccountTest.balance(log.read(ada))).isEqualTo(101);
    }

    @Test
    void a_repeat_is_known_and_makes_no_second_row() {
        var deposit = Append.to(bob, noStream(), json("money-deposited", "5"));
        transactions.executeWithoutResult(status -> {
            entities.persist(new Transfer("t1", 5));
            cairn.current().append(deposit);
        });

        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> {
                    entities.persist(new Transfer("t2", 5));
                    cairn.current().append(deposit);
                }))
                .isInstanceOfSatisfying(
                        AlreadyAppended.class,
                        repeat -> assertThat(repeat.first().firstPosition()).isEqualTo(2));
        assertThat(transfers()).containsExactly("t1");
        assertThat(log.read(bob).toList()).hasSize(1);
    }

    @Test
    void others_append_while_the_transaction_is_open() {
        transactions.executeWithoutResult(status -> {
            entities.persist(new Transfer("t1", 5));
            cairn.current().append(bob, any(), json("money-deposited", "5"));
            entities.flush();
            meanwhile(() -> BankAccountTest.deposit(log, bob, 7));
            meanwhile(() -> BankAccountTest.deposit(log, ada, 7));
        });

        assertThat(log.read(bob).toList()).extracting(e -> e.payloadText()).containsExactly("7", "5");
        assertThat(transfers()).containsExactly("t1");
    }

    @Test
    void a_nested_transaction_of_its_own_is_committed_by_itself() {
        var nested = new TransactionTemplate(manager);
        nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        transactions.executeWithoutResult(status -> {
            cairn.current().append(ada, any(), json("money-deposited", "1"));
            nested.executeWithoutResult(inner -> {
                entities.persist(new Transfer("inner", 5));
                cairn.current().append(bob, noStream(), json("money-deposited", "5"));
            });
            assertThat(log.read(bob).toList()).hasSize(1);
            entities.persist(new Transfer("outer", 1));
            cairn.current().append(ada, any(), json("money-deposited", "2"));
            status.setRollbackOnly();
        });

        assertThat(transfers()).containsExactly("inner");
        assertThat(log.read(bob).toList()).hasSize(1);
        assertThat(BankAccountTest.balance(log.read(ada))).isEqualTo(100);
    }

    @Test
    void a_row_that_the_database_refuses_leaves_no_event() {
        transfer("t1", ada, bob, 5);

        assertThatThrownBy(() -> transfer("t1", ada, bob, 6)).isInstanceOf(DataIntegrityViolationException.class);
        assertThat(BankAccountTest.balance(log.read(ada))).isEqualTo(95);
        assertThat(log.read(bob).toList()).hasSize(1);
    }

    @Test
    void the_log_is_locked_after_the_last_statement_of_the_caller() {
        database.execute("CREATE TABLE locks (moment text, held bigint)");
        database.execute("CREATE FUNCTION note_locks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                + " INSERT INTO locks SELECT tg_argv[0], count(*) FROM pg_locks"
                + " WHERE locktype = 'advisory' AND pid = pg_backend_pid(); RETURN NULL; END $$");
        database.execute("CREATE TRIGGER at_insert AFTER INSERT ON transfer"
                + " FOR EACH ROW EXECUTE FUNCTION note_locks('insert')");
        database.execute("CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON transfer DEFERRABLE INITIALLY DEFERRED"
                + " FOR EACH ROW EXECUTE FUNCTION note_locks('commit')");

        transfer("t1", ada, bob, 5);

        assertThat(database.number("SELECT held FROM locks WHERE moment = 'insert'"))
                .isZero();
        assertThat(database.number("SELECT held FROM locks WHERE moment = 'commit'"))
                .isEqualTo(1);
    }

    @Test
    void nobody_appends_by_the_hook_outside_a_transaction() {
        assertThatThrownBy(cairn::current).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void who_waits_for_events_is_woken_by_the_commit() throws Exception {
        var head = log.head();
        var waiting = CompletableFuture.supplyAsync(() -> {
            try (var tail = log.tail(head, EventQuery.all())) {
                return tail.next(Duration.ofSeconds(20)).orElseThrow().stream();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        transfer("t1", ada, bob, 5);
        assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo(ada);
    }
}
