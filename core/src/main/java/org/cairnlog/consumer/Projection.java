// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.sql.Connection;
import org.cairnlog.codec.DecodedEvent;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.event.EventQuery;

/**
 * A subscription that keeps a read model in tables of the log's own database. Its checkpoint commits in the same
 * transaction as its tables, so each event has its effect there once, whatever crashes, and a process that was stopped
 * for longer than its lease commits neither. Needs a {@link org.cairnlog.log.TransactionalEventLog}.
 *
 * @param <E> the root of the application's events
 */
public final class Projection<E> extends Subscription<E> {
    private final JdbcDelivery<E> tables;

    private Projection(String name, EventQuery query, EventCodec<E> codec, JdbcDelivery<E> delivery) {
        super(name, query, codec, delivery);
        this.tables = delivery;
    }

    /**
     * What an event does to the tables.
     *
     * @param <E> the root of the application's events
     */
    @FunctionalInterface
    public interface Handler<E> {
        /**
         * Changes the tables. If it throws, nothing of the batch is committed, and the batch is done again event by
         * event.
         *
         * @param connection with a transaction that the projection commits; not to be committed, rolled back or closed
         * @param event the event, decoded
         * @throws Exception if that is not possible
         */
        void handle(Connection connection, DecodedEvent<E> event) throws Exception;
    }

    /** How the tables of a projection are emptied. */
    @FunctionalInterface
    public interface Clearing {
        /**
         * Empties the tables.
         *
         * @param connection with a transaction that the projection commits
         * @throws Exception if that is not possible
         */
        void clear(Connection connection) throws Exception;
    }

    /**
     * A projection that starts at the beginning, tries an event six times within about six seconds and then stops.
     *
     * @param name under which its checkpoint is kept; unique in the log
     * @param query which events
     * @param codec decodes them
     * @param handler changes the tables
     * @param <E> the root of the application's events
     * @return the projection, to be given to {@link Consumers#start}
     * @throws IllegalArgumentException if the name is empty or too long
     */
    public static <E> Projection<E> jdbc(String name, EventQuery query, EventCodec<E> codec, Handler<E> handler) {
        return new Projection<>(name, query, codec, new JdbcDelivery<>(handler, null));
    }

    /**
     * Says how the tables are emptied, so that the projection can be rebuilt. To be said first.
     *
     * @param clearing empties the tables
     * @return changed projection
     */
    public Projection<E> clearedBy(Clearing clearing) {
        return new Projection<>(name, query, codec, tables.clearedBy(clearing));
    }
}
