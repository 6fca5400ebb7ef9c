// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Limits;
import org.cairnlog.event.Metadata;
import org.cairnlog.event.StreamId;
import org.junit.jupiter.api.Test;

/** Limits: what lies at a bound is stored and comes back, what lies beyond is refused, in every store alike. */
public abstract class LimitsContract extends LogContract<LogFixture> {
    private static final Limits LIMITS = Limits.STANDARD;
    private static final List<EventData> MOST_EVENTS =
            Stream.generate(() -> event("E")).limit(LIMITS.appendEvents()).toList();

    @Test
    void a_log_says_the_limits_that_all_logs_have() {
        assertThat(log().limits()).isEqualTo(LIMITS);
    }

    @Test
    void the_longest_names_are_kept_and_can_be_asked_for() {
        String name = text(LIMITS.nameBytes());
        StreamId stream = StreamId.of(name, text(LIMITS.streamIdBytes()));
        EventData event = tagged(name, name)
                .withContentType(name)
                .withMetadata(Metadata.empty().with(name, 1));
        given(stream, List.of(event));
        assertThat(log().read(stream).toList().getFirst().data()).isEqualTo(event);
        EventQuery query =
                EventQuery.streams(stream).andCategories(name).andTypes(name).andTags(name);
        assertThat(log().read(query).toList()).hasSize(1);
    }

    @Test
    void longer_names_cannot_be_made() {
        String name = text(LIMITS.nameBytes()) + "x";
        List<Runnable> makers = List.of(
                () -> StreamId.of(name, "1"),
                () -> StreamId.of("thing", text(LIMITS.streamIdBytes()) + "x"),
                () -> event(name),
                () -> event("E").withContentType(name),
                () -> tagged("E", name),
                () -> Metadata.of(name, "v"),
                () -> EventQuery.types(name),
                () -> EventQuery.tags(name),
                () -> EventQuery.category(name),
                () -> log().streams().category(name),
                () -> log().streams().labelled(name));
        makers.forEach(maker -> refused(IllegalArgumentException.class, maker::run));
    }

    @Test
    void as_many_tags_as_allowed_are_kept_and_one_more_is_refused() {
        String[] tags = names(LIMITS.tags());
        given(A, List.of(tagged("E", tags)));
        assertThat(log().read(A).toList().getFirst().tags()).hasSize(LIMITS.tags());
        assertThat(log().read(EventQuery.tags(tags)).toList()).hasSize(1);
        refused(IllegalArgumentException.class, () -> tagged("E", names(LIMITS.tags() + 1)));
    }

    @Test
    void as_much_metadata_as_allowed_is_kept_and_more_is_refused() {
        int room = LIMITS.metadataBytes() - "k=s:\n".length();
        Metadata most = Metadata.of("k", text(room));
        given(A, List.of(event("E").withMetadata(most)));
        assertThat(log().read(A).toList().getFirst().data().metadata()).isEqualTo(most);
        refused(IllegalArgumentException.class, () -> Metadata.of("k", text(room) + "x"));
    }

    @Test
    void as_many_labels_as_allowed_are_kept_and_one_more_is_refused() {
        given(A, "E");
        for (String name : names(LIMITS.labels())) {
            log().label(A, name, text(LIMITS.labelBytes()));
        }
        refused(IllegalArgumentException.class, () -> log().label(A, "one more", "x"));
        assertThat(log().stream(A).orElseThrow().labels()).hasSize(LIMITS.labels());
        log().label(A, "n0", "changed");
        log().unlabel(A, "n1");
        log().label(A, "one more", "x");
        assertThat(log().stream(A).orElseThrow().labels()).hasSize(LIMITS.labels());
    }

    @Test
    void the_longest_label_is_kept_and_a_longer_one_is_refused() {
        given(A, "E");
        String name = text(LIMITS.nameBytes());
        String value = text(LIMITS.labelBytes());
        log().label(A, name, value);
        assertThat(log().streams().labelled(name, value).toList()).hasSize(1);
        refused(IllegalArgumentException.class, () -> log().label(A, name + "x", value));
        refused(IllegalArgumentException.class, () -> log().label(A, name, value + "x"));
        refused(IllegalArgumentException.class, () -> log().label(A, "", value));
        assertThat(log().stream(A).orElseThrow().labels()).hasSize(1);
    }

    @Test
    void as_many_events_as_allowed_are_stored_at_once_and_one_more_is_refused() {
        assertThat(log().append(A, any(), MOST_EVENTS).repeated()).isFalse();
        assertThat(ids(log().read(A).backward().limit(1)))
                .containsExactly(MOST_EVENTS.getLast().id());
        List<EventData> more = new ArrayList<>(MOST_EVENTS);
        more.add(event("E"));
        refusedWithoutTrace(IllegalArgumentException.class, () -> log().append(B, any(), more));
    }

    @Test
    void an_append_has_at_least_one_event() {
        refusedWithoutTrace(IllegalArgumentException.class, () -> log().append(A, any(), List.of()));
    }

    @Test
    void an_append_has_an_id_only_once() {
        EventData event = event("E");
        refusedWithoutTrace(IllegalArgumentException.class, () -> log().append(A, any(), event, event));
    }

    @Test
    void names_that_begin_with_a_dollar_sign_are_refused() {
        refused(IllegalArgumentException.class, () -> event("$E"));
        refused(IllegalArgumentException.class, () -> StreamId.of("$thing", "1"));
        refused(IllegalArgumentException.class, () -> Metadata.of("$k", "v"));
        EventData deletion = EventData.deletion(event("E").id(), "forged");
        refusedWithoutTrace(IllegalArgumentException.class, () -> log().append(A, any(), deletion));
        given(stream("$a"), List.of(tagged("E", "$tag")));
        assertThat(log().read(EventQuery.tags("$tag")).toList()).hasSize(1);
    }

    @Test
    void the_largest_query_is_answered_and_a_larger_one_cannot_be_made() {
        String last = (LIMITS.queryItems() - 1) + "-" + (LIMITS.queryValues() - 1);
        given(A, "0-0", last, "none");
        EventQuery query = manyTypes(0, LIMITS.queryValues());
        for (int i = 1; i < LIMITS.queryItems(); i++) {
            query = query.or(manyTypes(i, LIMITS.queryValues()));
        }
        assertThat(types(log().read(query))).containsExactly("0-0", last);
        EventQuery most = query;
        refused(IllegalArgumentException.class, () -> most.or(EventQuery.types("one more")));
        refused(IllegalArgumentException.class, () -> manyTypes(0, LIMITS.queryValues() + 1));
    }

    private static EventQuery manyTypes(int item, int count) {
        return EventQuery.types(
                IntStream.range(0, count).mapToObj(i -> item + "-" + i).toArray(String[]::new));
    }

    private static String[] names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "n" + i).toArray(String[]::new);
    }

    /** A text of so many UTF-8 bytes, most of them in characters of more than one byte. */
    private static String text(int bytes) {
        return "x".repeat(bytes % 4) + "😀".repeat(bytes / 4);
    }
}
