// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.codec.UndecodableEvent;
import org.cairnlog.consumer.ConsumerStatus;
import org.cairnlog.consumer.ConsumerStatus.State;
import org.cairnlog.consumer.Consumers;
import org.cairnlog.consumer.ConsumersOptions;
import org.cairnlog.consumer.Subscription;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.log.Cursor;
import org.junit.jupiter.api.AfterEach;

/** What the contracts of consumers have: consumers at work, and the words to talk about them. */
public abstract class ConsumersLogContract extends LogContract<LogFixture> {
    static final String NAME = "balances";

    /** The event is its type; one named "undecodable" cannot be read, and those with "unknown" are not registered. */
    static final EventCodec<String> CODEC = new EventCodec<>() {
        @Override
        public EventData encode(String event) {
            return event(event);
        }

        @Override
        public List<String> decode(RecordedEvent stored) {
            return switch (stored.type()) {
                case "undecodable" -> throw new UndecodableEvent(stored, "decode", null);
                case "twofold" -> List.of("first", "second");
                case "dropped" -> List.of();
                default -> List.of(stored.type());
            };
        }

        @Override
        public boolean knows(String type) {
            return !type.startsWith("unknown");
        }
    };

    final List<String> seen = new CopyOnWriteArrayList<>();
    private final List<Consumers> running = new ArrayList<>();

    /** For the contracts of this package. */
    ConsumersLogContract() {}

    /**
     * Starts consumers on the log under test.
     *
     * @param options what differs from the defaults
     * @param subscriptions what is to be done
     * @return the consumers
     */
    protected Consumers start(UnaryOperator<ConsumersOptions> options, List<Subscription<?>> subscriptions) {
        return Consumers.start(log(), options, subscriptions);
    }

    /**
     * How long the contract waits for what must happen.
     *
     * @return long enough for a busy machine
     */
    protected Duration patience() {
        return Duration.ofSeconds(20);
    }

    Consumers run(Subscription<?>... subscriptions) {
        return run(options -> options, subscriptions);
    }

    Consumers run(UnaryOperator<ConsumersOptions> options, Subscription<?>... subscriptions) {
        Consumers consumers = start(o -> options.apply(o.stopTimeout(Duration.ofSeconds(3))), List.of(subscriptions));
        running.add(consumers);
        return consumers;
    }

    @AfterEach
    void stop() {
        running.forEach(Consumers::close);
    }

    Subscription<String> collecting() {
        return of(event -> seen.add(event.event()));
    }

    static Subscription<String> of(Subscription.Handler<String> handler) {
        return Subscription.of(NAME, EventQuery.category("thing"), CODEC, handler);
    }

    /** Collects, but fails at events of these types. */
    Subscription<String> failingAt(Set<String> types) {
        return of(event -> {
            if (types.contains(event.event())) {
                throw new IllegalStateException("no " + event.event());
            }
            seen.add(event.event());
        });
    }

    void until(BooleanSupplier condition) {
        long end = System.nanoTime() + patience().toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("nanoseconds over time").isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    void untilPassed(Consumers consumers, Cursor cursor) throws InterruptedException {
        assertThat(consumers.awaitPassed(NAME, cursor, patience()))
                .as(() -> consumers.status().toString())
                .isTrue();
    }

    ConsumerStatus untilState(Consumers consumers, State state) {
        until(() -> consumers.status(NAME).state() == state);
        return consumers.status(NAME);
    }
}
