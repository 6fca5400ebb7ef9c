// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import static org.cairnlog.log.ExpectedVersion.exactly;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.cairnlog.codec.DecodedEvent;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.event.EventData;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Appended;
import org.cairnlog.log.EventLog;
import org.cairnlog.log.OutcomeUnknown;
import org.cairnlog.log.StreamIterator;

/**
 * A stream that is open at a version: what is read moves it on, and what is appended must follow on it. So whoever has
 * not read everything cannot append. For use by one thread; there is nothing to close.
 *
 * @param <E> the root of the events
 */
public class StreamHandle<E> {
    final EventLog log;
    final StreamId stream;
    final EventCodec<E> codec;
    private long version;

    StreamHandle(EventLog log, StreamId stream, EventCodec<E> codec, long version) {
        this.log = log;
        this.stream = stream;
        this.codec = codec;
        this.version = version;
    }

    /**
     * Opens a stream at its beginning. Nothing is read yet; to append at once is to begin the stream.
     *
     * @param log where its events are
     * @param stream the stream
     * @param codec knows every type of event that it may hold
     * @param <E> the root of the events
     * @return the handle, at version 0
     */
    public static <E> StreamHandle<E> open(EventLog log, StreamId stream, EventCodec<E> codec) {
        return openAfter(log, stream, codec, 0);
    }

    /**
     * Opens a stream behind events that are known.
     *
     * @param log where its events are
     * @param stream the stream
     * @param codec knows every type of event that it may hold
     * @param version of the last event that is known; 0 for none
     * @param <E> the root of the events
     * @return the handle, at that version
     * @throws IllegalArgumentException if the version is negative
     */
    public static <E> StreamHandle<E> openAfter(EventLog log, StreamId stream, EventCodec<E> codec, long version) {
        if (version < 0) {
            throw new IllegalArgumentException(
                    "The stream " + stream + " cannot be opened after version " + version + "; say 0 or more.");
        }
        return new StreamHandle<>(log, stream, codec, version);
    }

    /**
     * Where the handle is.
     *
     * @return the version of the last event that was read or appended
     */
    public long version() {
        return version;
    }

    void moveTo(long place) {
        version = place;
    }

    /**
     * The events after the handle's version, as far as there are any now; the handle moves behind them.
     *
     * @return in order
     * @throws org.cairnlog.log.HistoryRemoved if what comes next is removed meanwhile; open the stream again
     * @throws org.cairnlog.codec.UnknownEventType if there is one that the codec does not know; the handle stays
     * @throws org.cairnlog.codec.UndecodableEvent if there is one that the codec cannot read; the handle stays
     */
    public List<DecodedEvent<E>> read() {
        long before = version;
        List<DecodedEvent<E>> events = new ArrayList<>();
        try {
            project(events::add);
            before = version;
            return events;
        } finally {
            version = before;
        }
    }

    /**
     * Hands the events after the handle's version to a handler, as far as there are any now. The handle moves behind
     * each that was handled; what fails stops it there. A baseline, which {@code event.stored().data().baseline()}
     * tells, carries the whole state: the handler begins anew with it.
     *
     * @param handler takes each event in order
     * @throws org.cairnlog.log.HistoryRemoved if what comes next is removed meanwhile; open the stream again
     * @throws org.cairnlog.codec.UnknownEventType if there is one that the codec does not know
     * @throws org.cairnlog.codec.UndecodableEvent if there is one that the codec cannot read
     */
    public void project(Consumer<DecodedEvent<E>> handler) {
        StreamIterator events = log.read(stream).from(version + 1).iterator();
        while (events.hasNext()) {
            RecordedEvent stored = events.next();
            if (!stored.type().equals(EventData.DELETED)) {
                codec.decode(stored).forEach(event -> handler.accept(new DecodedEvent<>(event, stored)));
            }
            version = stored.version();
        }
        // What is left may be less than what there was: then the stream goes on behind what was removed.
        version = Math.max(version, events.version());
    }

    /**
     * Appends events behind the handle's version, and moves it there. If that fails, the handle stays where it is.
     *
     * @param events in order; none changes nothing
     * @return the version of the last one
     * @throws org.cairnlog.log.VersionConflict if the stream has events that the handle has not read; read on and
     *     decide again
     * @throws org.cairnlog.log.StreamDeleted if the stream was deleted
     * @throws OutcomeUnknown if nobody can tell whether the events are stored, though it was tried to find out. Give it
     *     to {@link EventLog#repeat}, then read on
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // only copied
    public final long append(E... events) {
        return append(List.of(events));
    }

    /**
     * Appends events like {@link #append(Object[])}.
     *
     * @param events in order; none changes nothing
     * @return the version of the last one
     */
    public long append(List<E> events) {
        if (events.isEmpty()) {
            return version;
        }
        List<EventData> encoded = events.stream().map(codec::encode).toList();
        Appended appended =
                Repository.Patience.STANDARD.settled(log, () -> log.append(stream, exactly(version), encoded));
        version = appended.version(stream);
        return version;
    }
}
