// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.codec;

import java.util.List;
import java.util.UUID;
import org.cairnlog.event.EventData;
import org.cairnlog.event.RecordedEvent;

/**
 * Turns the events of an application into what a log stores, and what a log has stored into the events that the
 * application has now. Safe for use by many threads; pure, apart from the id of a new event.
 *
 * @param <E> the root of the application's events, often a sealed interface
 */
public interface EventCodec<E> {
    /**
     * What a log stores for an event that has just happened: with an id of its own, the type's name and schema version,
     * and the tags that the type derives.
     *
     * @param event the event
     * @return the event as bytes
     * @throws IllegalArgumentException if its class is not registered, or it cannot be written
     */
    EventData encode(E event);

    /**
     * What a log stores for an event, under an id that its maker chooses, so that making it again is a repeat. Choose
     * it here and not by {@link EventData#withId}: a codec may bind the content to the id.
     *
     * @param event the event
     * @param id unique within the log
     * @return the event as bytes
     * @throws IllegalArgumentException if its class is not registered, or it cannot be written
     */
    default EventData encode(E event, UUID id) {
        return encode(event).withId(id);
    }

    /**
     * What a stored event is in the shape of today.
     *
     * @param stored the event as the log gave it back
     * @return one event; several, or none, if that is what became of it over the years. In order
     * @throws UnknownEventType if its type is not registered
     * @throws UndecodableEvent if it cannot be read
     */
    List<E> decode(RecordedEvent stored);

    /**
     * Whether events of a type can be decoded. Those of a foreign category that cannot are passed over by whoever reads
     * it; in a category of the application's own they are an error.
     *
     * @param type the type's name in the log
     * @return true if it is registered
     */
    boolean knows(String type);

    /**
     * Events without classes: what is stored as it is stored, whatever its type.
     *
     * @return reads and writes bytes
     */
    static EventCodec<EventData> raw() {
        return new RawCodec();
    }
}
