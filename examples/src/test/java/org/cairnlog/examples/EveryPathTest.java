// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.event.EventData.json;
import static org.cairnlog.event.EventQuery.category;
import static org.cairnlog.examples.CustomerEvent.CODEC;
import static org.cairnlog.log.ExpectedVersion.any;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.cairnlog.consumer.Consumers;
import org.cairnlog.consumer.FailurePolicy;
import org.cairnlog.consumer.Projection;
import org.cairnlog.consumer.Subscription;
import org.cairnlog.decider.AtomicRepository;
import org.cairnlog.decider.Decider;
import org.cairnlog.decider.Repository;
import org.cairnlog.decider.SnapshotPolicy;
import org.cairnlog.decider.SnapshotStore;
import org.cairnlog.decider.StateCodec;
import org.cairnlog.event.EventData;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.examples.CustomerEvent.NewsletterOrdered;
import org.cairnlog.examples.CustomerEvent.Registered;
import org.cairnlog.jackson.Json;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.Sqlite;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever reads events meets them in the shape of today, and one that is written no more not at all. */
class EveryPathTest {
    private static final StreamId ADA = StreamId.of("customer", "7");
    private static final Registered REGISTERED = new Registered("7", "Ada", "Lovelace", "GB");
    private static final NewsletterOrdered ORDERED = new NewsletterOrdered("7");

    /** Stored: one event that became two, and one that became none. */
    private static List<EventData> old() {
        return List.of(
                json(
                                "customer-registered",
                                "{\"customer\":\"7\",\"first\":\"Ada\",\"last\":\"Lovelace\",\"newsletter\":true}")
                        .withSchemaVersion(3),
                json("customer-page-viewed", "{}"));
    }

    record Names(List<String> events) {}

    /** Remembers the names of the classes that it has met. */
    private static final class History implements Decider<String, Names, CustomerEvent> {
        static final StateCodec<Names> STATES = Json.state("names-1", Names.class);

        @Override
        public Names initial() {
            return new Names(List.of());
        }

        @Override
        public Names evolve(Names state, CustomerEvent event) {
            List<String> all = new ArrayList<>(state.events());
            all.add(event.getClass().getSimpleName());
            return new Names(List.copyOf(all));
        }

        @Override
        public List<CustomerEvent> decide(String customer, Names state) {
            return List.of(new NewsletterOrdered(customer));
        }
    }

    @TempDir
    Path folder;

    private TransactionalEventLog log;
    private AtomicRepository<String, Names, CustomerEvent> customers;

    @BeforeEach
    void old_events_are_there() {
        log = Sqlite.open(folder.resolve("customers.db"));
        log.append(ADA, any(), old());
        customers = Repository.of(log, "customer", new History(), CODEC);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private static Names names(String... names) {
        return new Names(List.of(names));
    }

    @Test
    void a_state_of_a_stream_or_of_a_query_of_now_and_of_then() {
        Names both = names("Registered", "NewsletterOrdered");
        assertThat(customers.load("7").state()).isEqualTo(both);
        assertThat(customers.load("7").version()).isEqualTo(2);
        assertThat(customers.load("7", 1).state()).isEqualTo(both);
        assertThat(customers.load("7", log.head()).state()).isEqualTo(both);
        assertThat(customers.load(category("customer")).state()).isEqualTo(both);
        assertThat(customers.load(category("customer"), log.head()).state()).isEqualTo(both);
    }

    @Test
    void what_comes_after_a_snapshot() {
        var snapshots = customers.snapshots(History.STATES, SnapshotPolicy.every(1));
        snapshots.execute("7", "7");
        log.append(ADA, any(), old());
        assertThat(SnapshotStore.of(log)
                        .latest(ADA, History.STATES.schema())
                        .orElseThrow()
                        .version())
                .isEqualTo(3);
        assertThat(snapshots.load("7").state())
                .isEqualTo(names(
                        "Registered", "NewsletterOrdered", "NewsletterOrdered", "Registered", "NewsletterOrdered"));
    }

    @Test
    void a_decision_in_a_transaction() {
        Names after = log.inTransaction(tx -> customers.in(tx).execute("7", "7").state())
                .run()
                .value();
        assertThat(after).isEqualTo(names("Registered", "NewsletterOrdered", "NewsletterOrdered"));
    }

    @Test
    void a_tail() throws InterruptedException {
        try (var tail = log.tail(log.beginning(), category("customer"))) {
            RecordedEvent stored = tail.next(Duration.ofSeconds(10)).orElseThrow();
            assertThat(CODEC.decode(stored)).containsExactly(REGISTERED, ORDERED);
            assertThat(CODEC.decode(tail.next(Duration.ofSeconds(10)).orElseThrow()))
                    .isEmpty();
        }
    }

    @Test
    void a_projection() throws Exception {
        BlockingQueue<CustomerEvent> met = new LinkedBlockingQueue<>();
        var projection =
                Projection.jdbc("names", category("customer"), CODEC, (connection, event) -> met.add(event.event()));
        try (var consumers = Consumers.start(log, projection)) {
            assertThat(consumers.awaitPassed("names", log.head(), Duration.ofSeconds(10)))
                    .isTrue();
        }
        assertThat(met).containsExactly(REGISTERED, ORDERED);
    }

    @Test
    void an_event_that_was_parked_and_is_handed_out_again() throws Exception {
        BlockingQueue<CustomerEvent> met = new LinkedBlockingQueue<>();
        var broken = new AtomicBoolean(true);
        var mails = Subscription.of("mails", category("customer"), CODEC, event -> {
                    if (broken.get()) {
                        throw new IllegalStateException("no route");
                    }
                    met.add(event.event());
                })
                .onFailure(FailurePolicy.park());
        try (var consumers = Consumers.start(log, mails)) {
            assertThat(consumers.awaitPassed("mails", log.head(), Duration.ofSeconds(10)))
                    .isTrue();
            assertThat(met).isEmpty();
            broken.set(false);
            consumers.retry("mails");
            assertThat(met.poll(10, TimeUnit.SECONDS)).isEqualTo(REGISTERED);
            assertThat(met.poll(10, TimeUnit.SECONDS)).isEqualTo(ORDERED);
        }
    }

    @Test
    void a_reader_without_classes() {
        var shapes = CODEC.shapes(log.read(ADA).toList().getFirst());
        assertThat(shapes).hasSize(2);
        assertThat(shapes.getFirst().text("country")).isEqualTo("GB");
        assertThat(shapes.getLast().type()).isEqualTo("newsletter-ordered");
    }
}
