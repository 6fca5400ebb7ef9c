// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.event.EventQuery.category;
import static org.cairnlog.examples.AccountEvent.CODEC;
import static org.cairnlog.log.ExpectedVersion.any;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.cairnlog.consumer.ConsumerStatus;
import org.cairnlog.consumer.Consumers;
import org.cairnlog.consumer.Subscription;
import org.cairnlog.event.StreamId;
import org.cairnlog.examples.AccountEvent.Deposited;
import org.cairnlog.log.MemoryEventLog;
import org.junit.jupiter.api.Test;

/** A consumer whose work goes on in several parts, here and in every other process that runs it. */
class PartitionsTest {
    @Test
    void a_slow_ledger_is_written_in_parts() throws Exception {
        Map<String, Long> ledger = new ConcurrentHashMap<>();
        try (var log = MemoryEventLog.open()) {
            // tag::partitions
            var slow = Subscription.of("ledger", category("account"), CODEC, event -> {
                        if (event.event() instanceof Deposited deposited) {
                            ledger.merge(event.stream().id(), deposited.cents(), Long::sum);
                        }
                    })
                    .partitions(4);
            // end::partitions
            try (var consumers = Consumers.start(log, slow)) {
                for (int i = 0; i < 40; i++) {
                    log.append(StreamId.of("account", "a" + i % 20), any(), CODEC.encode(new Deposited(i)));
                }
                assertThat(consumers.awaitPassed("ledger", log.head(), Duration.ofSeconds(10)))
                        .isTrue();
                assertThat(ledger).hasSize(20).containsEntry("a7", 34L);
                assertThat(consumers.status())
                        .extracting(ConsumerStatus::name)
                        .containsExactly("ledger", "ledger 1/4", "ledger 2/4", "ledger 3/4", "ledger 4/4");
            }
        }
    }
}
