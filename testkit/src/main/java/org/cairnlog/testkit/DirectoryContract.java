// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Limits;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.NoSuchStream;
import org.cairnlog.log.StreamInfo;
import org.cairnlog.log.StreamListing;
import org.junit.jupiter.api.Test;

/** The directory: which streams there are, in the order of their creation. */
public abstract class DirectoryContract extends AtomicLogContract {
    private static final StreamId OTHER = StreamId.of("other", "a");

    @Test
    void an_unknown_stream_is_not_in_the_directory() {
        assertThat(log().stream(A)).isEmpty();
        log().read(A).toList();
        assertThat(log().streams().toList()).isEmpty();
    }

    @Test
    void the_directory_knows_version_and_times_of_a_stream() {
        Instant created = fixture.clock().instant();
        given(A, "E");
        fixture.clock().advance(Duration.ofSeconds(5));
        given(A, "E");
        given(B, "E");
        fixture.clock().advance(Duration.ofSeconds(5));
        StreamInfo expected = new StreamInfo(A, 2, created, created.plusSeconds(5), 1, false, new TreeMap<>());
        assertThat(log().stream(A)).contains(expected);
        assertThat(log().streams().toList().getFirst()).isEqualTo(expected);
    }

    @Test
    void streams_are_listed_in_the_order_of_their_creation() {
        given(C, "E");
        given(A, "E");
        given(OTHER, "E");
        given(B, "E");
        given(A, "E");
        assertListed(log().streams(), C, A, OTHER, B);
    }

    @Test
    void a_listing_can_end_with_the_streams_of_an_earlier_time() {
        given(A, "E");
        Cursor then = log().head();
        given(B, "E");
        given(A, "later");
        assertThat(log().streams().createdUpTo(then).toList())
                .extracting(StreamInfo::stream)
                .containsExactly(A);
        assertThat(log().streams().createdUpTo(log().beginning()).toList()).isEmpty();
        assertThat(log().streams().createdUpTo(log().head()).toList()).hasSize(2);
    }

    @Test
    void streams_made_by_one_append_are_listed_in_the_order_of_their_first_events() {
        log().append(Append.to(C, any(), event("E"))
                .and(A, any(), event("E"))
                .and(C, any(), event("E"))
                .and(B, any(), event("E")));
        assertListed(log().streams(), C, A, B);
    }

    @Test
    void a_listing_can_ask_for_a_category() {
        given(C, "E");
        given(OTHER, "E");
        given(A, "E");
        assertListed(log().streams().category("thing"), C, A);
        assertListed(log().streams().category("other"), OTHER);
        assertListed(log().streams().category("none"));
        assertListed(log().streams().category("thin"));
    }

    @Test
    void a_listing_goes_on_after_a_stream_that_need_not_belong_to_it() {
        given(C, "E");
        given(OTHER, "E");
        given(A, "E");
        given(B, "E");
        assertListed(log().streams().after(C), OTHER, A, B);
        assertListed(log().streams().after(B));
        assertListed(log().streams().category("thing").after(OTHER), A, B);
        StreamListing unknown = log().streams().after(stream("unknown"));
        assertThat(refused(NoSuchStream.class, unknown::toList).stream()).isEqualTo(stream("unknown"));
    }

    @Test
    void a_listing_has_a_limit() {
        given(C, "E");
        given(OTHER, "E");
        given(A, "E");
        assertListed(log().streams().limit(1), C);
        assertListed(log().streams().limit(3), C, OTHER, A);
        assertListed(log().streams().limit(4), C, OTHER, A);
        assertListed(log().streams().limit(Long.MAX_VALUE), C, OTHER, A);
        assertListed(log().streams().category("thing").limit(2), C, A);
        assertListed(log().streams().category("thing").after(C).limit(1), A);
        refused(IllegalArgumentException.class, () -> log().streams().limit(0));
    }

    @Test
    void more_streams_than_a_page_are_listed_once_each() {
        int many = Limits.STANDARD.pageEvents() + 3;
        List<StreamId> streams = IntStream.range(0, many)
                .mapToObj(i -> stream("s" + i % 10 + "-" + i))
                .toList();
        streams.forEach(stream -> given(stream, "E"));
        assertListed(log().streams(), streams.toArray(StreamId[]::new));
        assertThat(log().streams().limit(many - 1).toList()).hasSize(many - 1);
        assertThat(log().page(log().streams())).hasSize(Limits.STANDARD.pageEvents());
    }

    @Test
    void a_listing_ends_with_the_streams_that_were_there_when_it_began() {
        given(A, "E");
        given(B, "E");
        int met = 0;
        for (StreamInfo info : log().streams()) {
            given(stream("made after " + info.stream().id()), "E");
            met++;
        }
        assertThat(met).isEqualTo(2);
        assertThat(log().streams().toList()).hasSize(4);
    }

    @Test
    void a_truncated_stream_says_before_which_version_it_was_removed() {
        given(A, "E", "E", "E");
        assertThat(log().stream(A).orElseThrow().removedBefore()).isEqualTo(1);
        fixture.maintenance().truncateWithoutBaseline(A, 3, "test");
        assertThat(log().stream(A).orElseThrow().removedBefore()).isEqualTo(3);
        fixture.maintenance().truncateWithoutBaseline(A, 4, "test");
        StreamInfo emptied = log().streams().toList().getFirst();
        assertThat(emptied.removedBefore()).isEqualTo(4);
        assertThat(emptied.version()).isEqualTo(3);
        assertThat(emptied.deleted()).isFalse();
        assertThat(emptied.createdAt()).isEqualTo(fixture.clock().instant());
    }

    @Test
    void deleted_streams_are_listed_and_say_so() {
        given(A, "E", "E");
        given(B, "E");
        fixture.maintenance().delete(A, any(), "test");
        assertListed(log().streams(), A, B);
        assertThat(log().streams().toList().stream().map(StreamInfo::deleted)).containsExactly(true, false);
        StreamInfo deleted = log().streams().limit(1).toList().getFirst();
        assertThat(log().stream(A)).contains(deleted);
        assertThat(deleted.version()).isEqualTo(3);
        assertThat(deleted.removedBefore()).isEqualTo(3);
    }

    @Test
    void the_directory_agrees_with_the_events() {
        for (int i = 0; i < 30; i++) {
            given(stream("s" + i * i % 7), "E" + i);
        }
        for (StreamInfo info : log().streams()) {
            var events = log().read(EventQuery.streams(info.stream())).toList();
            assertThat(info.version()).isEqualTo(events.size());
            assertThat(info.changedAt()).isEqualTo(events.getLast().recordedAt());
        }
    }

    private static void assertListed(StreamListing listing, StreamId... streams) {
        assertThat(listing.toList().stream().map(StreamInfo::stream)).containsExactly(streams);
    }
}
