// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.occurrent.eventstore.api.WriteCondition;
import org.occurrent.eventstore.api.blocking.EventStream;
import org.occurrent.eventstore.inmemory.InMemoryEventStore;
import tools.jackson.databind.json.JsonMapper;

/**
 * Occurrent: what its application service does, on its store in memory, events in JSON. Written here, because the
 * module of that service does not resolve in the store's release.
 */
final class OccurrentModel implements MemoryModels.Model {
    private static final URI SOURCE = URI.create("urn:cairn:bench");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final InMemoryEventStore store = new InMemoryEventStore();

    @Override
    public void deposit(String account) {
        EventStream<CloudEvent> stream = store.read(account);
        Accounts.Balance state = Accounts.Balance.NOTHING;
        for (CloudEvent event : stream) {
            byte[] data = Objects.requireNonNull(event.getData()).toBytes();
            state = state.plus(JSON.readValue(data, Deposited.class));
        }
        long version = state.cents() / Deposited.EVENT.cents();
        if (version != stream.version()) {
            throw new IllegalStateException("A wrong state was loaded: " + state);
        }
        store.write(account, WriteCondition.streamVersionEq(version), Stream.of(event()));
    }

    private static CloudEvent event() {
        return CloudEventBuilder.v1()
                .withId(UUID.randomUUID().toString())
                .withSource(SOURCE)
                .withType(Events.TYPE)
                .withDataContentType("application/json")
                .withData(JSON.writeValueAsBytes(Deposited.EVENT))
                .build();
    }
}
