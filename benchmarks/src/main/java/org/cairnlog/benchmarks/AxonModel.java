// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.axonframework.eventsourcing.EventSourcedEntityFactory;
import org.axonframework.eventsourcing.EventSourcingRepository;
import org.axonframework.eventsourcing.eventstore.StorageEngineBackedEventStore;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.axonframework.messaging.core.EmptyApplicationContext;
import org.axonframework.messaging.core.MessageType;
import org.axonframework.messaging.core.unitofwork.SimpleUnitOfWorkFactory;
import org.axonframework.messaging.eventhandling.EventMessage;
import org.axonframework.messaging.eventhandling.GenericEventMessage;
import org.axonframework.messaging.eventhandling.SimpleEventBus;
import org.axonframework.messaging.eventstreaming.EventCriteria;
import org.axonframework.messaging.eventstreaming.Tag;

/** Axon Framework 5: its repository and unit of work on its memory engine, which keeps objects and converts nothing. */
final class AxonModel implements MemoryModels.Model {
    private static final MessageType TYPE = new MessageType(Events.TYPE);

    private final SimpleUnitOfWorkFactory units = new SimpleUnitOfWorkFactory(EmptyApplicationContext.INSTANCE);
    private final StorageEngineBackedEventStore store = new StorageEngineBackedEventStore(
            new InMemoryEventStorageEngine(),
            new SimpleEventBus(),
            event -> Set.of(tag(deposited(event).account())));
    private final EventSourcingRepository<String, Accounts.Balance> repository = new EventSourcingRepository<>(
            String.class,
            Accounts.Balance.class,
            store,
            EventSourcedEntityFactory.fromIdentifier(id -> Accounts.Balance.NOTHING),
            (id, context) -> EventCriteria.havingTags(tag(id)),
            (state, event, context) -> state.plus(deposited(event)));

    private static Tag tag(String account) {
        return Tag.of(Events.CATEGORY, account);
    }

    private static Deposited deposited(EventMessage event) {
        return (Deposited) Objects.requireNonNull(event.payload());
    }

    @Override
    public void deposit(String account) {
        var event = new Deposited(account, Deposited.EVENT.cents(), Deposited.EVENT.note());
        units.create()
                .executeWithResult(context -> repository
                        .loadOrCreate(account, context)
                        .thenCompose(loaded -> store.publish(context, List.of(new GenericEventMessage(TYPE, event)))))
                .join();
    }
}
