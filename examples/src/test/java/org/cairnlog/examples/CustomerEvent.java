// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import java.util.List;
import org.cairnlog.codec.EventShape;
import org.cairnlog.codec.EventTypes;
import org.cairnlog.codec.TypedCodec;
import org.cairnlog.jackson.Json;

// tag::types
/** What can happen to a customer; one of them is in its fourth shape. */
sealed interface CustomerEvent {
    record Registered(String customer, String first, String last, String country) implements CustomerEvent {}

    record NewsletterOrdered(String customer) implements CustomerEvent {}

    TypedCodec<CustomerEvent> CODEC = Json.codec(EventTypes.of(CustomerEvent.class)
            .add(
                    "customer-registered",
                    Registered.class,
                    type -> type.tag("customer", Registered::customer)
                            // 1 did not say which customer: the stream did.
                            .upcast(
                                    1,
                                    old -> old.with(
                                            "customer", old.stored().stream().id()))
                            // 2 had one name.
                            .upcast(2, old -> {
                                String[] names = old.text("name").split(" ", 2);
                                return old.without("name")
                                        .with("first", names[0])
                                        .with("last", names.length == 2 ? names[1] : "");
                            })
                            // 3 knew no country, and said whether the newsletter was wanted, which is an event of its
                            // own now.
                            .split(3, old -> {
                                EventShape registered =
                                        old.without("newsletter").with("country", "GB");
                                EventShape ordered = old.without("first", "last", "newsletter")
                                        .as("newsletter-ordered", 1);
                                return old.get("newsletter") == Boolean.TRUE
                                        ? List.of(registered, ordered)
                                        : List.of(registered);
                            }))
            .add("newsletter-ordered", NewsletterOrdered.class)
            .retire(
                    "customer-imported",
                    old -> List.of(old.renamed("label", "name").as("customer-registered", 1)))
            .retire("customer-page-viewed"));
}
// end::types
