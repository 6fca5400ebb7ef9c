// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.cairnlog.command.Command;
import org.cairnlog.command.CommandBus;
import org.cairnlog.command.Decision;
import org.cairnlog.command.Reply;
import org.cairnlog.command.Reply.Accepted;
import org.cairnlog.command.Reply.Failed;
import org.cairnlog.command.Reply.Rejected;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Metadata;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a bus does with commands: it has each decided once, keeps together what belongs so, and guards the way. */
public abstract class CommandsContract extends RepliesContract {
    /** For a store's test. */
    protected CommandsContract() {}

    private static @Nullable Object meta(RecordedEvent event, String key) {
        return event.metadata().get(key);
    }

    private RecordedEvent only(StreamId stream) {
        var events = log().read(stream).toList();
        assertThat(events).hasSize(1);
        return events.getFirst();
    }

    // What belongs together

    @Test
    void events_carry_correlation_and_causation_of_their_command() {
        bus(purses()).send(use(new Purse.Put(1)).withCorrelation("request 1"));
        RecordedEvent event = only(PURSE);
        assertThat(meta(event, "$correlation")).isEqualTo("request 1");
        assertThat(meta(event, "$causation")).isEqualTo(ID.toString());
        assertThat(meta(only(REPLY), "$correlation")).isEqualTo("request 1");
        assertThat(meta(only(REPLY), "$causation")).isNull();
    }

    @Test
    void what_an_event_leads_to_is_correlated_with_it_and_caused_by_it() {
        bus(purses()).send(use(new Purse.Put(1)).withCorrelation("request 1"));
        RecordedEvent cause = only(PURSE);
        Command next = Command.causedBy(cause, "mirror", new Use("q", new Purse.Put(1)));
        bus(purses()).send(next);
        RecordedEvent event = only(OTHER);
        assertThat(meta(event, "$correlation")).isEqualTo("request 1");
        assertThat(meta(event, "$causation")).isEqualTo(next.id().toString());
        RecordedEvent reply = only(StreamId.of("command", next.id().toString()));
        assertThat(meta(reply, "$causation")).isEqualTo(cause.id().toString());
        assertThat(meta(reply, "$correlation")).isEqualTo("request 1");
        assertThat(types(log().read(EventQuery.all()
                        .andMetadata(Metadata.empty().withReserved(Command.CORRELATION, "request 1")))))
                .containsExactly("gained", "command-accepted", "gained", "command-accepted");
    }

    @Test
    void an_event_handled_twice_causes_one_command() {
        gain(PURSE, 1);
        RecordedEvent cause = only(PURSE);
        Use content = new Use("q", new Purse.Put(1));
        Command first = Command.causedBy(cause, "mirror", content);
        Command again = Command.causedBy(cause, "mirror", content);
        assertThat(again).isEqualTo(first);
        assertThat(first.correlation()).isEqualTo(cause.id().toString());
        assertThat(Command.causedBy(cause, "other", content).id()).isNotEqualTo(first.id());
        assertThat(bus(purses()).send(again)).isEqualTo(bus(purses()).send(first));
        assertThat(typesOf(OTHER)).containsExactly("gained");
    }

    @Test
    void metadata_of_a_command_goes_to_its_events_beneath_their_own() {
        var purses = purses().enriching(event -> event.withMetadata(Metadata.of("by", "event")));
        bus(purses)
                .send(use(new Purse.Put(1))
                        .withMetadata(Metadata.of("by", "command").with("user", 7)));
        assertThat(meta(only(PURSE), "by")).isEqualTo("event");
        assertThat(meta(only(PURSE), "user")).isEqualTo(7L);
        assertThat(meta(only(REPLY), "by")).isEqualTo("command");
        assertThat(meta(only(REPLY), "user")).isEqualTo(7L);
    }

    // What stands before

    @Test
    void middleware_stands_in_the_order_in_which_it_was_added() {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        CommandBus bus = bus(purses());
        for (String name : List.of("a", "b", "c")) {
            bus = bus.through((command, next) -> {
                seen.add(name);
                Reply reply = next.apply(command.withCorrelation(command.correlation() + name));
                seen.add(name + reply.getClass().getSimpleName());
                return reply;
            });
        }
        bus.send(use(new Purse.Put(1)).withCorrelation("-"));
        assertThat(seen).containsExactly("a", "b", "c", "cAccepted", "bAccepted", "aAccepted");
        assertThat(meta(only(PURSE), "$correlation")).isEqualTo("-abc");
    }

