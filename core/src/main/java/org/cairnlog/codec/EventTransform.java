// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.codec;

import java.util.List;

/**
 * Changes an application's events on their way into a log and back out of it. One event is written as one; what is to
 * be several is decided as several. Reading gives back one, several or none. Pure; must not change what it is given.
 * Safe for use by many threads.
 *
 * @param <E> the root of the application's events
 */
public interface EventTransform<E> {
    /**
     * What is written for an event. Whoever decided it keeps the event as it was.
     *
     * @param event as it was decided
     * @return what the codec encodes
     */
    default E onWrite(E event) {
        return event;
    }

    /**
     * What an event is read as.
     *
     * @param event as the codec decoded it
     * @return one event, several, or none; in order
     */
    default List<E> onRead(E event) {
        return List.of(event);
    }

    /**
     * A codec with transforms on every way through it, so that whatever uses the codec has them: repositories,
     * projections, subscriptions. Ids, types and places stay those of the codec.
     *
     * @param codec what encodes and decodes
     * @param transforms in the order of writing; reading goes through them the other way round
     * @param <E> the root of the application's events
     * @return the codec with the transforms
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // only copied
    static <E> EventCodec<E> around(EventCodec<E> codec, EventTransform<E>... transforms) {
        return new TransformedCodec<>(codec, List.of(transforms));
    }
}
