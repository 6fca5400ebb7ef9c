// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.event.EventData.json;
import static org.cairnlog.event.EventQuery.category;
import static org.cairnlog.event.EventQuery.types;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.exactly;
import static org.cairnlog.log.ExpectedVersion.exists;
import static org.cairnlog.log.ExpectedVersion.noStream;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cairnlog.event.EventData;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.LogIterator;
import org.cairnlog.log.OutcomeUnknown;
import org.cairnlog.log.StreamEvents;
import org.cairnlog.log.VersionConflict;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The log alone: events in, events out. */
class AppendAndReadTest {
    private final StreamId ada = StreamId.of("account", "ada");
    private final StreamId bob = StreamId.of("account", "bob");
    private final StreamId limits = StreamId.of("settings", "limits");

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void what_goes_in_comes_out(Store store) {
        try (AtomicEventLog log = store.open(folder.resolve("a.db"))) {
            // tag::append
            Appended done = log.append(
                    ada, noStream(), json("account-opened", "{}"), json("money-deposited", "{\"cents\": 100}"));
            // end::append
            assertThat(done.version()).isEqualTo(2);
            assertThat(done.firstPosition()).isEqualTo(1);
            assertThat(log.head()).isEqualTo(done.cursor());

            List<String> lines = new ArrayList<>();
            // tag::read
            for (RecordedEvent event : log.read(ada)) {
                lines.add(event.version() + " " + event.type() + " " + event.payloadText());
            }
            // end::read
            assertThat(lines).containsExactly("1 account-opened {}", "2 money-deposited {\"cents\": 100}");

            // tag::ranges
            RecordedEvent last = log.read(ada).backward().limit(1).toList().getFirst();
            StreamEvents tail = log.read(ada).from(2).toList();
            // end::ranges
            assertThat(last.version()).isEqualTo(2);
            assertThat(tail).containsExactly(last);
            assertThat(tail.version()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_stale_writer_loses(Store store) {
        try (AtomicEventLog log = store.open(folder.resolve("a.db"))) {
            log.append(ada, noStream(), json("account-opened", "{}"));
            // tag::conflict
            assertThatThrownBy(() -> log.append(ada, noStream(), json("account-opened", "{}")))
                    .isInstanceOfSatisfying(VersionConflict.class, conflict -> {
                        VersionConflict.Mismatch wrong = conflict.mismatches().getFirst();
                        assertThat(wrong.stream()).isEqualTo(ada);
                        assertThat(wrong.expected()).isEqualTo(noStream());
                        assertThat(wrong.actual()).isEqualTo(1);
                    });
            // end::conflict
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_same_events_are_stored_once(Store store) {
        try (AtomicEventLog log = store.open(folder.resolve("a.db"))) {
            // tag::repeat
            EventData opened = json("account-opened", "{}"); // its id is fixed here
            Appended first = log.append(ada, noStream(), opened);
            Appended again = log.append(ada, noStream(), opened);
            // end::repeat
            assertThat(first.repeated()).isFalse();
            assertThat(again.repeated()).isTrue();
            assertThat(again.cursor()).isEqualTo(first.cursor());
            assertThat(log.read(ada)).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_unknown_outcome_is_settled_by_repeating(Store store) {
        try (AtomicEventLog log = store.open(folder.resolve("a.db"))) {
            EventData opened = json("account-opened", "{}");
            // tag::unknown
            Appended done;
            try {
                done = append(log, ada, opened);
            } catch (OutcomeUnknown unknown) { // the store broke while it wrote: stored or not?
                done = log.repeat(unknown); // either way it is stored once now
            }
            // end::unknown
            assertThat(done.version()).isEqualTo(1);
            assertThat(log.read(ada)).hasSize(1);
        }
    }

    private static Appended append(AtomicEventLog log, StreamId stream, EventData event) {
        log.append(stream, noStream(), event);
        throw new OutcomeUnknown(Append.to(stream, noStream(), event), null); // as if the answer had been lost
    }

    @ParameterizedTest
    @EnumSource
    void several_streams_change_together_or_not_at_all(Store store) {
        try (AtomicEventLog log = store.open(folder.resolve("a.db"))) {
            log.append(ada, noStream(), json("account-opened", "{}"), json("money-deposited", "{\"cents\": 100}"));
            log.append(bob, noStream(), json("account-opened", "{}"));
            log.append(limits, any(), json("limit-set", "{\"cents\": 50}"));

            // tag::atomic
            Append transfer = Append.to(ada, exactly(2), json("money-withdrawn", "{\"cents\": 40}"))
                    .and(bob, exists(), json("money-deposited", "{\"cents\": 40}"))
                    .guard(limits, exactly(1)); // nobody has changed the limit since we read it
            Appended done = log.append(transfer);
            // end::atomic
            assertThat(done.version(ada)).isEqualTo(3);
            assertThat(done.version(bob)).isEqualTo(2);

            log.append(limits, exactly(1), json("limit-set", "{\"cents\": 10}"));
            assertThatThrownBy(() -> log.append(Append.to(ada, exactly(3), json("money-withdrawn", "{\"cents\": 40}"))
                            .and(bob, exists(), json("money-deposited", "{\"cents\": 40}"))
                            .guard(limits, exactly(1))))
                    .isInstanceOf(VersionConflict.class);
            assertThat(log.read(ada)).hasSize(3);
            assertThat(log.read(bob)).hasSize(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_query_reads_across_streams_and_goes_on_later(Store store) {
        try (AtomicEventLog log = store.open(folder.resolve("a.db"))) {
            log.append(ada, noStream(), json("account-opened", "{}"), json("money-deposited", "{\"cents\": 1}"));
            log.append(limits, any(), json("limit-set", "{\"cents\": 50}"));

            List<RecordedEvent> handled = new ArrayList<>();
            // tag::query
            var deposits = category("account").andTypes("money-deposited").or(types("limit-set"));
            var seen = log.read(deposits).toList();
            String kept = seen.cursor().toString(); // keep it anywhere as text
            log.append(bob, noStream(), json("money-deposited", "{\"cents\": 2}"));

            var more = log.read(deposits).after(Cursor.parse(kept)).toList();
            // end::query
            assertThat(seen).extracting(RecordedEvent::type).containsExactly("money-deposited", "limit-set");
            assertThat(more).extracting(RecordedEvent::stream).containsExactly(bob);

            // tag::checkpoint
            LogIterator events = log.read(deposits).iterator();
            while (events.hasNext()) {
                handled.add(events.next());
                kept = events.cursor().toString(); // after each event, or now and then
            }
            // end::checkpoint
            assertThat(handled).hasSize(3);
            assertThat(log.read(deposits).after(Cursor.parse(kept))).isEmpty();

            // tag::asof
            var asItWas = log.read(deposits).upTo(seen.cursor()).toList();
            // end::asof
            assertThat(asItWas).isEqualTo(seen);
        }
    }
}
