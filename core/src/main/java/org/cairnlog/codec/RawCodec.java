// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.codec;

import java.util.List;
import org.cairnlog.event.EventData;
import org.cairnlog.event.RecordedEvent;

/** Changes nothing and knows everything. */
final class RawCodec implements EventCodec<EventData> {
    @Override
    public EventData encode(EventData event) {
        return event;
    }

    @Override
    public List<EventData> decode(RecordedEvent stored) {
        return List.of(stored.data());
    }

    @Override
    public boolean knows(String type) {
        return true;
    }
}
