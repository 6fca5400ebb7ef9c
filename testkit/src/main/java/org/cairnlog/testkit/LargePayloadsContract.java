// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;

import java.util.List;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Limits;
import org.cairnlog.event.RecordedEvent;
import org.junit.jupiter.api.Test;

/** Large payloads: the largest event and the largest append are stored and read like small ones. */
public abstract class LargePayloadsContract extends LogContract<LogFixture> {
    private static final EventData LARGEST = largest();

    @Test
    void the_largest_payload_comes_back_byte_for_byte() {
        given(A, List.of(event("before"), LARGEST, event("after")));
        assertThat(log().read(A).toList().get(1).data()).isEqualTo(LARGEST);
        assertThat(all(log().read(EventQuery.types(LARGEST.type()))).map(RecordedEvent::data))
                .containsExactly(LARGEST);
    }

    @Test
    void a_larger_payload_cannot_be_made() {
        byte[] payload = new byte[Limits.STANDARD.payloadBytes() + 1];
        refused(IllegalArgumentException.class, () -> EventData.of("E", payload));
    }

    @Test
    void the_largest_append_is_stored() {
        EventData other = LARGEST.withId(event("E").id());
        assertThat(2L * LARGEST.size()).isEqualTo(Limits.STANDARD.appendBytes());
        log().append(A, any(), LARGEST, other);
        assertThat(ids(log().read(A))).containsExactly(LARGEST.id(), other.id());
    }

    @Test
    void a_larger_append_is_refused() {
        EventData other = LARGEST.withId(event("E").id());
        EventData more = EventData.of("E", new byte[1]);
        refusedWithoutTrace(IllegalArgumentException.class, () -> log().append(A, any(), LARGEST, other, more));
    }

    private static EventData largest() {
        byte[] payload = new byte[Limits.STANDARD.payloadBytes()];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) ('a' + (i ^ i >>> 12) % 23);
        }
        return EventData.of("E", payload);
    }
}
