// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.cairnlog.codec.DecodedEvent;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Limits;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.EventLog;

/**
 * Something that is to be done with every event that matches a query, from a point of the log on and without end: each
 * at least once, those of a stream in order. {@link Consumers} runs it. Immutable.
 *
 * <p>The checkpoint is written after the events before it were handled, never earlier. After a crash, what was handled
 * since the last checkpoint is handed out again; the name of the subscription and the id of the event together are a
 * key by which the outside world can tell. A {@link Projection} needs no such key.
 *
 * @param <E> the root of the application's events
 */
public class Subscription<E> {
    final String name;
    final EventQuery query;
    final EventCodec<E> codec;
    final Delivery<E> delivery;
    // Set by whoever makes the subscription, before anybody else sees it.
    Function<EventLog, Cursor> start = EventLog::beginning;
    FailurePolicy policy = FailurePolicy.retry(5, Duration.ofMillis(200));
    int batch = Limits.STANDARD.pageEvents();
    Duration checkpointAfter = Duration.ZERO;
    boolean passesOverUnknown;
    int perSecond = Integer.MAX_VALUE;
    int partitions = 1;
    /** The read model that this is a generation of; empty if it is none. */
    String base = "";

    Subscription(String name, EventQuery query, EventCodec<E> codec, Delivery<E> delivery) {
        this.name = Limits.text("name of the consumer", name, Limits.STANDARD.nameBytes());
        this.query = query;
        this.codec = codec;
        this.delivery = delivery;
    }

    private Subscription<E> with(Consumer<Subscription<E>> change) {
        return with(name, query, delivery, change);
    }

    private Subscription<E> with(
            String changedName,
            EventQuery changedQuery,
            Delivery<E> changedDelivery,
            Consumer<Subscription<E>> change) {
        var changed = new Subscription<>(changedName, changedQuery, codec, changedDelivery);
        changed.start = start;
        changed.policy = policy;
        changed.batch = batch;
        changed.checkpointAfter = checkpointAfter;
        changed.passesOverUnknown = passesOverUnknown;
        changed.perSecond = perSecond;
        changed.partitions = partitions;
        changed.base = base;
        change.accept(changed);
        return changed;
    }

    /**
     * What is done with an event.
     *
     * @param <E> the root of the application's events
     */
    @FunctionalInterface
    public interface Handler<E> {
        /**
         * Handles an event. Whatever it throws is a failure, to which the {@link FailurePolicy} applies.
         *
         * @param event the event, decoded
         * @throws Exception if that is not possible
         */
        void handle(DecodedEvent<E> event) throws Exception;
    }

    /**
     * What is done with several events at once.
     *
     * @param <E> the root of the application's events
     */
    @FunctionalInterface
    public interface BatchHandler<E> {
        /**
         * Handles events. Whatever it throws is a failure; then the events are handed out again, one by one, so that
         * the one at fault is found.
         *
         * @param events the events, decoded, in order; at least one
         * @throws Exception if that is not possible
         */
        void handle(List<DecodedEvent<E>> events) throws Exception;
    }

    /**
     * A subscription that starts at the beginning, tries an event six times within about six seconds and then stops,
     * and writes its checkpoint after every batch.
     *
     * @param name under which its checkpoint is kept; unique in the log
     * @param query which events
     * @param codec decodes them
     * @param handler handles each
     * @param <E> the root of the application's events
     * @return the subscription, to be given to {@link Consumers#start}
     * @throws IllegalArgumentException if the name is empty or too long
     */
    public static <E> Subscription<E> of(String name, EventQuery query, EventCodec<E> codec, Handler<E> handler) {
        return new Subscription<>(name, query, codec, HandlerDelivery.each(handler));
    }

    /**
     * A subscription that handles several events at once, and is otherwise like {@link #of}.
     *
     * @param name under which its checkpoint is kept; unique in the log
     * @param query which events
     * @param codec decodes them
     * @param handler handles a batch
     * @param <E> the root of the application's events
     * @return the subscription, to be given to {@link Consumers#start}
     * @throws IllegalArgumentException if the name is empty or too long
     */
    public static <E> Subscription<E> ofBatches(
            String name, EventQuery query, EventCodec<E> codec, BatchHandler<E> handler) {
        return new Subscription<>(name, query, codec, HandlerDelivery.batches(handler));
    }

