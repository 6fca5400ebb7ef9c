// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.time.Instant;
import org.cairnlog.event.EventData;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import tools.jackson.databind.json.JsonMapper;

/** What JMH calls: an event of 200 bytes to JSON and back, by Cairn's codec and by Jackson alone. */
@State(Scope.Benchmark)
public class Codecs {
    private final JsonMapper mapper = JsonMapper.builder().build();
    private final RecordedEvent stored = new RecordedEvent(
            1, StreamId.of(Events.CATEGORY, "a-1"), 1, Instant.EPOCH, Accounts.CODEC.encode(Deposited.EVENT));

    /** For JMH. */
    public Codecs() {}

    /**
     * To an event that a log takes.
     *
     * @return the event
     */
    @Benchmark
    public EventData encode() {
        return Accounts.CODEC.encode(Deposited.EVENT);
    }

    /**
     * To bytes.
     *
     * @return the bytes
     */
    @Benchmark
    public byte[] encodeByJackson() {
        return mapper.writeValueAsBytes(Deposited.EVENT);
    }

    /**
     * From an event that a log gave.
     *
     * @return the event
     */
    @Benchmark
    public Object decode() {
        return Accounts.CODEC.decode(stored).getFirst();
    }

    /**
     * From bytes.
     *
     * @return the event
     */
    @Benchmark
    public Object decodeByJackson() {
        return mapper.readValue(Events.PAYLOAD, Deposited.class);
    }
}
