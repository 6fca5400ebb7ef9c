// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Appended;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.EventLog;
import org.cairnlog.log.ExpectedVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * What every contract has: a new log for each test, and the words to talk about it. A contract covers one guarantee,
 * and leans on others as little as it can, so that a broken log fails where it is broken.
 *
 * @param <F> what the contract needs of the store
 */
@Timeout(120)
public abstract class LogContract<F extends LogFixture> {
    static final StreamId A = stream("a");
    static final StreamId B = stream("b");
    static final StreamId C = stream("c");

    F fixture;

    /** For the contracts of this package. */
    LogContract() {}

    /**
     * Makes a new, empty log.
     *
     * @return a fixture that the caller closes
     * @throws Exception if that is not possible, so that the test fails
     */
    protected abstract F open() throws Exception;

    @BeforeEach
    void openFixture() throws Exception {
        fixture = open();
    }

    @AfterEach
    void closeFixture() {
        if (fixture != null) {
            fixture.close();
        }
    }

    EventLog log() {
        return fixture.log();
    }

    static StreamId stream(String id) {
        return StreamId.of("thing", id);
    }

    static EventData event(String type) {
        return EventData.json(type, "{}");
    }

    static EventData tagged(String type, String... tags) {
        return event(type).withTags(tags);
    }

    static List<EventData> events(String... types) {
        return Stream.of(types).map(LogContract::event).toList();
    }

    /** Appends an event of each type, each alone, and returns the last result. */
    Appended given(StreamId stream, String... types) {
        return given(stream, events(types));
    }

    /** Appends each event alone, and returns the last result. */
    Appended given(StreamId stream, List<EventData> events) {
        List<Appended> done = new ArrayList<>();
        for (EventData event : events) {
            done.add(log().append(stream, ExpectedVersion.any(), event));
        }
        return done.getLast();
    }

    /** Appends events of the types E1, E2, … at once. */
    void givenMany(StreamId stream, int count) {
        log().append(
                        stream,
                        ExpectedVersion.any(),
                        IntStream.rangeClosed(1, count)
                                .mapToObj(i -> event("E" + i))
                                .toList());
    }

    /** Appends events of the types E1, E2, … one after the other. */
    void givenOneByOne(StreamId stream, int count) {
        for (int i = 1; i <= count; i++) {
            given(stream, "E" + i);
        }
    }

    List<String> typesOf(StreamId stream) {
        return types(log().read(stream));
    }

    static List<String> types(Iterable<RecordedEvent> events) {
        return all(events).map(RecordedEvent::type).toList();
    }

    static List<Long> positions(Iterable<RecordedEvent> events) {
        return all(events).map(RecordedEvent::position).toList();
    }

    static List<Long> versions(Iterable<RecordedEvent> events) {
        return all(events).map(RecordedEvent::version).toList();
    }

    static List<UUID> ids(Iterable<RecordedEvent> events) {
        return all(events).map(RecordedEvent::id).toList();
    }

    static Stream<RecordedEvent> all(Iterable<RecordedEvent> events) {
        return StreamSupport.stream(events.spliterator(), false);
    }

    static long position(Cursor cursor) {
        return cursor.places().getFirst().position();
    }

    /** The error that a call must end with. */
    static <X extends Throwable> X refused(Class<X> type, ThrowingCallable call) {
        X thrown = catchThrowableOfType(type, call);
        assertThat(thrown)
                .as("the call succeeded, but it should be refused with " + type.getSimpleName())
                .isNotNull();
        return thrown;
    }

    /** The error that a call must end with, after which the log must be as it was. */
    <X extends Throwable> X refusedWithoutTrace(Class<X> type, ThrowingCallable call) {
        Cursor head = log().head();
        var streams = log().streams().toList();
        X thrown = refused(type, call);
        assertThat(log().head()).as("head after a refusal").isEqualTo(head);
        assertThat(log().streams().toList()).as("directory after a refusal").isEqualTo(streams);
        assertThat(log().read(EventQuery.all()).after(head).toList())
                .as("events added by a refused call")
                .isEmpty();
        return thrown;
    }
}