    /**
     * Start with the events to come, unless there is a checkpoint.
     *
     * @return changed subscription
     */
    public Subscription<E> startAtEnd() {
        return with(changed -> changed.start = EventLog::head);
    }

    /**
     * Start after a point of the log, unless there is a checkpoint.
     *
     * @param cursor the point
     * @return changed subscription
     */
    public Subscription<E> startAt(Cursor cursor) {
        return with(changed -> changed.start = log -> cursor);
    }

    /**
     * With another answer to failures.
     *
     * @param policy what happens when an event cannot be handled
     * @return changed subscription
     */
    public Subscription<E> onFailure(FailurePolicy policy) {
        return with(changed -> changed.policy = policy);
    }

    /**
     * With other batches. A batch is what is read at once, what a batch handler gets, what a projection commits in one
     * transaction, and how often the checkpoint is written.
     *
     * @param events how many at most, from 1 to 500
     * @return changed subscription
     * @throws IllegalArgumentException if the number is out of bounds
     */
    public Subscription<E> batchesOf(int events) {
        if (events < 1 || events > Limits.STANDARD.pageEvents()) {
            throw new IllegalArgumentException(
                    "A batch of " + events + " events is not possible; say 1 to " + Limits.STANDARD.pageEvents() + ".");
        }
        return with(changed -> changed.batch = events);
    }

    /**
     * Write the checkpoint only when so much time has passed since it was written last, and at the stop; not for
     * projections, whose checkpoint is part of every batch.
     *
     * @param interval the time
     * @return changed subscription
     */
    public Subscription<E> checkpointAfter(Duration interval) {
        return with(changed -> changed.checkpointAfter = interval);
    }

    /**
     * Pass over events of types that the codec does not know, as one does with those of somebody else's category.
     * Unless this is said, they are failures.
     *
     * @return changed subscription
     */
    public Subscription<E> passingOverUnknownTypes() {
        return with(changed -> changed.passesOverUnknown = true);
    }

    /**
     * Take it slowly as long as more events are waiting, say in a rebuild, so that others who use the same database do
     * not notice. At the end of the log it goes as fast as events come.
     *
     * @param eventsPerSecond how many at most, from 1, on average over a batch, and in all {@link #partitions}
     *     together; each of them takes one a second at least
     * @return changed subscription
     * @throws IllegalArgumentException if the number is less than 1
     */
    public Subscription<E> catchingUpAtMost(int eventsPerSecond) {
        if (eventsPerSecond < 1) {
            throw new IllegalArgumentException(eventsPerSecond + " events a second are not possible; say 1 or more.");
        }
        return with(changed -> changed.perSecond = eventsPerSecond);
    }

    /**
     * Divide the work into parts that go on side by side, in this process and in every other that runs the consumer:
     * each takes its share, and gives some of it back when another comes. All events of a stream are in one part, and
     * stay in order. Each part has a checkpoint and parked events of its own, and shows in {@link Consumers#status} as
     * {@code name 3/8}; what {@link Consumers} is told of the name goes for all. The handler is called by several
     * threads at once.
     *
     * @param parts how many, from 1 to 256; stays the same for as long as the name is used
     * @return changed subscription
     * @throws IllegalArgumentException if the number is out of bounds, or the name too long to be followed by that of a
     *     part
     */
    public Subscription<E> partitions(int parts) {
        if (parts < 1 || parts > Partition.MOST) {
            throw new IllegalArgumentException(
                    parts + " partitions are not possible; say 1 to " + Partition.MOST + ".");
        }
        if (!base.isEmpty() && parts > 1) {
            throw new IllegalArgumentException("\"" + name + "\" is a generation of a read model, and such a one is not"
                    + " divided: all its parts would have to switch at once.");
        }
        Limits.text(
                "name of the last partition", new Partition(parts, parts).nameIn(name), Limits.STANDARD.nameBytes());
        return with(changed -> changed.partitions = parts);
    }

    /** One for each partition. */
    List<Subscription<E>> divided() {
        return Partition.all(partitions).stream()
                .map(part -> with(part.nameIn(name), query.andBuckets(part.buckets()), delivery.inParts(), changed -> {
                    changed.partitions = 1;
                    changed.perSecond = Math.max(1, perSecond / partitions);
                }))
                .toList();
    }

    /**
     * Under which its checkpoint is kept.
     *
     * @return the name
     */
    public String name() {
        return name;
    }
}
