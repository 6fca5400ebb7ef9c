// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.event.EventData.json;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.exactly;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.Conflict;
import org.cairnlog.log.EventLog;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A bank account decided by hand: read, decide, append what was decided unless somebody was faster. */
class BankAccountTest {
    private final StreamId account = StreamId.of("account", "42");

    @TempDir
    Path folder;

    // tag::bank
    static void deposit(EventLog log, StreamId account, long cents) {
        log.append(account, any(), json("money-deposited", Long.toString(cents)));
    }

    static long balance(Iterable<RecordedEvent> history) {
        long cents = 0;
        for (RecordedEvent event : history) {
            cents += switch (event.type()) {
                case "money-deposited" -> Long.parseLong(event.payloadText());
                case "money-withdrawn" -> -Long.parseLong(event.payloadText());
                default -> 0;
            };
        }
        return cents;
    }

    static void withdraw(EventLog log, StreamId account, long cents) {
        while (true) {
            var history = log.read(account).toList();
            if (balance(history) < cents) {
                throw new IllegalStateException("insufficient funds");
            }
            try {
                log.append(account, exactly(history.version()), json("money-withdrawn", Long.toString(cents)));
                return;
            } catch (Conflict faster) {
                // Somebody appended since the read. Nothing was stored: read and decide again.
            }
        }
    }
    // end::bank

    @ParameterizedTest
    @EnumSource
    void nobody_withdraws_more_than_there_is(Store store) throws Exception {
        try (AtomicEventLog log = store.open(folder.resolve("bank.db"));
                ExecutorService writers = Executors.newFixedThreadPool(4)) {
            deposit(log, account, 100);

            var start = new CyclicBarrier(4);
            List<Future<Boolean>> attempts = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Callable<Boolean> attempt = () -> {
                    start.await();
                    try {
                        withdraw(log, account, 30);
                        return true;
                    } catch (IllegalStateException tooLittle) {
                        return false;
                    }
                };
                attempts.add(writers.submit(attempt));
            }
            int paid = 0;
            for (Future<Boolean> attempt : attempts) {
                paid += attempt.get() ? 1 : 0;
            }

            assertThat(paid).isEqualTo(3);
            assertThat(balance(log.read(account))).isEqualTo(10);
            assertThatThrownBy(() -> withdraw(log, account, 30)).isInstanceOf(IllegalStateException.class);
        }
    }
}
