// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.cairnlog.command.Command;
import org.cairnlog.command.CommandBus;
import org.cairnlog.command.Decision;
import org.cairnlog.command.Reply;
import org.cairnlog.command.Reply.Accepted;
import org.cairnlog.command.Reply.Failed;
import org.cairnlog.command.Reply.Rejected;
import org.cairnlog.decider.AtomicRepository;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.LogUnavailable;
import org.cairnlog.log.OutcomeUnknown;
import org.cairnlog.log.StreamDeleted;
import org.cairnlog.log.VersionConflict;
import org.junit.jupiter.api.Test;

/** A command is decided once and answered, and whoever repeats it gets the first reply and changes nothing. */
public abstract class RepliesContract extends RepositoryContract {
    /** Something to do with a purse. */
    record Use(String purse, Purse.Command what) {}

    /** Something to do with all that is ada's. */
    record UseAdas(Purse.Command what) {}

    static final UUID ID = new UUID(7, 7);
    static final StreamId REPLY = StreamId.of("command", ID.toString());

    /** For the contract that goes on from here. */
    RepliesContract() {}

    /**
     * Makes the bus under test.
     *
     * @return a bus without handlers
     */
    protected CommandBus bus() {
        return CommandBus.empty();
    }

    CommandBus bus(AtomicRepository<Purse.Command, Purse.State, Purse.Event> purses) {
        return bus().handle("use", Use.class, use -> Decision.on(purses, use.purse(), use.what()))
                .handle("use-adas", UseAdas.class, use -> Decision.on(purses, ADAS, "p", use.what()));
    }

    Reply send(Purse.Command what) {
        return bus(purses()).send(use(what));
    }

    static Command use(Purse.Command what) {
        return Command.of(ID, new Use("p", what));
    }

    // What a command gets

    @Test
    void events_and_reply_of_a_command_are_one_append() {
        Reply reply = send(new Purse.PutTwice(100));
        assertThat(reply).isEqualTo(new Accepted(ID, 2, log().head()));
        assertThat(reply.orThrow()).isSameAs(reply);
        assertThat(typesOf(PURSE)).containsExactly("gained", "gained");
        assertThat(typesOf(REPLY)).containsExactly("command-accepted");
        assertThat(log().history(log().beginning()).appends()).hasSize(1);
    }

    @Test
    void a_command_over_a_query_is_decided_and_answered_alike() {
        var adas = adas(new Purse());
        adas.execute("q", new Purse.Put(60));
        Command take = Command.of(ID, new UseAdas(new Purse.Take(60)));
        Reply reply = bus(adas).send(take);
        assertThat(reply).isEqualTo(new Accepted(ID, 1, log().head()));
        assertThat(log().history(log().beginning()).appends()).hasSize(2);
        assertThat(bus(adas).send(take)).isEqualTo(reply);
        assertThat(typesOf(PURSE)).containsExactly("lost");
    }

    @Test
    void a_rejected_command_is_answered_with_why() {
        gain(PURSE, 10);
        Reply reply = send(new Purse.Take(11));
        assertThat(reply).isEqualTo(new Rejected(ID, "too-little", "there are 10"));
        var thrown = refused(org.cairnlog.decider.Rejected.class, reply::orThrow);
        assertThat(thrown.code()).isEqualTo("too-little");
        assertThat(thrown.detail()).isEqualTo("there are 10");
        assertThat(typesOf(REPLY)).containsExactly("command-rejected");
    }

    @Test
    void who_decided_that_nothing_is_to_happen_is_answered_too() {
        gain(PURSE, 10);
        assertThat(send(new Purse.Leave())).isEqualTo(new Accepted(ID, 0, log().head()));
        assertThat(typesOf(PURSE)).containsExactly("gained");
    }

    // What a repeat gets

    @Test
    void a_repeat_gets_the_first_reply_and_changes_nothing() {
        Reply first = send(new Purse.Put(100));
        gain(PURSE, 1);
        var head = log().head();
        assertThat(send(new Purse.Put(100))).isEqualTo(first);
        assertThat(log().head()).isEqualTo(head);
        assertThat(purses().load("p").state()).isEqualTo(purse(101, 2));
    }

    @Test
    void a_repeat_of_a_rejected_command_is_rejected_though_it_would_be_possible_now() {
        Reply first = send(new Purse.Take(10));
        gain(PURSE, 10);
        var head = log().head();
        assertThat(send(new Purse.Take(10))).isEqualTo(first);
        assertThat(log().head()).isEqualTo(head);
    }

