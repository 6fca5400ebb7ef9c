// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.cairnlog.codec.DecodedEvent;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.LogPage;
import org.jspecify.annotations.Nullable;

/** A generation that becomes the active one, from its checkpoint, with the page that follows it. */
final class Takeover<E> implements Switchover<E> {
    private final Holding<E> holding;
    private final Cursor from;
    private final LogPage page;
    private Cursor to;

    Takeover(Holding<E> holding, Cursor from, LogPage page) {
        this.holding = holding;
        this.from = from;
        this.page = page;
        this.to = from;
    }

    @Override
    public List<List<DecodedEvent<E>>> rest(@Nullable Connection connection) throws NotLevel {
        Cursor there = holding.worker.store.holdUp(connection, holding.claim);
        if (there == null || !there.covers(from)) {
            throw new NotLevel(false);
        }
        if (!page.searched().covers(there)) {
            throw new NotLevel(true);
        }
        to = there;
        List<List<DecodedEvent<E>>> rest = new ArrayList<>();
        for (RecordedEvent event : page.events()) {
            if (there.covers(holding.place(event))) {
                rest.add(decode(event));
            }
        }
        return rest;
    }

    /** What cannot be decoded is for the failure policy, and not here. */
    private List<DecodedEvent<E>> decode(RecordedEvent event) throws NotLevel {
        try {
            return holding.decode(event);
        } catch (RuntimeException e) {
            throw new NotLevel(true);
        }
    }

    @Override
    public void commit(@Nullable Connection connection) {
        holding.worker.store.switchTo(connection, new ConsumerStore.Step(holding.claim, from, to, List.of()));
    }

    /** Where it took over. */
    Cursor to() {
        return to;
    }
}
