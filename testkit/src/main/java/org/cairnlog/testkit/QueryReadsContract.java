// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Metadata;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.LogEvents;
import org.cairnlog.log.LogIterator;
import org.cairnlog.log.LogRead;
import org.junit.jupiter.api.Test;

/** Query reads: every shape of a query, and every edge of after, up to, backward and limit. */
public abstract class QueryReadsContract extends LogContract<LogFixture> {
    private static final StreamId OTHER = StreamId.of("other", "a");

    /** Six events: 1 to 6 by type. */
    private void givenSix() {
        given(A, List.of(tagged("1", "x")));
        given(B, List.of(tagged("2", "x", "y")));
        given(A, List.of(tagged("3", "y")));
        given(OTHER, List.of(tagged("4", "x", "y", "z")));
        given(B, List.of(event("5")));
        given(OTHER, List.of(tagged("6", "z")));
    }

    @Test
    void an_empty_log_answers_every_query_with_nothing() {
        LogEvents events = log().read(EventQuery.all()).toList();
        assertThat(events).isEmpty();
        assertThat(events.cursor()).isEqualTo(log().beginning());
        assertThat(log().read(EventQuery.tags("x")).backward().limit(1).toList())
                .isEmpty();
    }

    @Test
    void all_means_every_event_in_position_order() {
        givenSix();
        assertFound(EventQuery.all(), "1", "2", "3", "4", "5", "6");
    }

    @Test
    void streams_categories_and_types_are_met_by_any_of_those_named() {
        givenSix();
        assertFound(EventQuery.streams(A), "1", "3");
        assertFound(EventQuery.streams(B, OTHER, C), "2", "4", "5", "6");
        assertFound(EventQuery.category("thing"), "1", "2", "3", "5");
        assertFound(EventQuery.all().andCategories("other", "none"), "4", "6");
        assertFound(EventQuery.types("5", "1", "none"), "1", "5");
    }

    @Test
    void tags_are_met_by_events_that_have_them_all() {
        givenSix();
        assertFound(EventQuery.tags("x"), "1", "2", "4");
        assertFound(EventQuery.tags("y", "x"), "2", "4");
        assertFound(EventQuery.tags("x", "none"));
    }

    @Test
    void the_parts_of_an_item_must_all_hold() {
        givenSix();
        assertFound(EventQuery.category("thing").andTags("y"), "2", "3");
        assertFound(EventQuery.category("thing").andStreams(OTHER));
        assertFound(EventQuery.streams(A, B).andTypes("2", "3", "4").andTags("x"), "2");
    }

    @Test
    void a_query_of_several_items_gives_each_event_once_and_in_order() {
        givenSix();
        EventQuery query = EventQuery.tags("z")
                .or(EventQuery.streams(A))
                .or(EventQuery.tags("x"))
                .or(EventQuery.types("1"));
        assertFound(query, "1", "2", "3", "4", "6");
    }

    @Test
    void a_name_is_no_pattern_and_no_beginning_of_a_name() {
        givenSix();
        for (EventQuery query :
                List.of(EventQuery.category("th"), EventQuery.types("%"), EventQuery.tags("*"), EventQuery.tags("X"))) {
            assertFound(query);
        }
    }

    @Test
    void recorded_after_is_exclusive() {
        Instant start = fixture.clock().instant();
        given(A, "1");
        fixture.clock().advance(Duration.ofNanos(1_000));
        given(A, "2");
        fixture.clock().advance(Duration.ofDays(1));
        given(B, "3");
        assertFound(EventQuery.all().andRecordedAfter(start.minusNanos(1)), "1", "2", "3");
        assertFound(EventQuery.all().andRecordedAfter(start), "2", "3");
        assertFound(EventQuery.streams(A).andRecordedAfter(start), "2");
        assertFound(EventQuery.all().andRecordedAfter(start.plusNanos(999)), "2", "3");
        assertFound(EventQuery.all().andRecordedAfter(start.plusNanos(1_000)), "3");
        assertFound(EventQuery.all().andRecordedAfter(fixture.clock().instant()));
        assertFound(EventQuery.all().andRecordedAfter(Instant.MIN), "1", "2", "3");
        assertFound(EventQuery.all().andRecordedAfter(Instant.MAX));
    }

