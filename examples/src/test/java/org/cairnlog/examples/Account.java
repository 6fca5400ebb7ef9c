// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import java.util.List;
import org.cairnlog.decider.Decider;
import org.cairnlog.decider.Rejected;
import org.cairnlog.decider.StateCodec;
import org.cairnlog.examples.AccountEvent.Deposited;
import org.cairnlog.examples.AccountEvent.Opened;
import org.cairnlog.examples.AccountEvent.Withdrawn;
import org.cairnlog.jackson.Json;

/** A bank account as a decider. */
// tag::decider
final class Account implements Decider<Account.Command, Account.State, AccountEvent> {
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
    public State evolve(State state, AccountEvent event) {
        return switch (event) {
            case Opened opened -> new State(true, state.cents());
            case Deposited deposited -> new State(state.open(), state.cents() + deposited.cents());
            case Withdrawn withdrawn -> new State(state.open(), state.cents() - withdrawn.cents());
        };
    }

    @Override
    public List<AccountEvent> decide(Command command, State state) {
        return switch (command) {
            case Open open -> state.open() ? List.of() : List.of(new Opened(open.holder()));
            case Deposit deposit -> List.of(new Deposited(deposit.cents()));
            case Withdraw withdraw when withdraw.cents() > state.cents() -> throw new Rejected("insufficient-funds");
            case Withdraw withdraw -> List.of(new Withdrawn(withdraw.cents()));
        };
    }
    // end::decider

    // tag::state-codec
    static final StateCodec<State> STATES = Json.state("account-1", State.class); // which state, and which shape of it
    // end::state-codec
}