    @Test
    void what_was_enriched_is_what_is_decided() {
        CommandBus bus = bus(purses())
                .through((command, next) -> next.apply(command.withContent(new Use("q", new Purse.Put(3)))));
        bus.send(use(new Purse.Put(1)));
        assertThat(log().stream(PURSE)).isEmpty();
        assertThat(purses().load("q").state()).isEqualTo(purse(3, 1));
    }

    @Test
    void a_refusal_by_middleware_is_not_kept() {
        boolean[] allowed = new boolean[1];
        List<Reply> seen = new ArrayList<>();
        CommandBus bus = bus(purses())
                .through((command, next) -> {
                    seen.add(next.apply(command));
                    return seen.getLast();
                })
                .through((command, next) -> {
                    if (!allowed[0]) {
                        throw new org.cairnlog.decider.Rejected("not-allowed", "ask ada");
                    }
                    return next.apply(command);
                });
        Reply refused = bus.send(use(new Purse.Put(1)));
        assertThat(refused).isEqualTo(new Rejected(ID, "not-allowed", "ask ada"));
        assertThat(log().head()).isEqualTo(log().beginning());
        allowed[0] = true;
        Reply first = bus.send(use(new Purse.Put(1)));
        assertThat(first).isInstanceOf(Accepted.class);
        allowed[0] = false;
        Reply repeat = bus.send(use(new Purse.Put(1)));
        assertThat(repeat)
                .as("who may not send a command does not learn its reply")
                .isEqualTo(refused);
        assertThat(seen).containsExactly(refused, first, repeat);
    }

    @Test
    void middleware_that_breaks_is_a_failure_that_others_see() {
        List<Reply> seen = new ArrayList<>();
        CommandBus bus = bus(purses())
                .through((command, next) -> {
                    seen.add(next.apply(command));
                    return seen.getLast();
                })
                .through((command, next) -> {
                    throw new ArithmeticException("test");
                });
        assertThat(((Failed) bus.send(use(new Purse.Put(1)))).cause()).isInstanceOf(ArithmeticException.class);
        assertThat(seen).singleElement().isInstanceOf(Failed.class);
        assertThat(log().head()).isEqualTo(log().beginning());
    }

    // Handlers

    @Test
    void a_command_without_a_handler_is_refused_before_anything_happens() {
        List<Command> seen = new ArrayList<>();
        CommandBus bus = bus(purses()).through((command, next) -> {
            seen.add(command);
            return next.apply(command);
        });
        var missing =
                refusedWithoutTrace(IllegalArgumentException.class, () -> bus.send(Command.of(new Purse.Leave())));
        assertThat(missing).hasMessageContaining("Purse$Leave").hasMessageContaining("$Use,");
        assertThat(seen).isEmpty();
    }

    @Test
    void a_second_handler_of_a_class_or_of_a_name_is_refused() {
        CommandBus bus = bus(purses());
        refused(
                IllegalArgumentException.class,
                () -> bus.handle("other", Use.class, use -> Decision.on(purses(), "p", use.what())));
        refused(
                IllegalArgumentException.class,
                () -> bus.handle("use", Purse.Leave.class, leave -> Decision.on(purses(), "p", leave)));
        refused(
                IllegalArgumentException.class,
                () -> bus.handle("any", Purse.Command.class, command -> Decision.on(purses(), "p", command)));
        refused(
                IllegalArgumentException.class,
                () -> bus.handle("", Purse.Leave.class, leave -> Decision.on(purses(), "p", leave)));
    }

    @Test
    void a_handler_that_breaks_is_a_failure_and_one_that_refuses_keeps_nothing() {
        CommandBus bus = bus().handle("use", Use.class, use -> {
            if (use.purse().equals("p")) {
                throw new org.cairnlog.decider.Rejected("no-purse");
            }
            throw new ArithmeticException("test");
        });
        assertThat(bus.send(use(new Purse.Put(1)))).isEqualTo(new Rejected(ID, "no-purse", ""));
        Reply failed = bus.send(Command.of(new Use("q", new Purse.Put(1))));
        assertThat(((Failed) failed).cause()).isInstanceOf(ArithmeticException.class);
        assertThat(log().head()).isEqualTo(log().beginning());
    }
}
