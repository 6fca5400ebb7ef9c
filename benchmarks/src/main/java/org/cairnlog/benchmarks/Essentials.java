// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.zaxxer.hikari.HikariDataSource;
import dk.cloudcreate.essentials.components.eventsourced.eventstore.postgresql.PostgresqlEventStore;
import dk.cloudcreate.essentials.components.eventsourced.eventstore.postgresql.eventstream.AggregateEventStream;
import dk.cloudcreate.essentials.components.eventsourced.eventstore.postgresql.eventstream.AggregateType;
import dk.cloudcreate.essentials.components.eventsourced.eventstore.postgresql.eventstream.IdentifierColumnType;
import dk.cloudcreate.essentials.components.eventsourced.eventstore.postgresql.eventstream.JSONColumnType;
import dk.cloudcreate.essentials.components.eventsourced.eventstore.postgresql.eventstream.PersistedEvent;
import dk.cloudcreate.essentials.components.eventsourced.eventstore.postgresql.persistence.AggregateEventStreamConfiguration;
import dk.cloudcreate.essentials.components.eventsourced.eventstore.postgresql.persistence.EventMetaData;
import dk.cloudcreate.essentials.components.eventsourced.eventstore.postgresql.persistence.PersistableEvent;
import dk.cloudcreate.essentials.components.eventsourced.eventstore.postgresql.persistence.table_per_aggregate_type.SeparateTablePerAggregateEventStreamConfiguration;
import dk.cloudcreate.essentials.components.eventsourced.eventstore.postgresql.persistence.table_per_aggregate_type.SeparateTablePerAggregateTypeEventStreamConfigurationFactory;
import dk.cloudcreate.essentials.components.eventsourced.eventstore.postgresql.persistence.table_per_aggregate_type.SeparateTablePerAggregateTypePersistenceStrategy;
import dk.cloudcreate.essentials.components.eventsourced.eventstore.postgresql.serializer.AggregateIdSerializer;
import dk.cloudcreate.essentials.components.eventsourced.eventstore.postgresql.serializer.json.JacksonJSONEventSerializer;
import dk.cloudcreate.essentials.components.eventsourced.eventstore.postgresql.transaction.EventStoreManagedUnitOfWorkFactory;
import dk.cloudcreate.essentials.components.eventsourced.eventstore.postgresql.types.EventOrder;
import dk.cloudcreate.essentials.components.eventsourced.eventstore.postgresql.types.EventRevision;
import dk.cloudcreate.essentials.components.eventsourced.eventstore.postgresql.types.EventTypeOrName;
import dk.cloudcreate.essentials.components.foundation.types.CorrelationId;
import dk.cloudcreate.essentials.components.foundation.types.EventId;
import dk.cloudcreate.essentials.jackson.types.EssentialTypesJacksonModule;
import dk.cloudcreate.essentials.types.LongRange;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.jspecify.annotations.Nullable;

/**
 * The event store of Essentials as its guide sets it up: a table for the aggregate type, JSON in jsonb, own
 * transactions.
 */
final class Essentials implements PeerStore {
    private static final AggregateType TYPE = AggregateType.of("Accounts");

    private final Site site;
    private final String url;
    private final HikariDataSource pool;
    private final EventStoreManagedUnitOfWorkFactory transactions;
    private final PostgresqlEventStore<SeparateTablePerAggregateEventStreamConfiguration> store;

    Essentials(Site site, int connections) throws SQLException {
        this.site = site;
        this.url = site.database(null);
        this.pool = Site.pool(url, connections);
        Jdbi jdbi = Jdbi.create(pool).installPlugin(new PostgresPlugin());
        transactions = new EventStoreManagedUnitOfWorkFactory(jdbi);
        var json = new JacksonJSONEventSerializer(JsonMapper.builder()
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .addModule(new JavaTimeModule())
                .addModule(new EssentialTypesJacksonModule())
                .build());
        store = new PostgresqlEventStore<>(
                transactions,
                new SeparateTablePerAggregateTypePersistenceStrategy(
                        jdbi,
                        transactions,
                        Essentials::event,
                        SeparateTablePerAggregateTypeEventStreamConfigurationFactory.standardSingleTenantConfiguration(
                                json, IdentifierColumnType.TEXT, JSONColumnType.JSONB)));
        store.addAggregateEventStreamConfiguration(TYPE, AggregateIdSerializer.serializerFor(String.class));
    }

    private static PersistableEvent event(
            Object id, AggregateEventStreamConfiguration configuration, Object event, EventOrder order) {
        @Nullable EventId none = null;
        return PersistableEvent.from(
                EventId.random(),
                configuration.aggregateType,
                id,
                EventTypeOrName.with(event.getClass()),
                event,
                order,
                EventRevision.FIRST,
                new EventMetaData(),
                OffsetDateTime.now(ZoneOffset.UTC),
                none,
                CorrelationId.random(),
                null);
    }

    @Override
    public void append(Events.Place place, int events) {
        EventOrder last = EventOrder.of(place.version() - 1);
        transactions.usingUnitOfWork(() -> store.appendToStream(
                TYPE, place.stream().toString(), last, Collections.nCopies(events, Deposited.EVENT)));
    }

    @Override
    public int read(Events.Place place) {
        return transactions.withUnitOfWork(() -> count(
                store.fetchStream(TYPE, place.stream().toString()).stream().flatMap(AggregateEventStream::events)));
    }

    @Override
    public int readAll() {
        return transactions.withUnitOfWork(() -> count(store.loadEventsByGlobalOrder(TYPE, LongRange.from(1))));
    }

    private static int count(Stream<PersistedEvent> events) {
        return events.mapToInt(event -> event.event().getJson().isEmpty() ? 0 : 1)
                .sum();
    }

    @Override
    public void stored(Ledger ledger) throws SQLException {
        PeerStore.stored(ledger, url, "SELECT aggregate_id, event_order + 1 FROM accounts_events");
    }

    @Override
    public void close() throws SQLException {
        pool.close();
        site.drop(url);
    }
}
