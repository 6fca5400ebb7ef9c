// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.event.EventQuery.types;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.cairnlog.command.Command;
import org.cairnlog.command.CommandBus;
import org.cairnlog.command.Decision;
import org.cairnlog.command.Middleware;
import org.cairnlog.command.Reply;
import org.cairnlog.command.Reply.Accepted;
import org.cairnlog.command.Reply.Failed;
import org.cairnlog.command.Reply.Rejected;
import org.cairnlog.consumer.Consumers;
import org.cairnlog.consumer.Subscription;
import org.cairnlog.decider.Repository;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Metadata;
import org.cairnlog.examples.Account.Deposit;
import org.cairnlog.examples.Account.Withdraw;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.testkit.ControllableClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Commands that come from outside, perhaps twice, and commands that come of events. */
class CommandsTest {
    // tag::commands
    record PayIn(String account, long cents) {}

    record PayOut(String account, long cents) {}

    static CommandBus bank(AtomicEventLog log) {
        var accounts = Repository.of(log, "account", new Account(), AccountEvent.CODEC);
        return CommandBus.empty()
                .handle("pay-in", PayIn.class, pay -> Decision.on(accounts, pay.account(), new Deposit(pay.cents())))
                .handle(
                        "pay-out",
                        PayOut.class,
                        pay -> Decision.on(accounts, pay.account(), new Withdraw(pay.cents())));
    }
    // end::commands

    // tag::reply
    static String tell(Reply reply) {
        return switch (reply) {
            case Accepted accepted -> "done";
            case Rejected rejected -> "no, because of " + rejected.code();
            case Failed failed -> "please try again: " + failed.cause().getMessage();
        };
    }
    // end::reply

    // tag::middleware
    record Authorised(List<String> tellers) implements Middleware {
        @Override
        public Reply handle(Command command, Function<Command, Reply> next) {
            if (command.metadata().get("user") instanceof String user && tellers.contains(user)) {
                return next.apply(command);
            }
            throw new org.cairnlog.decider.Rejected("not-allowed");
        }
    }

    record Timed(InstantSource clock, List<Duration> times) implements Middleware {
        @Override
        public Reply handle(Command command, Function<Command, Reply> next) {
            Instant begun = clock.instant();
            Reply reply = next.apply(command);
            times.add(Duration.between(begun, clock.instant()));
            return reply;
        }
    }
    // end::middleware

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void a_command_sent_twice_is_done_once(Store store) {
        try (AtomicEventLog log = store.open(folder.resolve("bank.db"))) {
            // tag::send
            var bus = bank(log);
            UUID wish = UUID.fromString("0191d2f0-4d8e-7cc2-a1de-6d3c8c3a3f01"); // from the form that was filled in
            Reply reply = bus.send(Command.of(wish, new PayIn("42", 100)));
            Reply again = bus.send(Command.of(wish, new PayIn("42", 100))); // the answer was lost on the way
            // end::send
            assertThat(again).isEqualTo(reply).isEqualTo(new Accepted(wish, 1, log.head()));
            assertThat(tell(reply)).isEqualTo("done");

            Command tooMuch = Command.of(new PayOut("42", 101));
            assertThat(tell(bus.send(tooMuch))).isEqualTo("no, because of insufficient-funds");
            bus.send(Command.of(new PayIn("42", 1))).orThrow();
            assertThat(tell(bus.send(tooMuch))).isEqualTo("no, because of insufficient-funds");
            assertThat(tell(bus.send(Command.of(new PayOut("42", 101))))).isEqualTo("done");
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_stands_before_every_command_is_said_once(Store store) {
        var clock = ControllableClock.at(Instant.parse("2024-02-29T12:00:00Z"));
        List<Duration> times = new ArrayList<>();
        try (AtomicEventLog log = store.open(folder.resolve("before.db"))) {
            // tag::through
            var bus = bank(log).through(new Timed(clock, times)).through(new Authorised(List.of("eve")));
            Command pay = Command.of(new PayIn("42", 100));
            Reply refused = bus.send(pay);
            Reply accepted = bus.send(pay.withMetadata(Metadata.of("user", "eve")));
            // end::through
            assertThat(tell(refused)).isEqualTo("no, because of not-allowed");
            assertThat(tell(accepted)).isEqualTo("done");
            assertThat(times).containsExactly(Duration.ZERO, Duration.ZERO);
            assertThat(log.read(types("money-deposited"))
                            .toList()
                            .getFirst()
                            .metadata()
                            .get("user"))
                    .isEqualTo("eve");
        }
    }

    @Test
    void a_command_comes_of_an_event() throws Exception {
        try (AtomicEventLog log = Store.SQLITE.open(folder.resolve("bonus.db"))) {
            var bus = bank(log);
            // tag::caused
            var bonus = Subscription.of("bonus", types("account-opened"), AccountEvent.CODEC, event -> {
                var gift = new PayIn(event.stream().id(), 5);
                if (bus.send(Command.causedBy(event.stored(), "bonus", gift)) instanceof Failed failed) {
                    throw failed.cause(); // the consumer tries again; a rejection would stay one
                }
            });
            // end::caused
            var accounts = Repository.of(log, "account", new Account(), AccountEvent.CODEC);
            var opened = accounts.execute("42", new Account.Open("ada"));
            try (var consumers = Consumers.start(log, bonus)) {
                consumers.awaitPassed("bonus", opened.cursor(), Duration.ofSeconds(10));
            }
            assertThat(accounts.load("42").state()).isEqualTo(new Account.State(true, 5));
            String request =
                    log.read(types("account-opened")).toList().getFirst().id().toString();
            // tag::correlated
            var together = EventQuery.all().andMetadata(Metadata.empty().withReserved(Command.CORRELATION, request));
            // end::correlated
            assertThat(log.read(together).toList().stream().map(event -> event.type()))
                    .containsExactly("money-deposited", "command-accepted");
        }
    }
}
