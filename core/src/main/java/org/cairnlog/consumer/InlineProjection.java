// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.cairnlog.codec.DecodedEvent;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Limits;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.log.StaleTransaction;
import org.cairnlog.log.TransactionalEventLog;
import org.jspecify.annotations.Nullable;

/**
 * What is done with events in the transaction that appends them, in tables of the log's own database: rows and events
 * are committed together, or neither is. For rows that must be right at once, such as unique names, a balance that the
 * next request reads, or messages to be sent. Immutable.
 *
 * {@snippet :
 * var names = InlineProjection.of("user-names", category("user"), CODEC, Users::insertName);
 * TransactionalEventLog log = InlineProjection.in(Postgres.open(dataSource), names);
 * }
 *
 * <p>A handler runs on the thread of the append, in the order of the events, before the log is locked. So its events
 * have no place in the log yet: the position is 0 and the recorded time {@link java.time.Instant#EPOCH}. The version is
 * the one that the event gets, if the append believes something exact about the stream, as those of a repository do;
 * else it is the one that it gets if nobody else appends to the stream meanwhile.
 *
 * <p>Only what is appended through the log that {@link #in} returned is seen. A {@link Projection} sees every event,
 * later.
 *
 * @param <E> the root of the application's events
 */
public final class InlineProjection<E> {
    private final String name;
    private final EventQuery query;
    private final EventCodec<E> codec;
    private final AppendHandler<E> handler;
    private final boolean passesOverUnknown;

    private InlineProjection(
            String name, EventQuery query, EventCodec<E> codec, AppendHandler<E> handler, boolean passesOverUnknown) {
        this.name = Limits.text("name of the inline projection", name, Limits.STANDARD.nameBytes());
        if (!query.fitsCondition()) {
            throw new IllegalArgumentException("The inline projection \"" + name + "\" can go by streams, categories,"
                    + " types and tags only; its query is: " + query + ".");
        }
        this.query = query;
        this.codec = codec;
        this.handler = handler;
        this.passesOverUnknown = passesOverUnknown;
    }

    /**
     * What the events of one append do to the tables.
     *
     * @param <E> the root of the application's events
     */
    @FunctionalInterface
    public interface AppendHandler<E> {
        /**
         * Changes the tables. If it throws, nothing of the transaction is stored.
         *
         * @param connection with the transaction of the append; not to be committed, rolled back or closed
         * @param events those of the append that match, decoded, in order; at least one
         * @throws Exception to refuse the append
         */
        void handle(Connection connection, List<DecodedEvent<E>> events) throws Exception;
    }

    /**
     * An inline projection that handles each event by itself.
     *
     * @param name what it is called when it fails
     * @param query which events; by streams, categories, types and tags
     * @param codec decodes them
     * @param handler changes the tables; the same may serve a {@link Projection}
     * @param <E> the root of the application's events
     * @return the projection, to be given to {@link #in}
     * @throws IllegalArgumentException if the name is empty or too long, or the query asks for a time or for metadata
     */
    public static <E> InlineProjection<E> of(
            String name, EventQuery query, EventCodec<E> codec, Projection.Handler<E> handler) {
        return ofAppends(name, query, codec, (connection, events) -> {
            for (DecodedEvent<E> event : events) {
                handler.handle(connection, event);
            }
        });
    }

    /**
     * An inline projection that handles the matching events of an append together.
     *
     * @param name what it is called when it fails
     * @param query which events; by streams, categories, types and tags
     * @param codec decodes them
     * @param handler changes the tables, once for each append of which an event matches
     * @param <E> the root of the application's events
     * @return the projection, to be given to {@link #in}
     * @throws IllegalArgumentException if the name is empty or too long, or the query asks for a time or for metadata
     */
    public static <E> InlineProjection<E> ofAppends(
            String name, EventQuery query, EventCodec<E> codec, AppendHandler<E> handler) {
        return new InlineProjection<>(name, query, codec, handler, false);
    }

    /**
     * Pass over events of types that the codec does not know, as one does with those of somebody else's category.
     * Unless this is said, they are failures.
     *
     * @return changed projection
     */
    public InlineProjection<E> passingOverUnknownTypes() {
        return new InlineProjection<>(name, query, codec, handler, true);
    }

    /**
     * A log with projections in each of its appends, whichever way it is appended to: by {@code append} in all its
     * forms, in a transaction of the log's, or in one that was joined. An append that none of them wants is stored as
     * without them. One that is wanted is a transaction of its own and takes a few round trips to the database.
     *
     * <p>Appends through it throw {@link InlineFailed} if a projection fails. In a joined transaction the owner must
     * roll back then. A repeated append has the first result and changes no row.
     *
     * @param log the log; closed by whoever opened it, or by closing what is returned
     * @param projections in the order in which they handle each append
     * @return the log with the projections; only what is appended through it is projected
     */
    public static TransactionalEventLog in(TransactionalEventLog log, InlineProjection<?>... projections) {
        return new InlineLog(log, List.of(projections));
    }

    boolean wants(RecordedEvent event) {
        return query.matches(event) && (codec.knows(event.type()) || !passesOverUnknown);
    }

    /** Handles what it wants of an append; anything that goes wrong is told with the projection's name. */
    void handle(Connection connection, List<RecordedEvent> append) {
        List<RecordedEvent> wanted = append.stream().filter(this::wants).toList();
        if (wanted.isEmpty()) {
            return;
        }
        try {
            List<DecodedEvent<E>> events = new ArrayList<>();
            for (RecordedEvent event : wanted) {
                codec.decode(event).forEach(decoded -> events.add(new DecodedEvent<>(decoded, event)));
            }
            if (!events.isEmpty()) {
                handler.handle(connection, List.copyOf(events));
            }
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            StaleTransaction stale = endedByTheDatabase(e);
            RecordedEvent first = wanted.getFirst();
            throw stale != null ? stale : new InlineFailed(name, first.stream(), first.type(), e);
        }
    }

    /** The database has ended the transaction for the sake of another one: nobody's fault, and it can be done again. */
    private static @Nullable StaleTransaction endedByTheDatabase(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException given
                    && given.getSQLState() != null
                    && given.getSQLState().startsWith("40")) {
                return new StaleTransaction("the database ended it (" + given.getMessage() + ")", given);
            }
        }
        return null;
    }
}
