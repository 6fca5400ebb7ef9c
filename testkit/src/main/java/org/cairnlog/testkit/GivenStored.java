// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.codec.UndecodableEvent;
import org.cairnlog.codec.UnknownEventType;
import org.cairnlog.event.EventData;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;

/**
 * Tests of what reads stored events: a shape of long ago, and what is to become of it today. Immutable.
 *
 * {@snippet :
 * stored("account-opened", 1, "{\"name\":\"ada\"}").readBy(codec, new Opened("ada", "EUR"));
 * }
 */
public final class GivenStored {
    private static final UUID ID = new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0001L);

    private final RecordedEvent event;

    private GivenStored(RecordedEvent event) {
        this.event = event;
    }

    /**
     * An event as it was stored once, in JSON.
     *
     * @param type its type
     * @param schemaVersion its schema version, from 1
     * @param json its payload
     * @return what is to be read
     */
    public static GivenStored stored(String type, int schemaVersion, String json) {
        return stored(EventData.json(type, json).withId(ID).withSchemaVersion(schemaVersion));
    }

    /**
     * An event as it was stored once.
     *
     * @param event with its payload, schema version and metadata
     * @return what is to be read
     */
    public static GivenStored stored(EventData event) {
        return new GivenStored(new RecordedEvent(1, StreamId.of("test", "1"), 1, Instant.EPOCH, event));
    }

    /**
     * Checks what becomes of the event.
     *
     * @param codec reads it
     * @param expected in order; none if it is to be dropped
     * @param <E> the root of the events
     * @throws AssertionError with the difference, if it becomes something else, or cannot be read
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is read only
    public final <E> void readBy(EventCodec<E> codec, E... expected) {
        try {
            Differences.same("events", story(), List.of(expected), codec.decode(event));
        } catch (UnknownEventType | UndecodableEvent e) {
            throw new AssertionError(story().getFirst() + "\nexpected: it is read\nbut was:  " + e.getMessage(), e);
        }
    }

    /**
     * Checks that the event is refused, as of an unknown type or because it cannot be read.
     *
     * @param codec must not read it
     * @throws AssertionError if it is read
     */
    public void refusedBy(EventCodec<?> codec) {
        List<?> read;
        try {
            read = codec.decode(event);
        } catch (UnknownEventType | UndecodableEvent e) {
            return;
        }
        throw new AssertionError(story().getFirst() + "\nexpected: it is refused\nbut was:  read as " + read);
    }

    private List<String> story() {
        return List.of(event.type() + ", schema version " + event.data().schemaVersion() + ": " + event.payloadText());
    }
}
