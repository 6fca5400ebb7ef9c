// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.event.EventQuery.types;
import static org.cairnlog.examples.AccountEvent.CODEC;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.cairnlog.codec.DecodedEvent;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.codec.EventTransform;
import org.cairnlog.consumer.InlineFailed;
import org.cairnlog.consumer.InlineProjection;
import org.cairnlog.decider.AggregateRoot;
import org.cairnlog.decider.Aggregates;
import org.cairnlog.decider.Rejected;
import org.cairnlog.decider.Repository;
import org.cairnlog.decider.StreamHandle;
import org.cairnlog.event.StreamId;
import org.cairnlog.examples.AccountEvent.Deposited;
import org.cairnlog.examples.AccountEvent.Opened;
import org.cairnlog.examples.AccountEvent.Withdrawn;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.EventLog;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.Sqlite;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways of working of other event stores, on a log of Cairn. */
class ComingFromTest {
    private static final StreamId ACCOUNT = StreamId.of("account", "42");

    // tag::root
    static final class AccountRoot extends AggregateRoot<AccountEvent> {
        private long cents;

        void deposit(long more) {
            record(new Deposited(more)); // applied at once, pending until it is saved
        }

        void withdraw(long less) {
            if (less > cents) {
                throw new Rejected("insufficient-funds");
            }
            record(new Withdrawn(less));
        }

        @Override
        protected void apply(AccountEvent event) {
            switch (event) {
                case Opened opened -> cents = 0;
                case Deposited deposited -> cents += deposited.cents();
                case Withdrawn withdrawn -> cents -= withdrawn.cents();
            }
        }
    }
    // end::root

    @TempDir
    Path folder;

    @Test
    void a_root_records_and_is_saved() {
        try (AtomicEventLog log = EventLog.inMemory()) {
            // tag::aggregates
            var accounts = Aggregates.of(log, "account", AccountRoot::new, CODEC);
            AccountRoot account = accounts.load("42").state();
            account.deposit(100);
            accounts.save("42", account); // if this fails, the deposit is still pending: save again
            // Loads, works and saves; after a conflict all of it again.
            accounts.execute("42", root -> root.withdraw(30));
            // end::aggregates
            assertThat(accounts.load("42").state().cents).isEqualTo(70);
            assertThat(account.pending()).isEmpty();
        }
    }

    @Test
    void a_handle_is_at_a_version() {
        try (AtomicEventLog log = EventLog.inMemory()) {
            // tag::handle
            var stream = StreamHandle.open(log, ACCOUNT, CODEC);
            var account = new AccountRoot();
            stream.project(event -> account.apply(event.event()));
            stream.append(new Opened("ada"), new Deposited(100)); // VersionConflict if there is more than was read
            long version = stream.version(); // 2
            // end::handle
            assertThat(version).isEqualTo(2);
            assertThat(stream.read()).isEmpty();
        }
    }

    @Test
    void transforms_stand_around_a_codec() {
        try (AtomicEventLog log = EventLog.inMemory()) {
            // tag::transform
            EventTransform<AccountEvent> trimmed = new EventTransform<>() {
                @Override
                public AccountEvent onWrite(AccountEvent event) {
                    return event instanceof Opened opened
                            ? new Opened(opened.holder().strip())
                            : event;
                }

                @Override
                public List<AccountEvent> onRead(AccountEvent event) {
                    boolean nothing = event instanceof Deposited deposited && deposited.cents() == 0;
                    return nothing ? List.of() : List.of(event);
                }
            };
            EventCodec<AccountEvent> codec = EventTransform.around(CODEC, trimmed);
            // end::transform
            var accounts = Repository.of(log, "account", new Account(), codec);
            accounts.execute("42", new Account.Open(" ada "));
            accounts.execute("42", new Account.Deposit(0));
            assertThat(CODEC.decode(log.read(ACCOUNT).toList().getFirst())).containsExactly(new Opened("ada"));
            assertThat(StreamHandle.open(log, ACCOUNT, codec).read()).hasSize(1);
        }
    }

    private static void insert(Connection connection, DecodedEvent<AccountEvent> event) throws SQLException {
        if (event.event() instanceof Opened opened) {
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO holder VALUES (?, ?)")) {
                insert.setString(1, opened.holder());
                insert.setString(2, event.stream().id());
                insert.executeUpdate();
            }
        }
    }

    @Test
    void rows_are_written_by_the_append() throws SQLException {
        Path file = folder.resolve("bank.db");
        // tag::inline
        // Writes the name of the holder into a table of which it is the primary key.
        var holders = InlineProjection.of("holders", types("account-opened"), CODEC, ComingFromTest::insert);
        try (TransactionalEventLog log = InlineProjection.in(Sqlite.open(file), holders)) {
            var accounts = Repository.of(log, "account", new Account(), CODEC);
            // end::inline
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE holder (name TEXT PRIMARY KEY, account TEXT NOT NULL)");
            }
            // tag::inline
            accounts.execute("42", new Account.Open("ada"));
            // end::inline
            assertThatThrownBy(() -> accounts.execute("43", new Account.Open("ada")))
                    .isInstanceOf(InlineFailed.class)
                    .hasCauseInstanceOf(SQLException.class);
            assertThat(accounts.load("43").found()).isFalse();
            assertThat(accounts.load("42").found()).isTrue();
            // tag::inline
            // accounts.execute("43", new Account.Open("ada")) throws InlineFailed: neither event nor row is stored
        }
        // end::inline
    }
}
