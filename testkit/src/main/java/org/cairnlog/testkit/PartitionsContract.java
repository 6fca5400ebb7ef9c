// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.cairnlog.codec.DecodedEvent;
import org.cairnlog.consumer.ConsumerStatus;
import org.cairnlog.consumer.ConsumerStatus.State;
import org.cairnlog.consumer.Consumers;
import org.cairnlog.consumer.FailurePolicy;
import org.cairnlog.consumer.ParkedEvent;
import org.cairnlog.consumer.Subscription;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.junit.jupiter.api.Test;

/** Partitions: the work of one consumer goes on in parts, side by side, and everything else stays as it was. */
public abstract class PartitionsContract extends ConsumersLogContract {
    private static final int PARTS = 8;
    private static final int STREAMS = 24;

    private final List<DecodedEvent<String>> handled = new CopyOnWriteArrayList<>();

    /** For stores. */
    protected PartitionsContract() {}

    private Subscription<String> divided() {
        return of(handled::add).partitions(PARTS);
    }

    private static int part(StreamId stream) {
        return stream.bucket() * PARTS / StreamId.BUCKETS + 1;
    }

    private static String name(int part) {
        return NAME + " " + part + "/" + PARTS;
    }

    /** A stream of this part. */
    private static StreamId in(int part) {
        for (int i = 0; ; i++) {
            if (part(stream("in" + i)) == part) {
                return stream("in" + i);
            }
        }
    }

    private void givenEvents(int each) {
        for (int i = 0; i < each * STREAMS; i++) {
            log().append(stream("s" + i % STREAMS), any(), events("E" + i / STREAMS, "and"));
        }
    }

    /** Each event once, and those of each stream in order. */
    private void assertHandledOnceAndInOrder() {
        Map<StreamId, List<Long>> found = new TreeMap<>();
        handled.forEach(event ->
                found.computeIfAbsent(event.stream(), s -> new ArrayList<>()).add(event.version()));
        Map<StreamId, List<Long>> wanted = new TreeMap<>();
        for (RecordedEvent event : log().read(EventQuery.category("thing"))) {
            wanted.computeIfAbsent(event.stream(), s -> new ArrayList<>()).add(event.version());
        }
        assertThat(found).isEqualTo(wanted);
    }

    private long held(Consumers view, String holder) {
        return view.status().stream()
                .filter(status -> status.name().contains("/"))
                .filter(status -> status.holder().filter(holder::equals).isPresent())
                .count();
    }

    @Test
    void every_event_is_handed_out_once_and_those_of_a_stream_in_order() throws Exception {
        givenEvents(2);
        Consumers consumers = run(divided().batchesOf(5));
        untilPassed(consumers, log().head());
        givenEvents(2);
        untilPassed(consumers, log().head());
        assertHandledOnceAndInOrder();
    }