    @Test
    void a_repeat_of_a_command_that_changed_nothing_changes_nothing() {
        Watched purse = rival(0, () -> {});
        Reply first = bus(purses(log(), purse)).send(use(new Purse.Leave()));
        gain(PURSE, 10);
        var head = log().head();
        assertThat(bus(purses(log(), purse)).send(use(new Purse.Leave()))).isEqualTo(first);
        assertThat(log().head()).isEqualTo(head);
        assertThat(purse.decisions()).isEqualTo(1);
    }

    @Test
    void a_repeat_gets_its_reply_though_the_stream_was_deleted_since() {
        Reply first = send(new Purse.Put(100));
        fixture.maintenance().delete(PURSE, any(), "test");
        assertThat(send(new Purse.Put(100))).isEqualTo(first);
        Reply other = bus(purses()).send(Command.of(new Use("p", new Purse.Put(1))));
        assertThat(((Failed) other).cause()).isInstanceOf(StreamDeleted.class);
    }

    @Test
    void texts_of_a_rejection_come_back_as_they_were_told_first() {
        for (String detail : List.of("", "two\nlines", "\0", "\ud83e\udea8 \ud83e")) {
            Command refused = Command.of(new Use(detail, new Purse.Leave()));
            CommandBus bus = bus().handle(
                            "use",
                            Use.class,
                            use -> Decision.on(purses(log(), new Refusing(use.purse())), "p", use.what()));
            Reply first = bus.send(refused);
            assertThat(first).isInstanceOf(Rejected.class);
            assertThat(bus.send(refused)).isEqualTo(first);
        }
    }

    private static final class Refusing extends Purse {
        private final String detail;

        Refusing(String detail) {
            this.detail = detail;
        }

        @Override
        public List<Event> decide(Purse.Command command, State state) {
            throw new org.cairnlog.decider.Rejected("no", detail);
        }
    }

