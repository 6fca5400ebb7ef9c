// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.util.List;
import org.cairnlog.codec.EventTypes;
import org.cairnlog.codec.TypedCodec;
import org.cairnlog.decider.Decider;
import org.cairnlog.decider.StateCodec;
import org.cairnlog.jackson.Json;

/** The model of those who load and decide: deposits, and their sum. */
final class Accounts implements Decider<Deposited, Accounts.Balance, Deposited> {
    static final TypedCodec<Deposited> CODEC =
            Json.codec(EventTypes.of(Deposited.class).add(Events.TYPE, Deposited.class));
    static final StateCodec<Balance> STATE = Json.state("balance-1", Balance.class);

    /**
     * The state.
     *
     * @param cents the sum
     */
    record Balance(long cents) {
        static final Balance NOTHING = new Balance(0);

        Balance plus(Deposited event) {
            return new Balance(cents + event.cents());
        }
    }

    @Override
    public Balance initial() {
        return Balance.NOTHING;
    }

    @Override
    public Balance evolve(Balance state, Deposited event) {
        return state.plus(event);
    }

    @Override
    public List<Deposited> decide(Deposited command, Balance state) {
        return List.of(command);
    }
}
