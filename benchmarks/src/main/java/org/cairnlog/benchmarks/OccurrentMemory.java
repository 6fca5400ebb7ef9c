// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.occurrent.eventstore.api.WriteCondition;
import org.occurrent.eventstore.inmemory.InMemoryEventStore;

/**
 * Occurrent's event store in memory. It finds conflicts, has an order within each stream only, and keeps the caller's
 * own bytes.
 */
final class OccurrentMemory implements MemoryStore {
    private static final URI SOURCE = URI.create("urn:cairn:bench");

    private final InMemoryEventStore store = new InMemoryEventStore();

    @Override
    public Writer writer() {
        var place = new Events.Place();
        return events -> {
            append(place, events);
            place.added(events);
        };
    }

    @Override
    public void fill(Events.Place place, int events) {
        append(place, events);
    }

    private void append(Events.Place place, int events) {
        store.write(
                place.stream().toString(),
                WriteCondition.streamVersionEq(place.version()),
                Stream.generate(OccurrentMemory::event).limit(events));
    }

    private static CloudEvent event() {
        return CloudEventBuilder.v1()
                .withId(UUID.randomUUID().toString())
                .withSource(SOURCE)
                .withType(Events.TYPE)
                .withDataContentType("application/json")
                .withData(Events.PAYLOAD)
                .build();
    }

    @Override
    public int read(Events.Place place) {
        int found = 0;
        for (CloudEvent event : store.read(place.stream().toString())) {
            CloudEventData data = Objects.requireNonNull(event.getData());
            found += data.toBytes().length > 0 ? 1 : 0;
        }
        return found;
    }
}
