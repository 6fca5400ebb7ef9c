// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.deletedAt;
import static org.cairnlog.log.ExpectedVersion.exactly;
import static org.cairnlog.log.ExpectedVersion.noStream;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Metadata;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.log.Append;
import org.cairnlog.log.LogEvents;
import org.cairnlog.log.LogTransaction;
import org.cairnlog.log.StreamEvents;
import org.junit.jupiter.api.Test;

/** Reads through a transaction: the log as it is, and behind it what the transaction has buffered. */
public abstract class TransactionReadsContract extends TransactionalLogContract {
    /** What a block does with its transaction. */
    private interface Part {
        void of(LogTransaction transaction) throws Exception;
    }

    private void in(Part part) throws Exception {
        log().inTransaction(tx -> {
                    part.of(tx);
                    return null;
                })
                .run();
    }

    @Test
    void a_stream_shows_what_is_stored_and_then_what_is_buffered() throws Exception {
        given(A, "E1", "E2");
        given(B, "other");
        in(tx -> {
            tx.append(A, any(), event("F1"), event("F2"));
            tx.append(B, any(), event("other"));
            tx.append(A, any(), event("F3"));
            StreamEvents read = tx.read(A).toList();
            assertThat(types(read)).containsExactly("E1", "E2", "F1", "F2", "F3");
            assertThat(versions(read)).containsExactly(1L, 2L, 3L, 4L, 5L);
            assertThat(positions(read)).containsExactly(1L, 2L, 0L, 0L, 0L);
            assertThat(read.version()).isEqualTo(5);
            assertThat(read.getLast().recordedAt()).isEqualTo(Instant.EPOCH);
            assertThat(read.getLast().stream()).isEqualTo(A);
        });
        assertThat(typesOf(A)).containsExactly("E1", "E2", "F1", "F2", "F3");
    }

    @Test
    void an_event_is_read_as_it_was_buffered() throws Exception {
        EventData event = EventData.json("E", "{\"a\":1}").withTags("x").withMetadata(Metadata.of("k", "v"));
        in(tx -> {
            tx.append(A, any(), event);
            assertThat(tx.read(A).toList().getFirst().data()).isEqualTo(event);
        });
    }

    @Test
    void a_stream_that_nobody_has_written_to_is_empty() throws Exception {
        in(tx -> {
            assertThat(tx.read(A).toList()).isEmpty();
            assertThat(tx.read(A).toList().version()).isZero();
            assertThat(tx.read(A).backward().toList()).isEmpty();
            tx.append(A, noStream(), event("E"));
            assertThat(types(tx.read(A))).containsExactly("E");
            assertThat(types(tx.read(A).backward())).containsExactly("E");
        });
    }

    @Test
    void a_new_stream_can_be_read_from_its_end_at_first() throws Exception {
        in(tx -> {
            tx.append(A, noStream(), event("E1"), event("E2"));
            assertThat(types(tx.read(A).backward())).containsExactly("E2", "E1");
        });
    }

    @Test
    void every_range_of_a_stream_can_be_read_both_ways() throws Exception {
        given(A, "1", "2", "3");
        in(tx -> {
            tx.append(A, any(), event("4"));
            tx.append(A, any(), event("5"), event("6"));
            for (int from = 1; from <= 7; from++) {
                for (int to = 1; to <= 7; to++) {
                    for (int limit = 1; limit <= 7; limit++) {
                        List<String> range = IntStream.rangeClosed(from, Math.min(to, 6))
                                .mapToObj(String::valueOf)
                                .toList();
                        assertThat(types(tx.read(A).from(from).to(to).limit(limit)))
                                .as("from " + from + " to " + to + ", at most " + limit)
                                .isEqualTo(range.subList(0, Math.min(limit, range.size())));
                        assertThat(types(tx.read(A)
                                        .from(from)
                                        .to(to)
                                        .limit(limit)
                                        .backward()))
                                .as("from " + to + " back to " + from + ", at most " + limit)
                                .isEqualTo(range.reversed().subList(0, Math.min(limit, range.size())));
                    }
                }
            }
        });
    }

    @Test
    void long_streams_are_read_page_by_page() throws Exception {
        int stored = 501;
        int buffered = 700;
        givenMany(A, stored);
        List<Long> all = LongStream.rangeClosed(1, stored + buffered).boxed().toList();
        in(tx -> {
            List<EventData> events = new ArrayList<>();
            for (int i = 1; i <= buffered; i++) {
                events.add(event("F" + i));
            }
            tx.append(A, any(), events);
            assertThat(versions(tx.read(A))).isEqualTo(all);
            assertThat(versions(tx.read(A).backward())).isEqualTo(all.reversed());
            assertThat(types(tx.read(A).from(stored).limit(2))).containsExactly("E" + stored, "F1");
            assertThat(types(tx.read(A).to(stored + 1).backward().limit(2))).containsExactly("F1", "E" + stored);
        });
    }

