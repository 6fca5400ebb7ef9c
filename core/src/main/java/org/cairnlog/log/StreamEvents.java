// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.AbstractList;
import java.util.List;
import org.cairnlog.event.RecordedEvent;

/** The events of a stream that a read found, and the stream's version at that time. Unmodifiable. */
public final class StreamEvents extends AbstractList<RecordedEvent> {
    private final List<RecordedEvent> events;
    private final long version;

    StreamEvents(List<RecordedEvent> events, long version) {
        this.events = List.copyOf(events);
        this.version = version;
    }

    /**
     * The stream's version when the read began; what to expect when deciding on these events.
     *
     * @return 0 if nobody has written to the stream
     */
    public long version() {
        return version;
    }

    @Override
    public RecordedEvent get(int index) {
        return events.get(index);
    }

    @Override
    public int size() {
        return events.size();
    }
}
