// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.axonframework.conversion.json.JacksonConverter;
import org.axonframework.eventsourcing.eventstore.AggregateBasedConsistencyMarker;
import org.axonframework.eventsourcing.eventstore.AppendCondition;
import org.axonframework.eventsourcing.eventstore.GenericTaggedEventMessage;
import org.axonframework.eventsourcing.eventstore.SourcingCondition;
import org.axonframework.eventsourcing.eventstore.TaggedEventMessage;
import org.axonframework.eventsourcing.eventstore.jpa.AggregateBasedJpaEventStorageEngine;
import org.axonframework.eventsourcing.eventstore.jpa.AggregateEventEntry;
import org.axonframework.messaging.core.MessageStream;
import org.axonframework.messaging.core.MessageType;
import org.axonframework.messaging.core.unitofwork.transaction.Transaction;
import org.axonframework.messaging.eventhandling.EventMessage;
import org.axonframework.messaging.eventhandling.GenericEventMessage;
import org.axonframework.messaging.eventhandling.conversion.DelegatingEventConverter;
import org.axonframework.messaging.eventstreaming.EventCriteria;
import org.axonframework.messaging.eventstreaming.StreamingCondition;
import org.axonframework.messaging.eventstreaming.Tag;
import org.hibernate.boot.model.TypeContributions;
import org.hibernate.cfg.Configuration;
import org.hibernate.dialect.PostgreSQLDialect;
import org.hibernate.service.ServiceRegistry;
import org.hibernate.type.SqlTypes;
import org.hibernate.type.descriptor.jdbc.VarbinaryJdbcType;
import org.jspecify.annotations.Nullable;

/**
 * Axon Framework 5 on its JPA engine and Hibernate, with batched inserts and payloads in bytea as its guide advises for
 * PostgreSQL; one transaction for each append.
 */
final class AxonJpa implements PeerStore {
    private static final MessageType TYPE = new MessageType(Events.TYPE);
    private static final ThreadLocal<@Nullable EntityManager> CURRENT = new ThreadLocal<>();

    private final Site site;
    private final String url;
    private final HikariDataSource pool;
    private final EntityManagerFactory managers;
    private final AggregateBasedJpaEventStorageEngine engine;

    AxonJpa(Site site, int connections) throws SQLException {
        this.site = site;
        this.url = site.database(null);
        this.pool = Site.pool(url, connections);
        var configuration = new Configuration().addAnnotatedClass(AggregateEventEntry.class);
        configuration.getProperties().put("hibernate.connection.datasource", pool);
        configuration.getProperties().put("hibernate.dialect", Bytea.class.getName());
        configuration.getProperties().put("hibernate.hbm2ddl.auto", "create");
        configuration.getProperties().put("hibernate.jdbc.batch_size", "100");
        configuration.getProperties().put("hibernate.order_inserts", "true");
        this.managers = configuration.buildSessionFactory();
        this.engine = new AggregateBasedJpaEventStorageEngine(
                this::manager,
                this::begin,
                new DelegatingEventConverter(new JacksonConverter()),
                UnaryOperator.identity());
    }

    /** The entity manager of this thread's transaction, which the engine must not close, as in a container. */
    private EntityManager manager() {
        EntityManager inTransaction = CURRENT.get();
        if (inTransaction == null) {
            return managers.createEntityManager();
        }
        return (EntityManager) Proxy.newProxyInstance(
                AxonJpa.class.getClassLoader(), new Class<?>[] {EntityManager.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    try {
                        return method.invoke(inTransaction, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
    }

    private Transaction begin() {
        EntityManager manager = managers.createEntityManager();
        manager.getTransaction().begin();
        CURRENT.set(manager);
        return new Transaction() {
            @Override
            public void commit() {
                try (manager) {
                    manager.getTransaction().commit();
                } finally {
                    CURRENT.remove();
                }
            }

            @Override
            public void rollback() {
                try (manager) {
                    manager.getTransaction().rollback();
                } finally {
                    CURRENT.remove();
                }
            }
        };
    }

    private static Tag tag(Events.Place place) {
        return Tag.of(place.stream().category(), place.stream().id());
    }

    @Override
    @SuppressWarnings("NullAway") // outside of its own unit of work the engine takes no context
    public void append(Events.Place place, int events) {
        List<TaggedEventMessage<?>> messages = new ArrayList<>(events);
        for (int i = 0; i < events; i++) {
            messages.add(
                    new GenericTaggedEventMessage<>(new GenericEventMessage(TYPE, Events.PAYLOAD), Set.of(tag(place))));
        }
        AppendCondition condition = AppendCondition.withCriteria(EventCriteria.havingTags(tag(place)))
                .withMarker(new AggregateBasedConsistencyMarker(place.stream().id(), place.version() - 1));
        // The engine begins and commits the transaction by itself.
        engine.appendEvents(condition, null, messages).join().commit(null).join();
    }

    @Override
    @SuppressWarnings("NullAway") // as above
    public int read(Events.Place place) {
        return count(engine.source(SourcingCondition.conditionFor(EventCriteria.havingTags(tag(place))), null));
    }

    @Override
    @SuppressWarnings("NullAway") // as above
    public int readAll() {
        return count(engine.stream(
                StreamingCondition.startingFrom(engine.firstToken(null).join()), null));
    }

    private static int count(MessageStream<EventMessage> stream) {
        int found = 0;
        for (Optional<MessageStream.Entry<EventMessage>> next = stream.next(); next.isPresent(); next = stream.next()) {
            found += next.get().message().payload() == null ? 0 : 1;
        }
        stream.close();
        return found;
    }

    @Override
    public void stored(Ledger ledger) throws SQLException {
        PeerStore.stored(
                ledger, url, "SELECT aggregateidentifier, aggregatesequencenumber + 1 FROM aggregateevententry");
    }

    @Override
    public void close() throws SQLException {
        managers.close();
        pool.close();
        site.drop(url);
    }

    /** Keeps payloads in the row, not as large objects beside it. */
    public static final class Bytea extends PostgreSQLDialect {
        @Override
        protected String columnType(int sqlTypeCode) {
            return sqlTypeCode == SqlTypes.BLOB ? "bytea" : super.columnType(sqlTypeCode);
        }

        @Override
        public void contributeTypes(TypeContributions contributions, ServiceRegistry registry) {
            super.contributeTypes(contributions, registry);
            contributions
                    .getTypeConfiguration()
                    .getJdbcTypeRegistry()
                    .addDescriptor(SqlTypes.BLOB, VarbinaryJdbcType.INSTANCE);
        }
    }
}