    @Test
    void large_events_are_read_page_by_page() throws Exception {
        String large = "\"" + "x".repeat(3_000_000) + "\"";
        for (int i = 1; i <= 3; i++) {
            given(A, List.of(EventData.json("E" + i, large)));
        }
        in(tx -> {
            for (int i = 1; i <= 4; i++) {
                tx.append(A, any(), EventData.json("F" + i, large));
            }
            List<String> all = List.of("E1", "E2", "E3", "F1", "F2", "F3", "F4");
            assertThat(types(tx.read(A))).isEqualTo(all);
            assertThat(types(tx.read(A).backward())).isEqualTo(all.reversed());
        });
    }

    @Test
    void a_read_ends_where_the_stream_ended_when_it_began() throws Exception {
        given(A, "E");
        in(tx -> {
            tx.append(A, any(), event("F"));
            List<String> met = new ArrayList<>();
            for (RecordedEvent event : tx.read(A)) {
                met.add(event.type());
                tx.append(A, any(), event("G"));
            }
            assertThat(met).containsExactly("E", "F");
            assertThat(types(tx.read(A))).containsExactly("E", "F", "G", "G");
        });
    }

    @Test
    void a_stream_does_not_move_under_the_transaction() throws Exception {
        given(A, "E");
        log().inTransaction(tx -> {
                    assertThat(tx.read(A).toList().version()).isEqualTo(1);
                    tx.append(B, any(), event("own"));
                    meanwhile(other -> given(A, "others"));
                    assertThat(types(tx.read(A))).containsExactly("E");
                    tx.append(A, any(), event("F"));
                    StreamEvents read = tx.read(A).toList();
                    assertThat(types(read)).containsExactly("E", "F");
                    assertThat(versions(read)).containsExactly(1L, 2L);
                    assertThat(types(tx.read(A).backward())).containsExactly("F", "E");
                    return null;
                })
                .run();
        assertThat(typesOf(A)).containsExactly("E", "others", "F");
    }

    @Test
    void what_was_read_is_what_to_expect() throws Exception {
        given(A, "E");
        in(tx -> {
            for (int i = 0; i < 3; i++) {
                tx.append(A, exactly(tx.read(A).toList().version()), event("F"));
            }
        });
        assertThat(log().stream(A).orElseThrow().version()).isEqualTo(4);
    }

    @Test
    void a_stream_that_was_deleted_shows_what_is_written_to_it_again() throws Exception {
        given(A, "E", "E");
        fixture.maintenance().delete(A, any(), "test");
        in(tx -> {
            List<String> before = types(tx.read(A));
            tx.append(A, deletedAt(3), event("F"));
            StreamEvents read = tx.read(A).toList();
            assertThat(types(read)).hasSize(before.size() + 1).endsWith("F");
            assertThat(read.getLast().version()).isEqualTo(4);
            assertThat(types(tx.read(A).backward())).startsWith("F");
        });
    }

    @Test
    void a_query_shows_what_is_stored_and_then_what_is_buffered() throws Exception {
        given(A, List.of(tagged("E1", "x"), event("E2")));
        given(B, List.of(tagged("E3", "x")));
        in(tx -> {
            tx.append(Append.to(B, any(), tagged("F1", "x")).and(A, any(), event("F2"), tagged("F3", "x", "y")));
            LogEvents read = tx.read(EventQuery.tags("x"));
            assertThat(types(read)).containsExactly("E1", "E3", "F1", "F3");
            assertThat(positions(read)).containsExactly(1L, 3L, 0L, 0L);
            assertThat(versions(read)).containsExactly(1L, 1L, 2L, 4L);
            assertThat(read.cursor()).isEqualTo(log().head());
            assertThat(types(tx.read(EventQuery.tags("y")))).containsExactly("F3");
            assertThat(types(tx.read(EventQuery.streams(A)))).containsExactly("E1", "E2", "F2", "F3");
            assertThat(tx.read(EventQuery.types("G"))).isEmpty();
        });
    }

    @Test
    void the_cursor_of_a_query_is_what_a_condition_takes() throws Exception {
        given(A, List.of(tagged("E", "x")));
        in(tx -> {
            for (int i = 0; i < 2; i++) {
                LogEvents read = tx.read(EventQuery.tags("x"));
                assertThat(read).hasSize(1 + i);
                tx.append(Append.to(B, any(), tagged("F", "x")).unless(EventQuery.tags("x"), read.cursor()));
            }
        });
        assertThat(typesOf(B)).containsExactly("F", "F");
    }
}
