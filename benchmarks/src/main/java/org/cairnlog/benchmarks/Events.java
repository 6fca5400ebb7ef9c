// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventIds;
import org.cairnlog.event.StreamId;

/** The events that all sides store, and the streams they go to. */
final class Events {
    static final String CATEGORY = "account";
    static final String TYPE = "money-deposited";
    static final int STREAM_LENGTH = 10;

    /** 200 bytes of JSON. */
    static final String JSON = "{\"account\":\"4711-0815-42\",\"cents\":129900,\"note\":\"" + "x".repeat(146) + "\"}";

    static final byte[] PAYLOAD = JSON.getBytes(StandardCharsets.UTF_8);

    private static final EventIds IDS = new EventIds(InstantSource.system(), new SecureRandom());
    private static final AtomicLong STREAMS = new AtomicLong();

    private Events() {}

    static EventData next() {
        return EventData.json(TYPE, JSON);
    }

    static EventData next(boolean random) {
        return random ? next().withId(UUID.randomUUID()) : next();
    }

    /** The id of an event that is not Cairn's. */
    static UUID id() {
        return IDS.get();
    }

    /** What one caller writes to: a stream that gets {@link #STREAM_LENGTH} events, then another. */
    static final class Place {
        private long number = STREAMS.incrementAndGet();
        private StreamId stream = name(number);
        private long version;

        long number() {
            return number;
        }

        StreamId stream() {
            return stream;
        }

        /** The version before the next append. */
        long version() {
            return version;
        }

        void added(int events) {
            version += events;
            if (version >= STREAM_LENGTH) {
                number = STREAMS.incrementAndGet();
                stream = name(number);
                version = 0;
            }
        }

        private static StreamId name(long number) {
            return StreamId.of(CATEGORY, "a-" + number);
        }
    }

    static Place[] places(int callers) {
        var places = new Place[callers];
        for (int i = 0; i < callers; i++) {
            places[i] = new Place();
        }
        return places;
    }
}
