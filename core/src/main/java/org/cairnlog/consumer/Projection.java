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

    private Projection(String name, EventQuery query, EventCodec<E> codec, JdbcDelivery<E> delivery, String base) {
        super(name, query, codec, delivery);
        this.tables = delivery;
        this.base = base;
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

    /** How readers come to see the tables of one generation instead of those of another. */
    @FunctionalInterface
    public interface Switching {
        /**
         * Makes readers see the tables, say by replacing a view. The other generation stands at the same place of the
         * log meanwhile, so that the two can be compared first.
         *
         * @param connection with the transaction that switches
         * @throws Exception if the tables are not what they should be; then nothing is switched, and the new generation
         *     stops and says why
         */
        void switchTo(Connection connection) throws Exception;
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
        return new Projection<>(name, query, codec, JdbcDelivery.of(handler), "");
    }

    /**
     * Says how the tables are emptied, so that the projection can be rebuilt. To be said first.
     *
     * @param clearing empties the tables
     * @return changed projection
     */
    public Projection<E> clearedBy(Clearing clearing) {
        return new Projection<>(name, query, codec, tables.clearedBy(clearing), base);
    }

    /**
     * Makes it a generation of its read model: with tables of its own, and a checkpoint of its own under the name with
     * an at sign and the number. The first generation ever started is active; one that is started later catches up
     * beside it, its events {@linkplain DecodedEvent#replaying replayed}, until {@link Consumers#switchTo} makes it the
     * active one. To be said before anything that a subscription can be told, too.
     *
     * @param number from 1
     * @param switching makes readers see the tables of this generation
     * @return changed projection
     * @throws IllegalArgumentException if the number is less than 1, or it is a generation already
     */
    public Projection<E> generation(int number, Switching switching) {
        if (number < 1 || !base.isEmpty()) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" cannot become generation " + number + "; say it once, with a number from 1.");
        }
        return new Projection<>(name + "@" + number, query, codec, tables.switchedBy(switching), name);
    }
}
