// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import org.cairnlog.codec.EventCodec;
import org.cairnlog.codec.EventTypes;
import org.cairnlog.jackson.Json;

// tag::types
/** What can happen to an account. */
sealed interface AccountEvent {
    record Opened(String holder) implements AccountEvent {}

    record Deposited(long cents) implements AccountEvent {}

    record Withdrawn(long cents) implements AccountEvent {}

    EventCodec<AccountEvent> CODEC = Json.codec(EventTypes.of(AccountEvent.class) // sealed: a missing type fails here
            .add("account-opened", Opened.class)
            .add("money-deposited", Deposited.class)
            .add("money-withdrawn", Withdrawn.class));
}
// end::types
