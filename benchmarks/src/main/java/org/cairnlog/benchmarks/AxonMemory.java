// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.axonframework.eventsourcing.eventstore.AppendCondition;
import org.axonframework.eventsourcing.eventstore.ConsistencyMarker;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine.AppendTransaction;
import org.axonframework.eventsourcing.eventstore.GenericTaggedEventMessage;
import org.axonframework.eventsourcing.eventstore.SourcingCondition;
import org.axonframework.eventsourcing.eventstore.TaggedEventMessage;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.axonframework.messaging.core.MessageStream;
import org.axonframework.messaging.core.MessageType;
import org.axonframework.messaging.eventhandling.EventMessage;
import org.axonframework.messaging.eventhandling.GenericEventMessage;
import org.axonframework.messaging.eventstreaming.EventCriteria;
import org.axonframework.messaging.eventstreaming.Tag;

/**
 * Axon Framework 5 on its memory engine. It has one order and finds conflicts, and keeps and gives the caller's own
 * object as payload; where copies are asked for, they are made here.
 */
final class AxonMemory implements MemoryStore {
    private static final MessageType TYPE = new MessageType(Events.TYPE);

    private final InMemoryEventStorageEngine engine = new InMemoryEventStorageEngine();
    private final boolean copying;

    AxonMemory(boolean copying) {
        this.copying = copying;
    }

    private static EventCriteria criteria(Events.Place place) {
        return EventCriteria.havingTags(
                Tag.of(place.stream().category(), place.stream().id()));
    }

    /** The mark of the writer's last append, after which Axon looks for conflicts. */
    static final class Writer implements MemoryStore.Writer {
        private final AxonMemory store;
        private final Events.Place place = new Events.Place();
        private ConsistencyMarker marker = ConsistencyMarker.ORIGIN;

        Writer(AxonMemory store) {
            this.store = store;
        }

        @Override
        public void append(int events) {
            marker = store.append(place, marker, events);
            place.added(events);
        }
    }

    @Override
    public MemoryStore.Writer writer() {
        return new Writer(this);
    }

    @Override
    public void fill(Events.Place place, int events) {
        append(place, ConsistencyMarker.ORIGIN, events);
    }

    @SuppressWarnings("NullAway") // outside of its own unit of work the engine takes no context
    private ConsistencyMarker append(Events.Place place, ConsistencyMarker marker, int events) {
        Set<Tag> tags = Set.of(Tag.of(place.stream().category(), place.stream().id()));
        List<TaggedEventMessage<?>> messages = new ArrayList<>(events);
        for (int i = 0; i < events; i++) {
            messages.add(new GenericTaggedEventMessage<>(
                    new GenericEventMessage(TYPE, copying ? Events.PAYLOAD.clone() : Events.PAYLOAD), tags));
        }
        AppendCondition condition =
                AppendCondition.withCriteria(criteria(place)).withMarker(marker);
        return commit(engine.appendEvents(condition, null, messages).join());
    }

    @SuppressWarnings("NullAway") // as above
    private static <R> ConsistencyMarker commit(AppendTransaction<R> transaction) {
        return transaction.afterCommit(transaction.commit(null).join(), null).join();
    }

    @Override
    @SuppressWarnings("NullAway") // as above
    public int read(Events.Place place) {
        MessageStream<EventMessage> stream = engine.source(SourcingCondition.conditionFor(criteria(place)), null);
        int found = 0;
        for (Optional<MessageStream.Entry<EventMessage>> next = stream.next(); next.isPresent(); next = stream.next()) {
            if (next.get().message().payload() instanceof byte[] payload) {
                found += (copying ? payload.clone() : payload).length > 0 ? 1 : 0;
            }
        }
        stream.close();
        return found;
    }
}
