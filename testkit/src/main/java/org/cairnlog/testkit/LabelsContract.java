// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.exists;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.Label;
import org.cairnlog.log.NoSuchStream;
import org.cairnlog.log.StreamInfo;
import org.cairnlog.log.StreamListing;
import org.junit.jupiter.api.Test;

/** Labels: set alone or with an append, and found in listings. */
public abstract class LabelsContract extends AtomicLogContract {
    @Test
    void a_label_has_a_value_and_the_time_of_its_last_change() {
        given(A, "E");
        fixture.clock().advance(Duration.ofSeconds(5));
        log().label(A, "state", "open");
        assertThat(labels(A))
                .isEqualTo(Map.of("state", new Label("open", fixture.clock().instant())));
        fixture.clock().advance(Duration.ofSeconds(5));
        log().label(A, "state", "closed");
        assertThat(labels(A))
                .isEqualTo(Map.of("state", new Label("closed", fixture.clock().instant())));
    }

    @Test
    void setting_a_label_to_the_value_that_it_has_renews_its_time() {
        given(A, "E");
        log().label(A, "state", "open");
        fixture.clock().advance(Duration.ofSeconds(5));
        log().label(A, "state", "open");
        assertThat(labels(A))
                .extractingByKey("state")
                .extracting(Label::changedAt)
                .isEqualTo(fixture.clock().instant());
    }

    @Test
    void setting_one_label_leaves_the_others_and_their_times() {
        given(A, "E");
        Instant first = fixture.clock().instant();
        log().label(A, "one", "1");
        fixture.clock().advance(Duration.ofSeconds(5));
        log().label(A, "two", "2");
        assertThat(labels(A).get("one")).isEqualTo(new Label("1", first));
    }

    @Test
    void a_label_may_be_empty_and_can_be_taken_away() {
        given(A, "E");
        log().label(A, "flag", "");
        assertListed(log().streams().labelled("flag"), A);
        assertListed(log().streams().labelled("flag", ""), A);
        log().unlabel(A, "flag");
        log().unlabel(A, "flag");
        assertThat(labels(A)).isEmpty();
        assertListed(log().streams().labelled("flag"));
    }

    @Test
    void labels_change_neither_version_nor_head_nor_the_time_of_the_last_event() {
        given(A, "E");
        Cursor head = log().head();
        Instant recorded = fixture.clock().instant();
        fixture.clock().advance(Duration.ofSeconds(5));
        log().label(A, "state", "open");
        log().unlabel(A, "state");
        assertThat(log().head()).isEqualTo(head);
        assertThat(log().stream(A).orElseThrow().changedAt()).isEqualTo(recorded);
        assertThat(log().stream(A).orElseThrow().version()).isEqualTo(1);
    }

    @Test
    void an_append_sets_labels_on_the_streams_that_it_writes_to() {
        Append append = Append.to(A, any(), event("E"))
                .and(B, any(), event("E"))
                .label(A, "state", "open")
                .label(A, "owner", "me")
                .label(B, "state", "closed");
        log().append(append);
        Instant now = fixture.clock().instant();
        assertThat(labels(A)).isEqualTo(Map.of("state", new Label("open", now), "owner", new Label("me", now)));
        assertThat(labels(B)).isEqualTo(Map.of("state", new Label("closed", now)));
        assertThat(log().read(A).toList().getFirst().recordedAt()).isEqualTo(now);
    }

    @Test
    void an_append_replaces_the_labels_that_it_names_and_keeps_the_others() {
        given(A, "E");
        log().label(A, "state", "open");
        log().label(A, "owner", "me");
        log().append(Append.to(A, any(), event("E")).label(A, "state", "closed"));
        assertThat(labels(A)).extractingByKey("state").extracting(Label::value).isEqualTo("closed");
        assertThat(labels(A)).extractingByKey("owner").extracting(Label::value).isEqualTo("me");
    }

    @Test
    void an_append_cannot_label_a_stream_that_it_does_not_write_to() {
        given(A, "E");
        Append append = Append.to(B, any(), event("E")).guard(A, exists());
        refused(IllegalArgumentException.class, () -> append.label(A, "state", "open"));
    }

    @Test
    void an_unknown_stream_cannot_be_labelled() {
        assertThat(refused(NoSuchStream.class, () -> log().label(A, "state", "open")).stream())
                .isEqualTo(A);
        refused(NoSuchStream.class, () -> log().unlabel(A, "state"));
        assertThat(log().stream(A)).isEmpty();
    }

    @Test
    void listings_find_streams_by_label_in_the_order_of_their_creation() {
        StreamId other = StreamId.of("other", "a");
        for (StreamId stream : List.of(other, A, B, C)) {
            given(stream, "E");
        }
        log().label(B, "state", "open");
        log().label(A, "state", "closed");
        log().label(other, "state", "open");
        log().label(C, "stat", "open");
        assertListed(log().streams().labelled("state"), other, A, B);
        assertListed(log().streams().labelled("state", "open"), other, B);
        assertListed(log().streams().labelled("state", "open").category("thing"), B);
        assertListed(log().streams().labelled("state").after(other).limit(1), A);
        assertListed(log().streams().labelled("state").after(A), B);
        assertListed(log().streams().labelled("state", "ope"));
        assertListed(log().streams().labelled("open"));
    }

    @Test
    void labels_come_in_byte_order() {
        given(A, "E");
        for (String name : List.of("😀", "b", "\uFFFD", "a", "B")) {
            log().label(A, name, "x");
        }
        assertThat(labels(A).keySet()).containsExactly("B", "a", "b", "\uFFFD", "😀");
    }

    @Test
    void what_the_directory_gave_does_not_change_afterwards() {
        given(A, "E");
        StreamInfo before = log().stream(A).orElseThrow();
        log().label(A, "state", "open");
        assertThat(before.labels()).isEmpty();
        refused(UnsupportedOperationException.class, () -> before.labels().clear());
    }

    private Map<String, Label> labels(StreamId stream) {
        return log().stream(stream).orElseThrow().labels();
    }

    private static void assertListed(StreamListing listing, StreamId... streams) {
        assertThat(listing.toList().stream().map(StreamInfo::stream)).containsExactly(streams);
    }
}