    @Test
    void metadata_is_met_by_equal_type_and_value() {
        given(A, List.of(event("1").withMetadata(Metadata.of("k", "5"))));
        given(A, List.of(event("2").withMetadata(Metadata.empty().with("k", 5))));
        given(A, List.of(event("3").withMetadata(Metadata.empty().with("k", new BigDecimal("5.00")))));
        given(A, List.of(event("4").withMetadata(Metadata.of("k", "5").with("more", true))));
        given(A, "5");
        assertFound(EventQuery.all().andMetadata(Metadata.of("k", "5")), "1", "4");
        assertFound(EventQuery.all().andMetadata(Metadata.empty().with("k", 5)), "2");
        assertFound(EventQuery.all().andMetadata(Metadata.empty().with("k", new BigDecimal("5"))), "3");
        assertFound(EventQuery.types("1", "4").andMetadata(Metadata.of("k", "5").with("more", true)), "4");
        assertFound(EventQuery.all().andMetadata(Metadata.of("k", "%")));
    }

    @Test
    void shares_of_the_buckets_are_all_of_the_log() {
        for (int i = 0; i < 40; i++) {
            StreamId stream = stream("s" + i);
            given(stream, List.of(tagged(Integer.toString(stream.bucket()), "even" + stream.bucket() % 2)));
        }
        int middle = stream("s7").bucket();
        var low = new EventQuery.Buckets(0, middle);
        var high = new EventQuery.Buckets(middle + 1, StreamId.BUCKETS - 1);
        List<String> all = types(log().read(EventQuery.all()));
        for (EventQuery query : List.of(
                EventQuery.all(),
                EventQuery.category("thing"),
                EventQuery.tags("even1"),
                EventQuery.category("thing").andTags("even0"))) {
            List<String> wanted = types(log().read(query));
            List<String> found = types(log().read(query.andBuckets(low)));
            assertThat(found)
                    .isEqualTo(wanted.stream()
                            .filter(b -> Integer.parseInt(b) <= middle)
                            .toList());
            assertThat(types(log().read(query.andBuckets(high))))
                    .isEqualTo(wanted.stream()
                            .filter(b -> Integer.parseInt(b) > middle)
                            .toList());
            assertThat(types(log().read(query.andBuckets(low)).backward())).isEqualTo(found.reversed());
            assertThat(types(log().read(query.andBuckets(low)).limit(2))).isEqualTo(found.subList(0, 2));
        }
        var one = new EventQuery.Buckets(middle, middle);
        assertThat(types(log().read(EventQuery.all().andBuckets(low).andBuckets(one))))
                .isEqualTo(
                        all.stream().filter(b -> Integer.parseInt(b) == middle).toList());
        refused(
                IllegalArgumentException.class,
                () -> EventQuery.all().andBuckets(one).andBuckets(high));
    }

    @Test
    void after_is_exclusive_and_up_to_inclusive() {
        givenSix();
        Cursor second = log().read(EventQuery.all()).limit(2).toList().cursor();
        Cursor fourth = log().read(EventQuery.all()).limit(4).toList().cursor();
        LogRead read = log().read(EventQuery.all());
        assertThat(types(read.after(second))).containsExactly("3", "4", "5", "6");
        assertThat(types(read.upTo(second))).containsExactly("1", "2");
        assertThat(types(read.after(second).upTo(fourth))).containsExactly("3", "4");
        assertThat(types(read.after(second).upTo(fourth).backward())).containsExactly("4", "3");
        assertThat(types(read.after(second).upTo(second))).isEmpty();
        assertThat(types(read.after(fourth).upTo(second))).isEmpty();
        assertThat(types(read.after(fourth).upTo(second).backward())).isEmpty();
        assertThat(types(read.after(log().beginning()).upTo(log().head()))).hasSize(6);
        assertThat(types(read.after(log().head()))).isEmpty();
        assertThat(types(read.upTo(log().beginning()))).isEmpty();
        assertThat(types(log().read(EventQuery.tags("x")).after(second).upTo(fourth)))
                .containsExactly("4");
    }

    @Test
    void a_limit_takes_the_first_of_the_direction() {
        givenSix();
        assertThat(types(log().read(EventQuery.tags("x")).limit(1))).containsExactly("1");
        assertThat(types(log().read(EventQuery.tags("x")).limit(2))).containsExactly("1", "2");
        assertThat(types(log().read(EventQuery.tags("x")).limit(3))).containsExactly("1", "2", "4");
        assertThat(types(log().read(EventQuery.tags("x")).limit(Long.MAX_VALUE)))
                .hasSize(3);
        assertThat(types(log().read(EventQuery.tags("x")).backward().limit(2))).containsExactly("4", "2");
        LogRead read = log().read(EventQuery.all());
        refused(IllegalArgumentException.class, () -> read.limit(0));
        refused(IllegalArgumentException.class, () -> read.limit(-1));
    }

