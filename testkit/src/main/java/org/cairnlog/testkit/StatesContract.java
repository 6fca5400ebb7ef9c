// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.deletedAt;

import java.util.stream.IntStream;
import org.cairnlog.codec.UndecodableEvent;
import org.cairnlog.codec.UnknownEventType;
import org.cairnlog.decider.Loaded;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Cursor;
import org.junit.jupiter.api.Test;

/** A state is made of all events of its stream or query up to a place, and of nothing else. */
public abstract class StatesContract extends RepositoryContract {
    private static final StreamId FOREIGN = StreamId.of("foreign", "f");

    /** For a store's test. */
    protected StatesContract() {}

    @Test
    void a_stream_that_nobody_has_written_to_is_an_answer() {
        assertThat(purses().load("nobody")).isEqualTo(new Loaded<>(purse(0, 0), 0, false));
        assertThat(purses().load("nobody", 7)).isEqualTo(new Loaded<>(purse(0, 0), 0, false));
        assertThat(purses().load("nobody", log().head())).isEqualTo(new Loaded<>(purse(0, 0), 0, false));
        assertThat(purses().load(ADAS).found()).isFalse();
        assertThat(purses().load(ADAS).cursor()).isEqualTo(log().head());
    }

    @Test
    void a_state_is_loaded_as_it_was_at_a_version_or_point() {
        gain(PURSE, 1);
        Cursor first = log().head();
        gain(OTHER, 100);
        gain(PURSE, 2);
        gain(PURSE, 3);
        assertThat(purses().load("p")).isEqualTo(new Loaded<>(purse(6, 3), 3, true));
        assertThat(purses().load("p", 2)).isEqualTo(new Loaded<>(purse(3, 2), 2, true));
        assertThat(purses().load("p", 9)).isEqualTo(new Loaded<>(purse(6, 3), 3, true));
        assertThat(purses().load("p", first)).isEqualTo(new Loaded<>(purse(1, 1), 1, true));
        assertThat(purses().load("p", log().beginning())).isEqualTo(new Loaded<>(purse(0, 0), 0, false));
        refused(IllegalArgumentException.class, () -> purses().load("p", 0));
    }

    @Test
    void a_query_is_loaded_as_it_was_at_a_point() {
        adas(new Purse()).execute("p", new Purse.Put(1));
        Cursor first = log().head();
        adas(new Purse()).execute("q", new Purse.Put(2));
        gain(PURSE, 50);
        assertThat(purses().load(ADAS).state()).isEqualTo(purse(3, 2));
        assertThat(purses().load(ADAS).cursor()).isEqualTo(log().head());
        assertThat(purses().load(ADAS, first).state()).isEqualTo(purse(1, 1));
    }

    @Test
    void a_long_stream_is_loaded_whole() {
        log().append(
                        PURSE,
                        any(),
                        IntStream.range(0, 900).mapToObj(i -> gained(1)).toList());
        log().append(
                        PURSE,
                        any(),
                        IntStream.range(0, 900).mapToObj(i -> gained(1)).toList());
        assertThat(purses().load("p")).isEqualTo(new Loaded<>(purse(1800, 1800), 1800, true));
    }

    @Test
    void the_version_is_that_of_the_stored_events_whatever_became_of_them() {
        gain(PURSE, 10);
        log().append(PURSE, any(), Purse.old("swapped", 3), Purse.old("admired", 0), Purse.old("admired", 0));
        assertThat(purses().load("p")).isEqualTo(new Loaded<>(purse(10, 3), 4, true));
        assertThat(purses().execute("p", new Purse.Take(10)).version()).isEqualTo(5);
    }

    @Test
    void an_unknown_type_in_a_stream_of_ones_own_is_an_error() {
        gain(PURSE, 10);
        log().append(PURSE, any(), tagged("stolen", "owner:ada"));
        var unknown = refusedWithoutTrace(UnknownEventType.class, () -> purses().load("p"));
        assertThat(unknown.stored().version()).isEqualTo(2);
        refusedWithoutTrace(UnknownEventType.class, () -> purses().execute("p", new Purse.Put(1)));
        refusedWithoutTrace(UnknownEventType.class, () -> purses().execute(ADAS, "q", new Purse.Put(1)));
        assertThat(purses().load("p", 1).state()).isEqualTo(purse(10, 1));
    }

    @Test
    void an_unknown_type_of_a_foreign_category_is_passed_over() {
        adas(new Purse()).execute("p", new Purse.Put(10));
        log().append(FOREIGN, any(), tagged("stolen", "owner:ada"), gained(5).withTags("owner:ada"));
        assertThat(purses().load(ADAS).state()).isEqualTo(purse(15, 2));
        assertThat(adas(new Purse()).execute(ADAS, "p", new Purse.Take(15)).state())
                .isEqualTo(purse(0, 3));
    }

    @Test
    void what_cannot_be_read_is_an_error_wherever_it_stands() {
        log().append(FOREIGN, any(), event("gained").withTags("owner:ada"));
        refusedWithoutTrace(UndecodableEvent.class, () -> purses().load(ADAS));
        refusedWithoutTrace(UndecodableEvent.class, () -> purses().execute(ADAS, "p", new Purse.Put(1)));
    }

    @Test
    void a_baseline_carries_the_whole_state() {
        gain(PURSE, 10);
        gain(PURSE, 20);
        log().append(PURSE, any(), Purse.CODEC.encode(new Purse.Counted(30, 2)).asBaseline());
        gain(PURSE, 5);
        assertThat(purses().load("p")).isEqualTo(new Loaded<>(purse(35, 3), 4, true));
        fixture.maintenance().truncate(PURSE, 3, "test");
        assertThat(purses().load("p")).isEqualTo(new Loaded<>(purse(35, 3), 4, true));
        assertThat(purses().execute("p", new Purse.Take(35)).version()).isEqualTo(5);
        assertThat(purses().load("p", 3).state()).isEqualTo(purse(30, 2));
        refused(IllegalArgumentException.class, () -> purses().load("p", 2));
    }

    @Test
    void an_emptied_stream_goes_on_where_it_was() {
        gain(PURSE, 10);
        gain(PURSE, 20);
        fixture.maintenance().truncateWithoutBaseline(PURSE, 3, "test");
        assertThat(purses().load("p")).isEqualTo(new Loaded<>(purse(0, 0), 2, false));
        assertThat(purses().execute("p", new Purse.Put(1)).version()).isEqualTo(3);
    }

    @Test
    void a_stream_that_was_brought_back_begins_anew() {
        gain(PURSE, 10);
        fixture.maintenance().delete(PURSE, any(), "test");
        log().append(PURSE, deletedAt(2), gained(7));
        assertThat(purses().load("p")).isEqualTo(new Loaded<>(purse(7, 1), 3, true));
    }
}
