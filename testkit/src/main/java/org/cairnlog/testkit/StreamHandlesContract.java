// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;

import java.util.ArrayList;
import java.util.List;
import org.cairnlog.codec.DecodedEvent;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.codec.UnknownEventType;
import org.cairnlog.decider.StreamHandle;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.LogUnavailable;
import org.cairnlog.log.OutcomeUnknown;
import org.cairnlog.log.StreamDeleted;
import org.cairnlog.log.VersionConflict;
import org.junit.jupiter.api.Test;

/** A handle is where its owner has read and written to, and appends there only. */
public abstract class StreamHandlesContract extends RepositoryContract {
    /** For a store's test. */
    protected StreamHandlesContract() {}

    /**
     * Opens the handle under test.
     *
     * @param log its log
     * @param stream the stream
     * @param codec knows the events
     * @param version where
     * @param <E> the root of the events
     * @return the handle
     */
    protected <E> StreamHandle<E> handle(AtomicEventLog log, StreamId stream, EventCodec<E> codec, long version) {
        return StreamHandle.openAfter(log, stream, codec, version);
    }

    private StreamHandle<Purse.Event> handle(long version) {
        return handle(log(), PURSE, Purse.CODEC, version);
    }

    private static List<Purse.Event> events(List<DecodedEvent<Purse.Event>> read) {
        return read.stream().map(DecodedEvent::event).toList();
    }

    @Test
    void a_handle_reads_what_is_new_and_appends_behind_it() {
        StreamHandle<Purse.Event> handle = handle(0);
        assertThat(handle.read()).isEmpty();
        assertThat(handle.append(new Purse.Gained(5), new Purse.Gained(7))).isEqualTo(2);
        assertThat(handle.append(new Purse.Lost(1))).isEqualTo(3);
        assertThat(handle.version()).isEqualTo(3);
        assertThat(handle.read()).isEmpty();
        gain(PURSE, 9);
        assertThat(events(handle.read())).containsExactly(new Purse.Gained(9));
        assertThat(handle.version()).isEqualTo(4);
        assertThat(handle.read()).isEmpty();
        assertThat(handle.append()).isEqualTo(4);
        assertThat(typesOf(PURSE)).containsExactly("gained", "gained", "lost", "gained");
    }

    @Test
    void who_has_not_read_everything_cannot_append() {
        gain(PURSE, 5);
        StreamHandle<Purse.Event> handle = handle(0);
        refusedWithoutTrace(VersionConflict.class, () -> handle.append(new Purse.Gained(1)));
        assertThat(handle.version()).isZero();
        assertThat(events(handle.read())).containsExactly(new Purse.Gained(5));
        assertThat(handle.append(new Purse.Gained(1))).isEqualTo(2);
        gain(PURSE, 7);
        refusedWithoutTrace(VersionConflict.class, () -> handle.append(new Purse.Gained(2)));
        assertThat(handle.version()).isEqualTo(2);
    }

    @Test
    void a_stream_is_opened_behind_what_is_known() {
        for (long cents = 1; cents <= 4; cents++) {
            gain(PURSE, cents);
        }
        StreamHandle<Purse.Event> handle = handle(2);
        refusedWithoutTrace(VersionConflict.class, () -> handle.append(new Purse.Gained(9)));
        assertThat(events(handle.read())).containsExactly(new Purse.Gained(3), new Purse.Gained(4));
        assertThat(handle.append(new Purse.Gained(5))).isEqualTo(5);
        refused(IllegalArgumentException.class, () -> handle(-1));
    }

    @Test
    void a_handler_that_fails_stops_the_handle_there() {
        for (long cents = 1; cents <= 3; cents++) {
            gain(PURSE, cents);
        }
        StreamHandle<Purse.Event> handle = handle(0);
        List<Purse.Event> handled = new ArrayList<>();
        refused(
                IllegalStateException.class,
                () -> handle.project(event -> {
                    if (event.version() == 2 && handled.size() == 1) {
                        handled.add(new Purse.Lost(0));
                        throw new IllegalStateException("broken by the test");
                    }
                    handled.add(event.event());
                }));
        assertThat(handle.version()).isEqualTo(1);
        refusedWithoutTrace(VersionConflict.class, () -> handle.append(new Purse.Gained(9)));
        handle.project(event -> handled.add(event.event()));
        assertThat(handled)
                .containsExactly(new Purse.Gained(1), new Purse.Lost(0), new Purse.Gained(2), new Purse.Gained(3));
        assertThat(handle.append(new Purse.Gained(9))).isEqualTo(4);
    }

    @Test
    void what_cannot_be_read_is_an_error_and_never_a_short_read() {
        gain(PURSE, 1);
        log().append(PURSE, any(), event("unheard-of"));
        StreamHandle<Purse.Event> handle = handle(0);
        refused(UnknownEventType.class, handle::read);
        assertThat(handle.version()).isZero();
        refusedWithoutTrace(VersionConflict.class, () -> handle.append(new Purse.Gained(9)));
    }

    @Test
    void what_became_of_old_events_does_not_move_the_handle_aside() {
        log().append(PURSE, any(), gained(10), Purse.old("swapped", 1), Purse.old("swapped", 1));
        StreamHandle<Purse.Event> handle = handle(0);
        assertThat(handle.read()).extracting(DecodedEvent::version).containsExactly(1L, 2L, 2L, 3L, 3L);
        assertThat(handle.version()).isEqualTo(3);
        assertThat(handle.append(new Purse.Gained(1))).isEqualTo(4);
    }

    @Test
    void a_failed_append_leaves_the_handle_where_it_is() {
        StreamHandle<Purse.Event> handle = handle(
                InterceptedLog.appending(
                        log(),
                        (log, append) -> {
                            throw new LogUnavailable("broken by the test", null);
                        },
                        AtomicEventLog::append),
                PURSE,
                Purse.CODEC,
                0);
        refusedWithoutTrace(LogUnavailable.class, () -> handle.append(new Purse.Gained(1)));
        assertThat(handle.version()).isZero();
        assertThat(handle.append(new Purse.Gained(1))).isEqualTo(1);
    }

    @Test
    void what_was_stored_unnoticed_is_stored_once() {
        StreamHandle<Purse.Event> handle = handle(
                InterceptedLog.appending(
                        log(),
                        (log, append) -> {
                            log.append(append);
                            throw new OutcomeUnknown(append, null);
                        },
                        AtomicEventLog::append),
                PURSE,
                Purse.CODEC,
                0);
        assertThat(handle.append(new Purse.Gained(1))).isEqualTo(1);
        assertThat(handle.append(new Purse.Gained(2))).isEqualTo(2);
        assertThat(typesOf(PURSE)).hasSize(2);
    }

    @Test
    void an_emptied_stream_goes_on_and_a_deleted_one_does_not() {
        gain(PURSE, 1);
        gain(PURSE, 2);
        fixture.maintenance().truncateWithoutBaseline(PURSE, 3, "test");
        StreamHandle<Purse.Event> handle = handle(0);
        assertThat(handle.read()).isEmpty();
        assertThat(handle.append(new Purse.Gained(3))).isEqualTo(3);
        fixture.maintenance().delete(PURSE, any(), "test");
        handle.read();
        refusedWithoutTrace(StreamDeleted.class, () -> handle.append(new Purse.Gained(4)));
    }
}
