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
    @Test
    void the_largest_payload_comes_back_byte_for_byte() {
        byte[] payload = new byte[Limits.STANDARD.payloadBytes()];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) ('a' + (i ^ i >>> 12) % 23);
        }
        EventData large = EventData.of("E", payload);
        given(A, List.of(event("before"), large, event("after")));
        assertThat(log().read(A).toList().get(1).data()).isEqualTo(large);
        assertThat(all(log().read(EventQuery.types("E"))).map(RecordedEvent::data))
                .containsExactly(large);
    }

    @Test
    void a_larger_payload_cannot_be_made() {
        byte[] payload = new byte[Limits.STANDARD.payloadBytes() + 1];
        refused(IllegalArgumentException.class, () -> EventData.of("E", payload));
    }

    @Test
    void the_largest_append_is_stored() {
        int half = Limits.STANDARD.appendBytes() / 2;
        EventData one = EventData.of("one", new byte[half]);
        EventData two = EventData.of("two", new byte[Limits.STANDARD.appendBytes() - half]);
        log().append(A, any(), one, two);
        assertThat(typesOf(A)).containsExactly("one", "two");
    }

    @Test
    void a_larger_append_is_refused() {
        int half = Limits.STANDARD.appendBytes() / 2;
        EventData one = EventData.of("one", new byte[half]);
        EventData two = EventData.of("two", new byte[Limits.STANDARD.appendBytes() - half]);
        EventData three = EventData.of("three", new byte[1]);
        refusedWithoutTrace(IllegalArgumentException.class, () -> log().append(A, any(), one, two, three));
    }
}
