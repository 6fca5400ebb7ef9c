// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import org.cairnlog.event.EventData;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.AtomicEventLog;

/** What the contracts of a log have that stores many streams at once. */
public abstract class AtomicLogContract extends LogContract<AtomicLogFixture> {
    /** For the contracts of this package. */
    AtomicLogContract() {}

    @Override
    AtomicEventLog log() {
        return fixture.log();
    }

    static Append.NewEvent on(StreamId stream, EventData event) {
        return new Append.NewEvent(stream, event);
    }

    static Append.NewEvent on(StreamId stream, String type) {
        return on(stream, event(type));
    }
}