    @Test
    void parts_that_are_to_catch_up_slowly_do_so_together() throws Exception {
        givenEvents(1);
        long before = System.nanoTime();
        Consumers consumers = run(of(handled::add).partitions(4).batchesOf(1).catchingUpAtMost(100));
        untilPassed(consumers, log().head());
        // 48 events: the largest part has 12 at least, of which all but the last one wait.
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(400));
        assertHandledOnceAndInOrder();
    }

    @Test
    void parts_go_on_side_by_side() throws Exception {
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        Consumers consumers = run(of(event -> {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    until(() -> most.get() > 1);
                    inside.decrementAndGet();
                })
                .partitions(PARTS));
        givenEvents(1);
        untilPassed(consumers, log().head());
        assertThat(most.get()).isGreaterThan(1);
    }

    @Test
    void processes_share_the_parts_as_they_come_and_go_and_nothing_is_handled_again() throws Exception {
        Consumers first = run(o -> o.holder("first"), divided());
        givenEvents(1);
        untilPassed(first, log().head());
        until(() -> held(first, "first") == PARTS);
        Consumers second = run(o -> o.holder("second"), divided());
        until(() -> held(first, "first") == PARTS / 2 && held(first, "second") == PARTS / 2);
        givenEvents(1);
        untilPassed(second, log().head());
        Consumers third = run(o -> o.holder("third"), divided());
        until(() -> held(first, "third") == 2 && held(first, "first") + held(first, "second") == PARTS - 2);
        givenEvents(1);
        first.close();
        until(() -> held(second, "second") == PARTS / 2 && held(second, "third") == PARTS / 2);
        givenEvents(1);
        untilPassed(second, log().head());
        third.close();
        until(() -> held(second, "second") == PARTS);
        givenEvents(1);
        untilPassed(second, log().head());
        assertHandledOnceAndInOrder();
    }

    @Test
    void no_part_has_two_holders_at_once() throws Exception {
        var inside = new AtomicIntegerArray(PARTS + 1);
        List<Integer> crowded = new CopyOnWriteArrayList<>();
        Subscription<String> watched = of(event -> {
                    int part = part(event.stream());
                    if (inside.incrementAndGet(part) > 1) {
                        crowded.add(part);
                    }
                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(300));
                    handled.add(event);
                    inside.decrementAndGet(part);
                })
                .partitions(PARTS)
                .batchesOf(3);
        Consumers first = run(o -> o.holder("first"), watched);
        givenEvents(3);
        Consumers second = run(o -> o.holder("second"), watched);
        givenEvents(3);
        until(() -> held(first, "second") == PARTS / 2);
        givenEvents(3);
        first.close();
        untilPassed(second, log().head());
        assertThat(crowded).isEmpty();
        assertHandledOnceAndInOrder();
    }

    @Test
    void a_part_that_gives_up_shows_by_itself_and_holds_up_no_other() throws Exception {
        Set<String> bad = new ConcurrentSkipListSet<>(Set.of("bad"));
        Consumers consumers = run(
                failingAt(bad).onFailure(FailurePolicy.retry(0, Duration.ZERO)).partitions(PARTS));
        given(in(2), "bad", "behind");
        given(in(5), "E1");
        until(() -> consumers.status(name(2)).state() == State.STOPPED);
        assertThat(consumers.awaitPassed(name(5), log().head(), patience())).isTrue();
        assertThat(seen).containsExactly("E1");
        ConsumerStatus whole = untilState(consumers, State.STOPPED);
        assertThat(whole.why()).startsWith("2/8: ").contains("no bad");
        assertThat(whole.isHealthy()).isFalse();
        assertThat(whole.lag()).isEqualTo(3);
        assertThat(consumers.awaitPassed(NAME, log().head(), Duration.ZERO)).isFalse();
        assertThat(consumers.status(name(5)).isHealthy()).isTrue();
        bad.clear();
        consumers.resume(NAME);
        untilPassed(consumers, log().head());
        assertThat(seen).containsExactly("E1", "bad", "behind");
        until(() -> consumers.status(NAME).isHealthy());
    }

    @Test
    void what_is_parked_in_a_part_is_found_and_retried_by_the_name_of_the_whole() throws Exception {
        Set<String> bad = new ConcurrentSkipListSet<>(Set.of("bad"));
        Consumers consumers = run(failingAt(bad).onFailure(FailurePolicy.park()).partitions(PARTS));
        given(in(1), "bad", "behind");
        given(in(8), "bad");
        untilPassed(consumers, log().head());
        assertThat(consumers.setAside(NAME)).extracting(ParkedEvent::type).containsExactly("bad", "behind", "bad");
        assertThat(consumers.status(NAME).parked()).isEqualTo(3);
        bad.clear();
        assertThat(consumers.retry(NAME)).isEqualTo(3);
        until(() -> consumers.setAside(NAME).isEmpty());
        assertThat(seen).containsExactlyInAnyOrder("bad", "behind", "bad");
    }

    @Test
    void a_pause_of_the_whole_is_one_of_each_part() throws Exception {
        Consumers consumers = run(divided());
        givenEvents(1);
        untilPassed(consumers, log().head());
        consumers.pause(NAME, "the mail server moves");
        until(() -> held(consumers, "process " + ProcessHandle.current().pid()) == 0);
        givenEvents(1);
        assertThat(consumers.status(NAME).state()).isEqualTo(State.PAUSED);
        assertThat(consumers.awaitPassed(NAME, log().head(), Duration.ofMillis(50)))
                .isFalse();
        consumers.resume(NAME);
        untilPassed(consumers, log().head());
        assertHandledOnceAndInOrder();
    }

    @Test
    void the_number_of_parts_stays() throws Exception {
        run(divided()).close();
        for (int other : List.of(1, 4)) {
            assertThat(refused(
                            IllegalArgumentException.class,
                            () -> run(collecting().partitions(other))))
                    .hasMessageContaining("8 partitions")
                    .hasMessageContaining(Integer.toString(other));
        }
        refused(IllegalArgumentException.class, () -> collecting().partitions(0));
        refused(IllegalArgumentException.class, () -> collecting().partitions(257));
        givenEvents(1);
        untilPassed(run(divided()), log().head());
        assertHandledOnceAndInOrder();
    }
}
