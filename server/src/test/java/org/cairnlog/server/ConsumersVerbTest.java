// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.consumer.Consumers;
import org.cairnlog.consumer.FailurePolicy;
import org.cairnlog.consumer.Subscription;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.log.EventLog;
import org.cairnlog.sql.Sqlite;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsumersVerbTest {
    private static final EventCodec<String> CODEC = new EventCodec<>() {
        @Override
        public EventData encode(String event) {
            return EventData.json("t", event);
        }

        @Override
        public List<String> decode(RecordedEvent stored) {
            return List.of(stored.payloadText());
        }

        @Override
        public boolean knows(String type) {
            return true;
        }
    };

    @TempDir
    Path folder;

    private final Set<String> bad = new ConcurrentSkipListSet<>(Set.of("{\"n\":2}"));
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private Cairn cairn;

    @BeforeEach
    void givenEvents() {
        cairn = new Cairn(folder);
        cairn.appendTo("a/1", 3);
        cairn.appendTo("b/1", 1);
    }

    private interface Use {
        void of(Consumers consumers, EventLog log) throws Exception;
    }

    /** Runs a consumer that parks what is bad, beside the command. */
    private void running(Use use) throws Exception {
        try (EventLog log = Sqlite.open(folder.resolve("cairn.db"));
                Consumers consumers = Consumers.start(
                        log,
                        Subscription.of("mail", EventQuery.all(), CODEC, event -> {
                                    if (bad.contains(event.event())) {
                                        throw new IllegalStateException("no address");
                                    }
                                    seen.add(event.stream() + event.event());
                                })
                                .onFailure(FailurePolicy.park()))) {
            assertThat(consumers.awaitPassed("mail", log.head(), Duration.ofSeconds(20)))
                    .isTrue();
            use.of(consumers, log);
        }
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).isNegative();
            LockSupport.parkNanos(2_000_000);
        }
    }

    @Test
    void a_log_without_consumers_lists_none() {
        assertThat(cairn.run("consumers", "list").ok().lines()).hasSize(1);
        assertThat(cairn.run("consumers", "list", "--json").ok().out()).isEmpty();
    }

    @Test
    void what_is_parked_shows_and_can_be_tried_again() throws Exception {
        running((consumers, log) -> {
            until(() -> cairn.run("consumers", "list").out().contains("parked: have them retried"));
            var list = cairn.run("consumers", "list");
            assertThat(list.exit()).isEqualTo(1);
            assertThat(list.out()).contains("mail", "parked", "process ");
            var show = cairn.run("consumers", "show", "mail");
            assertThat(show.exit()).isEqualTo(1);
            assertThat(show.out())
                    .contains(
                            "2 parked, 0 skipped", "failed  t in a/1 at version 2: IllegalStateException: no address");
            assertThat(cairn.run("consumers", "show", "mail", "--json").out())
                    .startsWith("{\"consumer\":\"mail\",\"state\":\"parked\",")
                    .contains("\"healthy\":false", "\"parked\":2", "\"cause\":\"behind\"");
            bad.clear();
            assertThat(cairn.run("consumers", "retry", "mail").ok().out())
                    .isEqualTo("The consumer \"mail\" is to try 2 parked events again\n");
            until(() -> consumers.setAside("mail").isEmpty());
            assertThat(seen).containsExactly("a/1{\"n\":1}", "b/1{\"n\":1}", "a/1{\"n\":2}", "a/1{\"n\":3}");
            until(() -> cairn.run("consumers", "list").exit() == 0);
        });
        assertThat(cairn.run("consumers", "list").out()).contains("stopped", "nobody runs it");
    }

    @Test
    void a_parked_event_is_skipped_and_those_behind_it_go_on() throws Exception {
        running((consumers, log) -> {
            String event = consumers.setAside("mail").getFirst().id().toString();
            cairn.run("consumers", "skip", "mail", event).ok();
            until(() -> consumers.setAside("mail").isEmpty());
            assertThat(seen).containsExactly("a/1{\"n\":1}", "b/1{\"n\":1}", "a/1{\"n\":3}");
            cairn.run("consumers", "skip", "mail", event)
                    .fails(
                            1,
                            "the consumer \"mail\" has set no event " + event
                                    + " aside; see cairn consumers show mail");
        });
    }

    @Test
    void a_consumer_is_paused_resumed_and_rebuilt_from_outside() throws Exception {
        bad.clear();
        running((consumers, log) -> {
            cairn.run("consumers", "pause", "mail", "--why", "the server moves").ok();
            until(() -> cairn.run("consumers", "show", "mail").out().contains("nobody"));
            assertThat(cairn.run("consumers", "show", "mail").out()).contains("paused since", "the server moves");
            cairn.appendTo("c/1", 1);
            assertThat(consumers.awaitPassed("mail", log.head(), Duration.ofMillis(50)))
                    .isFalse();
            cairn.run("consumers", "resume", "mail").ok();
            assertThat(consumers.awaitPassed("mail", log.head(), Duration.ofSeconds(20)))
                    .isTrue();
            cairn.run("consumers", "switch", "mail").failsLike(1, ".*\"mail\" is no generation of a read model.*");
            cairn.run("consumers", "rebuild", "mail").ok();
            until(() -> seen.size() == 10);
        });
    }

    @Test
    void what_makes_no_sense_is_refused() {
        cairn.run("consumers", "stop")
                .fails(2, "consumers \"stop\": expected list, show, pause, resume, retry, skip, rebuild or switch");
        cairn.run("consumers", "list", "mail").fails(2, "consumers list takes no name; say show for one of them");
        cairn.run("consumers", "pause").fails(2, "consumers pause: name the consumer, like cairn consumers pause NAME");
        cairn.run("consumers", "skip", "mail").failsLike(2, "consumers skip: name the event.*");
        cairn.run("consumers", "skip", "mail", "x").failsLike(2, "\"x\" is no id of an event.*");
        cairn.run("consumers", "resume", "mail", "x").failsLike(2, "consumers resume takes no event.*");
        cairn.run("consumers", "show", "mail").failsLike(1, ".*There is no consumer \"mail\".*");
    }
}
