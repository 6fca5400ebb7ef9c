// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.codec;

import java.util.List;
import java.util.UUID;
import org.cairnlog.event.EventData;
import org.cairnlog.event.RecordedEvent;

/** A codec with transforms before its encoding and behind its decoding. */
record TransformedCodec<E>(EventCodec<E> codec, List<EventTransform<E>> transforms) implements EventCodec<E> {
    @Override
    public EventData encode(E event) {
        return codec.encode(written(event));
    }

    @Override
    public EventData encode(E event, UUID id) {
        return codec.encode(written(event), id);
    }

    private E written(E event) {
        E written = event;
        for (EventTransform<E> transform : transforms) {
            written = transform.onWrite(written);
        }
        return written;
    }

    @Override
    public List<E> decode(RecordedEvent stored) {
        List<E> events = codec.decode(stored);
        for (EventTransform<E> transform : transforms.reversed()) {
            events = events.stream()
                    .flatMap(event -> read(transform, event, stored).stream())
                    .toList();
        }
        return events;
    }

    private List<E> read(EventTransform<E> transform, E event, RecordedEvent stored) {
        try {
            return List.copyOf(transform.onRead(event));
        } catch (RuntimeException e) {
            boolean personal = Sealing.mayBeIn(stored.payload());
            throw new UndecodableEvent(stored, "a transform on reading", personal ? Upcasting.withoutContent(e) : e);
        }
    }

    @Override
    public boolean knows(String type) {
        return codec.knows(type);
    }
}
