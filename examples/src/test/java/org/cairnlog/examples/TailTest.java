// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.event.EventData.json;
import static org.cairnlog.event.EventQuery.category;
import static org.cairnlog.log.ExpectedVersion.any;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.Tail;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Following a log, from any point on. */
class TailTest {
    private final StreamId account = StreamId.of("account", "42");
    private final StreamId order = StreamId.of("order", "1");

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void a_tail_meets_what_was_there_and_what_comes(Store store) throws Exception {
        try (AtomicEventLog log = store.open(folder.resolve("a.db"));
                ExecutorService other = Executors.newSingleThreadExecutor()) {
            log.append(account, any(), json("account-opened", "{}"));
            Future<?> writer;

            List<String> heard = new ArrayList<>();
            // tag::tail
            try (Tail tail = log.tail(log.beginning(), category("account"))) {
                tail.next(Duration.ofSeconds(5)).ifPresent(event -> heard.add(event.type()));
                // end::tail
                writer = other.submit(() -> {
                    log.append(order, any(), json("order-placed", "{}"));
                    log.append(account, any(), json("account-closed", "{}"));
                });
                // tag::tail
                tail.next(Duration.ofSeconds(5)).ifPresent(event -> heard.add(event.type()));
                Optional<RecordedEvent> nothing = tail.next(Duration.ZERO);
                // end::tail
                assertThat(nothing).isEmpty();
                // tag::tail
            }
            // end::tail
            writer.get();
            assertThat(heard).containsExactly("account-opened", "account-closed");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_reader_that_stopped_goes_on_where_it_was(Store store) throws Exception {
        try (AtomicEventLog log = store.open(folder.resolve("a.db"))) {
            log.append(account, any(), json("account-opened", "{}"), json("account-closed", "{}"));
            // tag::resume
            String checkpoint;
            try (Tail tail = log.tail(log.beginning(), category("account"))) {
                tail.next(Duration.ZERO); // handle it, then remember how far we came
                checkpoint = tail.cursor().toString();
            }
            try (Tail tail = log.tail(Cursor.parse(checkpoint), category("account"))) {
                RecordedEvent next = tail.next(Duration.ZERO).orElseThrow();
                // end::resume
                assertThat(next.type()).isEqualTo("account-closed");
                // tag::resume
            }
            // end::resume
        }
    }
}
