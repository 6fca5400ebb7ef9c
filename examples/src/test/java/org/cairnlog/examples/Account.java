// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.codec.UnknownEventType;
import org.cairnlog.decider.Decider;
import org.cairnlog.decider.Rejected;
import org.cairnlog.decider.StateCodec;
import org.cairnlog.event.EventData;
import org.cairnlog.event.RecordedEvent;

/** A bank account as a decider. */
// tag::decider
final class Account implements Decider<Account.Command, Account.State, Account.Event> {
    sealed interface Event {}

    record Opened(String holder) implements Event {}

    record Deposited(long cents) implements Event {}

    record Withdrawn(long cents) implements Event {}

    sealed interface Command {}

    record Open(String holder) implements Command {}

    record Deposit(long cents) implements Command {}

    record Withdraw(long cents) implements Command {}

    record State(boolean open, long cents) {}

    @Override
    public State initial() {
        return new State(false, 0);
    }

    @Override
    public State evolve(State state, Event event) {
        return switch (event) {
            case Opened opened -> new State(true, state.cents());
            case Deposited deposited -> new State(state.open(), state.cents() + deposited.cents());
            case Withdrawn withdrawn -> new State(state.open(), state.cents() - withdrawn.cents());
        };
    }

    @Override
    public List<Event> decide(Command command, State state) {
        return switch (command) {
            case Open open -> state.open() ? List.of() : List.of(new Opened(open.holder()));
            case Deposit deposit -> List.of(new Deposited(deposit.cents()));
            case Withdraw withdraw when withdraw.cents() > state.cents() -> throw new Rejected("insufficient-funds");
            case Withdraw withdraw -> List.of(new Withdrawn(withdraw.cents()));
        };
    }
    // end::decider

    // tag::codec
    static final EventCodec<Event> CODEC = new EventCodec<>() {
        @Override
        public EventData encode(Event event) {
            return switch (event) {
                case Opened opened -> EventData.json("account-opened", opened.holder());
                case Deposited deposited -> EventData.json("money-deposited", Long.toString(deposited.cents()));
                case Withdrawn withdrawn -> EventData.json("money-withdrawn", Long.toString(withdrawn.cents()));
            };
        }

        @Override
        public List<Event> decode(RecordedEvent stored) {
            return switch (stored.type()) {
                case "account-opened" -> List.of(new Opened(stored.payloadText()));
                case "money-deposited" -> List.of(new Deposited(Long.parseLong(stored.payloadText())));
                case "money-withdrawn" -> List.of(new Withdrawn(Long.parseLong(stored.payloadText())));
                default -> throw new UnknownEventType(stored);
            };
        }

        @Override
        public boolean knows(String type) {
            return List.of("account-opened", "money-deposited", "money-withdrawn")
                    .contains(type);
        }
    };
    // end::codec

    // tag::state-codec
    static final StateCodec<State> STATES = StateCodec.of(
            "account-1", // which state, and which shape of it
            state -> (state.open() + " " + state.cents()).getBytes(StandardCharsets.UTF_8),
            bytes -> {
                String[] parts = new String(bytes, StandardCharsets.UTF_8).split(" ");
                return new State(Boolean.parseBoolean(parts[0]), Long.parseLong(parts[1]));
            });
    // end::state-codec
}