    @Test
    void the_cursor_of_a_whole_read_is_the_end_of_its_range() {
        givenSix();
        Cursor head = log().head();
        Cursor second = log().read(EventQuery.all()).limit(2).toList().cursor();
        assertThat(log().read(EventQuery.types("1")).toList().cursor()).isEqualTo(head);
        assertThat(log().read(EventQuery.types("none")).toList().cursor()).isEqualTo(head);
        assertThat(log().read(EventQuery.types("1")).limit(2).toList().cursor()).isEqualTo(head);
        assertThat(log().read(EventQuery.all()).upTo(second).toList().cursor()).isEqualTo(second);
        assertThat(log().read(EventQuery.all()).backward().limit(1).toList().cursor())
                .isEqualTo(head);
    }

    @Test
    void the_cursor_of_a_read_that_reached_its_limit_is_its_last_event() {
        givenSix();
        LogEvents found = log().read(EventQuery.tags("x")).limit(2).toList();
        assertThat(position(found.cursor())).isEqualTo(found.getLast().position());
        assertThat(types(log().read(EventQuery.tags("x")).after(found.cursor())))
                .containsExactly("4");
    }

    @Test
    void the_cursor_of_a_range_that_ends_before_it_begins_does_not_go_back() {
        givenSix();
        Cursor second = log().read(EventQuery.all()).limit(2).toList().cursor();
        Cursor fourth = log().read(EventQuery.all()).limit(4).toList().cursor();
        assertThat(log().read(EventQuery.all())
                        .after(fourth)
                        .upTo(second)
                        .toList()
                        .cursor())
                .isEqualTo(fourth);
    }

    @Test
    void the_cursor_of_a_read_under_way_is_where_another_one_goes_on() {
        givenSix();
        LogIterator events = log().read(EventQuery.tags("x")).iterator();
        assertThat(events.cursor()).isEqualTo(log().beginning());
        while (events.hasNext()) {
            long position = events.next().position();
            if (events.hasNext()) {
                assertThat(position(events.cursor())).isEqualTo(position);
            }
        }
        assertThat(events.cursor()).isEqualTo(log().head());
        LogIterator one = log().read(EventQuery.tags("x")).limit(1).iterator();
        assertThat(position(one.cursor())).isZero();
        long position = one.next().position();
        assertThat(one.hasNext()).isFalse();
        assertThat(position(one.cursor())).isEqualTo(position);
    }

    @Test
    void a_time_has_the_cursor_after_the_last_event_recorded_up_to_it() {
        Instant start = fixture.clock().instant();
        given(A, "1", "2");
        fixture.clock().advance(Duration.ofSeconds(10));
        given(B, "3");
        assertThat(log().cursorAt(start.minusNanos(1_000))).isEqualTo(log().beginning());
        assertThat(log().cursorAt(Instant.MIN)).isEqualTo(log().beginning());
        assertThat(types(log().read(EventQuery.all()).upTo(log().cursorAt(start))))
                .containsExactly("1", "2");
        assertThat(types(log().read(EventQuery.all()).after(log().cursorAt(start.plusSeconds(9)))))
                .containsExactly("3");
        assertThat(log().cursorAt(start.plusSeconds(10))).isEqualTo(log().head());
        assertThat(log().cursorAt(Instant.MAX)).isEqualTo(log().head());
    }

    @Test
    void a_reader_may_append_while_it_iterates_and_ends_where_the_log_ended() {
        givenSix();
        int met = 0;
        for (RecordedEvent event : log().read(EventQuery.all())) {
            given(event.stream(), "copy");
            met++;
        }
        assertThat(met).isEqualTo(6);
        assertThat(log().read(EventQuery.types("copy")).toList()).hasSize(6);
    }

    @Test
    void a_read_can_be_repeated_and_an_iterator_at_its_end_says_so() {
        given(A, "1");
        LogRead read = log().read(EventQuery.all());
        Iterator<RecordedEvent> events = read.iterator();
        events.next();
        given(A, "2");
        assertThat(events.hasNext()).isFalse();
        refused(NoSuchElementException.class, events::next);
        assertThat(types(read)).containsExactly("1", "2");
    }

    private void assertFound(EventQuery query, String... types) {
        assertThat(types(log().read(query))).as(query.toString()).containsExactly(types);
        assertThat(types(log().read(query).backward()).reversed())
                .as(query + ", backward")
                .containsExactly(types);
        assertThat(types(log().read(query).limit(7)))
                .as(query + ", with a limit")
                .containsExactly(types);
    }
}
