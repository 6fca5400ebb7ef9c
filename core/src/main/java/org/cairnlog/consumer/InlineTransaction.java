// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.LogEvents;
import org.cairnlog.log.LogTransaction;
import org.cairnlog.log.PendingAppend;
import org.cairnlog.log.StreamRead;
import org.jspecify.annotations.Nullable;

/** A transaction in which projections handle what is appended, as soon as it is buffered. For use by one thread. */
class InlineTransaction implements LogTransaction {
    private final LogTransaction transaction;
    private final List<InlineProjection<?>> projections;
    private final List<Append> appends = new ArrayList<>();
    private @Nullable RuntimeException failure;

    InlineTransaction(LogTransaction transaction, List<InlineProjection<?>> projections) {
        this.transaction = transaction;
        this.projections = projections;
    }

    /** What was buffered, in order. */
    List<Append> appends() {
        return appends;
    }

    /** Fails if a projection has failed, whatever became of what it threw: its rows may be half done. */
    void checkProjected() {
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public Connection connection() {
        return transaction.connection();
    }

    @Override
    public PendingAppend append(Append append) {
        PendingAppend pending = transaction.append(append);
        appends.add(append);
        try {
            project(append, pending);
        } catch (RuntimeException e) {
            failure = failure == null ? e : failure;
            throw e;
        }
        return pending;
    }

    void project(Append append, PendingAppend pending) {
        List<RecordedEvent> events = placed(append, pending);
        projections.forEach(projection -> projection.handle(transaction.connection(), events));
    }

    /** The events with the versions that they get. */
    private List<RecordedEvent> placed(Append append, PendingAppend pending) {
        Map<StreamId, Long> versions = new HashMap<>();
        for (Append.NewEvent event : append.events()) {
            versions.merge(event.stream(), -1L, Long::sum);
        }
        versions.replaceAll((stream, events) -> last(stream, pending) + events);
        return append.events().stream()
                .map(event -> new RecordedEvent(
                        0, event.stream(), versions.merge(event.stream(), 1L, Long::sum), Instant.EPOCH, event.event()))
                .toList();
    }

    private long last(StreamId stream, PendingAppend pending) {
        return pending.version(stream)
                .orElseGet(() ->
                        transaction.read(stream).backward().limit(1).iterator().version());
    }

    @Override
    public StreamRead read(StreamId stream) {
        return transaction.read(stream);
    }

    @Override
    public LogEvents read(EventQuery query) {
        return transaction.read(query);
    }
}