    @Test
    void the_id_of_one_command_is_not_taken_for_another() {
        send(new Purse.Put(100));
        var head = log().head();
        Reply other = bus(purses()).send(Command.of(ID, new UseAdas(new Purse.Put(1))));
        assertThat(((Failed) other).cause())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"use\"")
                .hasMessageContaining("\"use-adas\"")
                .hasMessageContaining(ID.toString());
        assertThat(log().head()).isEqualTo(head);
    }

    @Test
    void a_command_whose_reply_was_removed_is_not_decided_again() {
        send(new Purse.Put(100));
        fixture.maintenance().truncateWithoutBaseline(REPLY, 2, "test");
        assertThat(((Failed) send(new Purse.Put(100))).cause())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(REPLY.toString());
        fixture.maintenance().delete(REPLY, any(), "test");
        assertThat(((Failed) send(new Purse.Put(100))).cause())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was removed");
        assertThat(typesOf(PURSE)).containsExactly("gained");
    }

    // At once

    @Test
    void who_is_overtaken_by_the_same_command_gets_its_reply() {
        gain(PURSE, 10);
        List<Purse.Command> all = List.of(new Purse.Take(10), new Purse.Leave(), new Purse.Take(11));
        for (Purse.Command what : all) {
            Command command = Command.of(new Use("p", what));
            List<Reply> winner = new ArrayList<>();
            Purse purse = new Overtaken(() -> winner.add(bus(purses()).send(command)));
            long before = log().stream(PURSE).orElseThrow().version();
            Reply slower = bus(purses(log(), purse)).send(command);
            assertThat(slower).isEqualTo(winner.getFirst());
            assertThat(log().stream(PURSE).orElseThrow().version() - before)
                    .as(what.toString())
                    .isEqualTo(what.equals(all.getFirst()) ? 1 : 0);
            gain(PURSE, 10 - purses().load("p").state().cents());
        }
    }

    /** A purse with somebody who acts once, before it decides. */
    private static final class Overtaken extends Purse {
        private final Runnable rival;
        private boolean acted;

        Overtaken(Runnable rival) {
            this.rival = rival;
        }

        @Override
        public List<Event> decide(Purse.Command command, State state) {
            if (!acted) {
                acted = true;
                rival.run();
            }
            return super.decide(command, state);
        }
    }

    @Test
    void who_was_overtaken_does_not_go_on_deciding() {
        Command command = use(new Purse.Put(1));
        Watched purse = rivalOnce(() -> bus(purses()).send(command));
        bus(purses(log(), purse)).send(command);
        assertThat(purse.decisions()).isEqualTo(2);
        assertThat(typesOf(PURSE)).containsExactly("gained");
    }

    @Test
    void who_is_overtaken_on_another_stream_gets_the_reply_too() {
        Command command = use(new Purse.Put(1));
        Watched purse = rivalOnce(() -> bus().handle("use", Use.class, use -> Decision.on(purses(), "q", use.what()))
                .send(command));
        Reply slower = bus(purses(log(), purse).retryingConflicts(0)).send(command);
        assertThat(slower).isInstanceOf(Accepted.class);
        assertThat(log().stream(PURSE)).isEmpty();
        assertThat(typesOf(OTHER)).containsExactly("gained");
    }

    @Test
    void the_same_commands_sent_by_many_at_once_are_decided_once_each() throws Exception {
        gain(PURSE, 45);
        List<Command> commands = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            commands.add(Command.of(new Use("p", new Purse.Take(10))));
        }
        Queue<List<Reply>> replies = new ConcurrentLinkedQueue<>();
        CommandBus bus = bus(repository(log(), new Purse(), Purse.CODEC).retryingConflicts(1000));
        Crowd.run(8, thread -> replies.add(commands.stream().map(bus::send).toList()));
        assertThat(replies).hasSize(8).allMatch(replies.element()::equals);
        assertThat(replies.element()).filteredOn(Accepted.class::isInstance).hasSize(4);
        assertThat(replies.element()).filteredOn(Rejected.class::isInstance).hasSize(2);
        assertThat(purses().load("p").state()).isEqualTo(purse(5, 5));
    }

    @Test
    void other_commands_at_the_same_time_are_no_repeats() {
        Watched purse = rivalOnce(() -> bus(purses()).send(Command.of(new Use("p", new Purse.Put(5)))));
        assertThat(bus(purses(log(), purse)).send(use(new Purse.Put(1)))).isInstanceOf(Accepted.class);
        assertThat(purses().load("p").state()).isEqualTo(purse(6, 2));
    }

    // Failures

    @Test
    void a_command_that_failed_is_not_answered_and_can_be_sent_again() {
        Watched purse = rival(1, () -> {
            throw new ArithmeticException("test");
        });
        CommandBus bus = bus(purses(log(), purse));
        Reply failed = bus.send(use(new Purse.Put(5)));
        assertThat(failed.command()).isEqualTo(ID);
        assertThat(((Failed) failed).cause()).isInstanceOf(ArithmeticException.class);
        refused(ArithmeticException.class, failed::orThrow);
        assertThat(log().head()).isEqualTo(log().beginning());
        assertThat(bus.send(use(new Purse.Put(5)))).isEqualTo(new Accepted(ID, 1, log().head()));
    }

    @Test
    void who_is_always_slower_than_others_failed_and_can_try_again() {
        Watched purse = rival(2, () -> gain(PURSE, 1));
        CommandBus bus = bus(purses(log(), purse).retryingConflicts(1));
        Reply failed = bus.send(use(new Purse.Put(5)));
        assertThat(((Failed) failed).cause()).isInstanceOf(VersionConflict.class);
        assertThat(bus.send(use(new Purse.Put(5)))).isInstanceOf(Accepted.class);
        assertThat(purses().load("p").state()).isEqualTo(purse(7, 3));
    }

    @Test
    void what_nobody_can_tell_is_settled_by_the_same_command() {
        InterceptedLog.Attempt storedUnnoticed = (log, append) -> {
            log.append(append);
            throw new OutcomeUnknown(append, null);
        };
        InterceptedLog.Attempt lost = (log, append) -> {
            throw new OutcomeUnknown(append, null);
        };
        gain(PURSE, 10);
        for (Purse.Command what : List.of(new Purse.Take(1), new Purse.Leave(), new Purse.Take(99))) {
            for (InterceptedLog.Attempt attempt : List.of(storedUnnoticed, lost)) {
                Command command = Command.of(new Use("p", what));
                long before = log().stream(PURSE).orElseThrow().version();
                Reply first = bus(purses(InterceptedLog.appending(log(), attempt, lost), new Purse()))
                        .send(command);
                Reply again = bus(purses()).send(command);
                assertThat(again).isNotInstanceOf(Failed.class);
                if (attempt.equals(lost)) {
                    assertThat(((Failed) first).cause()).isInstanceOf(OutcomeUnknown.class);
                } else {
                    assertThat(again).isEqualTo(first);
                }
                assertThat(log().stream(PURSE).orElseThrow().version() - before)
                        .isEqualTo(what.equals(new Purse.Take(1)) ? 1 : 0);
            }
        }
    }

    @Test
    void a_log_that_is_away_is_a_failure_and_no_answer() {
        AtomicEventLog away = InterceptedLog.appending(log(), (log, append) -> {
            throw new LogUnavailable("The test has cut the log off.", null);
        });
        for (Purse.Command what : List.of(new Purse.Put(1), new Purse.Leave(), new Purse.Take(99))) {
            Reply failed = bus(purses(away, new Purse())).send(Command.of(new Use("p", what)));
            assertThat(((Failed) failed).cause()).isInstanceOf(LogUnavailable.class);
        }
        assertThat(log().head()).isEqualTo(log().beginning());
    }
}
