// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.testkit.Given.given;

import java.nio.file.Path;
import org.cairnlog.decider.Executed;
import org.cairnlog.decider.Rejected;
import org.cairnlog.decider.Repository;
import org.cairnlog.decider.SnapshotPolicy;
import org.cairnlog.decider.SnapshotStore;
import org.cairnlog.decider.Snapshots;
import org.cairnlog.event.StreamId;
import org.cairnlog.examples.Account.Deposit;
import org.cairnlog.examples.Account.Open;
import org.cairnlog.examples.Account.Withdraw;
import org.cairnlog.examples.AccountEvent.Deposited;
import org.cairnlog.examples.AccountEvent.Opened;
import org.cairnlog.examples.AccountEvent.Withdrawn;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.Sqlite;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A bank account: commands, events, states of now and of then, snapshots, and a transfer. */
class AccountDeciderTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void an_account_never_goes_below_zero(Store store) {
        try (AtomicEventLog log = store.open(folder.resolve("accounts.db"))) {
            // tag::repository
            var accounts = Repository.of(log, "account", new Account(), AccountEvent.CODEC);
            accounts.execute("42", new Open("ada"));
            accounts.execute("42", new Deposit(100));
            Executed<Account.State, AccountEvent> executed = accounts.execute("42", new Withdraw(30));
            Account.State now = accounts.load("42").state();
            Account.State before = accounts.load("42", 2).state();
            // end::repository
            assertThat(executed.events()).containsExactly(new Withdrawn(30));
            assertThat(executed.version()).isEqualTo(3);
            assertThat(now).isEqualTo(executed.state()).isEqualTo(new Account.State(true, 70));
            assertThat(before.cents()).isEqualTo(100);
            assertThat(accounts.load("43").found()).isFalse();
            assertThatThrownBy(() -> accounts.execute("42", new Withdraw(71)))
                    .isInstanceOfSatisfying(
                            Rejected.class,
                            rejected -> assertThat(rejected.code()).isEqualTo("insufficient-funds"));
        }
    }

    @Test
    void a_decider_is_tested_without_a_log() {
        // tag::given
        given(new Account())
                .events(new Opened("ada"), new Deposited(100))
                .when(new Withdraw(30))
                .then(new Withdrawn(30));
        given(new Account()).events(new Opened("ada")).when(new Withdraw(30)).rejected("insufficient-funds");
        given(new Account()).events(new Opened("ada")).when(new Open("ada")).thenNothing();
        // end::given
    }

    @ParameterizedTest
    @EnumSource
    void a_long_account_is_loaded_from_a_snapshot(Store store) {
        try (AtomicEventLog log = store.open(folder.resolve("snapshots.db"))) {
            // tag::snapshots
            var snapshots = Snapshots.of(SnapshotStore.of(log), Account.STATES, SnapshotPolicy.every(100));
            var accounts = Repository.of(log, "account", new Account(), AccountEvent.CODEC)
                    .snapshots(snapshots);
            // end::snapshots
            for (int i = 0; i < 250; i++) {
                accounts.execute("42", new Deposit(1));
            }
            assertThat(snapshots.taken()).isEqualTo(2);
            assertThat(snapshots.failures()).isZero();
            assertThat(accounts.load("42").state().cents()).isEqualTo(250);
        }
    }

    @Test
    void a_transfer_is_one_commit() {
        try (TransactionalEventLog log = Sqlite.open(folder.resolve("transfer.db"))) {
            var accounts = Repository.of(log, "account", new Account(), AccountEvent.CODEC);
            accounts.execute("42", new Deposit(100));
            // tag::transaction
            log.inTransaction(tx -> {
                        accounts.in(tx).execute("42", new Withdraw(5));
                        return accounts.in(tx).execute("43", new Deposit(5));
                    })
                    .retryingConflicts(3)
                    .run();
            // end::transaction
            assertThat(accounts.load("42").state().cents()).isEqualTo(95);
            assertThat(accounts.load("43").state().cents()).isEqualTo(5);
            assertThatThrownBy(() -> log.inTransaction(tx -> {
                                accounts.in(tx).execute("43", new Deposit(96));
                                return accounts.in(tx).execute("42", new Withdraw(96));
                            })
                            .run())
                    .isInstanceOf(Rejected.class);
            assertThat(log.stream(StreamId.of("account", "43")).orElseThrow().version())
                    .isEqualTo(1);
        }
    }
}
