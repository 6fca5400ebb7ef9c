// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.sql.Connection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cairnlog.consumer.ParkedEvent.Cause;
import org.cairnlog.consumer.ParkedEvent.Wish;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;

/** Hands out again what was set aside, as somebody has asked, each stream in its order. */
final class Redrive<E> {
    private final Holding<E> holding;

    Redrive(Holding<E> holding) {
        this.holding = holding;
    }

    void run() {
        Map<StreamId, List<ParkedEvent>> waiting = new LinkedHashMap<>();
        for (ParkedEvent event : store().setAside(holding.claim.name())) {
            if (event.waits()) {
                waiting.computeIfAbsent(event.stream(), stream -> new ArrayList<>())
                        .add(event);
            } else {
                skipped(event);
            }
        }
        for (List<ParkedEvent> stream : waiting.values()) {
            stream.sort(Comparator.comparingLong(ParkedEvent::version));
            inOrder(new ArrayDeque<>(stream));
        }
    }

    private ConsumerStore store() {
        return holding.worker.store;
    }

    /** The first event of a stream must go before the next one is looked at; discarding needs no order. */
    private void inOrder(Deque<ParkedEvent> stream) {
        boolean free = true;
        for (ParkedEvent event : stream) {
            if (event.wish().equals(Optional.of(Wish.DISCARD))) {
                store().settle(holding.claim, event.id());
            } else {
                boolean wanted = event.cause() == Cause.BEHIND || event.wish().equals(Optional.of(Wish.RETRY));
                free = free && wanted && holding.worker.mayHandOut() && retry(event);
            }
        }
    }

    private void skipped(ParkedEvent event) {
        if (event.wish().equals(Optional.of(Wish.DISCARD))) {
            store().settle(holding.claim, event.id());
        } else if (event.wish().isPresent()) {
            retry(event);
        }
    }

    private boolean retry(ParkedEvent event) {
        List<RecordedEvent> stored = holding.worker
                .log
                .read(event.stream())
                .from(event.version())
                .to(event.version())
                .toList();
        if (stored.isEmpty()) {
            // It was removed from the log meanwhile: there is nothing to hand out.
            store().settle(holding.claim, event.id());
            return true;
        }
        try {
            holding.handle(List.of(stored.getFirst()), settling(event));
            return true;
        } catch (HandlingFailed failure) {
            if (failure.reason != null) {
                ParkedEvent again = event.failedAgain(Holding.describe(failure.reason), store().now());
                store().park(holding.claim, again);
                Throwable reason = failure.reason;
                holding.worker.tell(
                        () -> holding.worker.options.listener().failed(holding.claim.name(), again, reason));
            }
            return false;
        }
    }

    private Delivery.Commit settling(ParkedEvent event) {
        return new Delivery.Commit() {
            @Override
            public void alone() {
                store().settle(holding.claim, event.id());
            }

            @Override
            public void in(Connection connection) {
                store().settle(connection, holding.claim, event.id());
            }
        };
    }
}
