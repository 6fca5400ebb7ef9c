// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.cairnlog.codec.DecodedEvent;
import org.cairnlog.log.EventLog;

/** Handles events wherever the handler likes, and commits afterwards: at least once. */
final class HandlerDelivery<E> implements Delivery<E> {
    private final Subscription.BatchHandler<E> handler;
    private final boolean oneByOne;

    private HandlerDelivery(Subscription.BatchHandler<E> handler, boolean oneByOne) {
        this.handler = handler;
        this.oneByOne = oneByOne;
    }

    static <E> HandlerDelivery<E> each(Subscription.Handler<E> handler) {
        return new HandlerDelivery<>(
                events -> {
                    for (DecodedEvent<E> event : events) {
                        handler.handle(event);
                    }
                },
                true);
    }

    static <E> HandlerDelivery<E> batches(Subscription.BatchHandler<E> handler) {
        return new HandlerDelivery<>(handler, false);
    }

    @Override
    public void check(String name, EventLog log) {
        // It works with any.
    }

    @Override
    public void deliver(EventLog log, List<List<DecodedEvent<E>>> events, Commit commit, BooleanSupplier mayGoOn)
            throws HandlingFailed {
        if (oneByOne) {
            for (int at = 0; at < events.size(); at++) {
                handle(events.get(at), at, mayGoOn);
            }
        } else {
            List<DecodedEvent<E>> all = new ArrayList<>();
            events.forEach(all::addAll);
            handle(all, events.size() == 1 ? 0 : -1, mayGoOn);
        }
        commit.alone();
    }

    private void handle(List<DecodedEvent<E>> events, int at, BooleanSupplier mayGoOn) throws HandlingFailed {
        if (!mayGoOn.getAsBoolean()) {
            throw new HandlingFailed(at, null);
        }
        try {
            if (!events.isEmpty()) {
                handler.handle(events);
            }
        } catch (Throwable e) {
            throw new HandlingFailed(at, e);
        }
    }

    @Override
    public void restart(EventLog log, Commit commit) {
        commit.alone();
    }

    @Override
    public void switchOver(EventLog log, Switchover<E> over) {
        throw new IllegalStateException("Only projections have generations.");
    }

    @Override
    public Delivery<E> inParts() {
        return this;
    }

    @Override
    public boolean isDoneOneByOne() {
        return oneByOne;
    }

    @Override
    public boolean mayDeferCheckpoint() {
        return true;
    }
}
