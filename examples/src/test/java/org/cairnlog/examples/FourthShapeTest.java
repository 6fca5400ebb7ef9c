// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.event.EventData.json;
import static org.cairnlog.examples.CustomerEvent.CODEC;
import static org.cairnlog.log.ExpectedVersion.any;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cairnlog.codec.DecodedEvent;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;
import org.cairnlog.examples.CustomerEvent.NewsletterOrdered;
import org.cairnlog.examples.CustomerEvent.Registered;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.testkit.StoredShapes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An event in its fourth shape: everything that was ever stored is read as what it is today. */
class FourthShapeTest {
    @TempDir
    Path folder;

    // tag::check
    @Test
    void every_shape_that_was_ever_stored_can_be_read() {
        StoredShapes.in(Path.of("src/test/shapes/customers"))
                .check(CODEC, new Registered("7", "Ada", "Lovelace", "GB"), new NewsletterOrdered("7"));
    }
    // end::check

    @ParameterizedTest
    @EnumSource
    void a_log_that_has_seen_them_all_is_read_as_one(Store store) {
        try (AtomicEventLog log = store.open(folder.resolve("customers.db"))) {
            StreamId ada = StreamId.of("customer", "7");
            log.append(
                    ada,
                    any(),
                    json("customer-imported", "{\"label\":\"Ada Lovelace\"}"),
                    json("customer-page-viewed", "{}"),
                    json("customer-registered", "{\"customer\":\"7\",\"name\":\"Ada Lovelace\"}")
                            .withSchemaVersion(2),
                    json(
                                    "customer-registered",
                                    "{\"customer\":\"7\",\"first\":\"Ada\",\"last\":\"Lovelace\",\"newsletter\":true}")
                            .withSchemaVersion(3),
                    CODEC.encode(new Registered("7", "Ada", "Lovelace", "GB")));

            List<DecodedEvent<CustomerEvent>> events = new ArrayList<>();
            log.read(EventQuery.all())
                    .forEach(stored ->
                            CODEC.decode(stored).forEach(event -> events.add(new DecodedEvent<>(event, stored))));

            var registered = new Registered("7", "Ada", "Lovelace", "GB");
            assertThat(events)
                    .extracting(DecodedEvent::event)
                    .containsExactly(registered, registered, registered, new NewsletterOrdered("7"), registered);
            assertThat(events).extracting(DecodedEvent::version).containsExactly(1L, 3L, 4L, 4L, 5L);
        }
    }
}
