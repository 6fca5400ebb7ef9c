// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.cairnlog.event.CairnException;
import org.jspecify.annotations.Nullable;

/**
 * One thread that prolongs the leases of all workers, tells others how they are doing, and tells them what others
 * want. It takes a few statements a second, however many workers there are.
 */
final class Heartbeat implements Runnable {
    private static final System.Logger LOGGER = System.getLogger(Heartbeat.class.getName());
    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final double FRESH = 0.3;

    private final ConsumerStore store;
    private final ConsumersOptions options;
    private final List<? extends Worker<?>> workers;
    private final List<Share> shares;
    private final Map<Worker<?>, Beat> beats = new HashMap<>();
    private final Signal signal = new Signal();
    private volatile boolean stopped;

    /** What was said last of a worker. */
    private static final class Beat {
        long renewedNanos;
        ConsumerStore.@Nullable Claim claim;
        ConsumerStatus.@Nullable State state;
        String why = "";
        long handled;
        long countedNanos = System.nanoTime();
        double rate;
    }

    Heartbeat(ConsumerStore store, ConsumersOptions options, List<? extends Worker<?>> workers, List<Share> shares) {
        this.store = store;
        this.options = options;
        this.workers = workers;
        this.shares = shares;
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                long seen = signal.count();
                beat();
                signal.await(seen, TICK_NANOS);
            }
        } catch (InterruptedException e) {
            // That is how it is stopped.
            return;
        }
    }

    private void beat() {
        try {
            for (Share share : shares) {
                share.observe(store.join(share.consumer, share.member, options.lease()));
            }
            Map<String, ConsumerStore.Known> known = store.consumers().stream()
                    .collect(Collectors.toMap(ConsumerStore.Known::name, Function.identity()));
            Instant now = store.now();
            List<ConsumerStore.Renewal> due = new ArrayList<>();
            for (Worker<?> worker : workers) {
                worker.observe(known.get(worker.name()), now);
                count(worker);
                due(worker, due);
            }
            renew(due);
        } catch (CairnException e) {
            // The workers find it out by themselves; whoever is not renewed in time hands out nothing more.
            LOGGER.log(System.Logger.Level.DEBUG, "The leases cannot be prolonged for now.", e);
        }
    }

    private Beat of(Worker<?> worker) {
        return beats.computeIfAbsent(worker, w -> new Beat());
    }

    private void count(Worker<?> worker) {
        Beat beat = of(worker);
        long now = System.nanoTime();
        long handled = worker.handled.get();
        double seconds = (now - beat.countedNanos) / (double) TimeUnit.SECONDS.toNanos(1);
        if (seconds > 0) {
            beat.rate += FRESH * ((handled - beat.handled) / seconds - beat.rate);
            worker.rate(Math.round(beat.rate * 10) / 10.0);
        }
        beat.handled = handled;
        beat.countedNanos = now;
    }

    private void due(Worker<?> worker, List<ConsumerStore.Renewal> due) {
        ConsumerStore.Claim claim = worker.claim();
        if (claim == null) {
            return;
        }
        Beat beat = of(worker);
        ConsumerStore.Report report = worker.report();
        boolean old = System.nanoTime() - beat.renewedNanos > options.lease().toNanos() / 3;
        boolean news = report.state() != beat.state || !report.why().equals(beat.why) || !claim.equals(beat.claim);
        if (old || news) {
            beat.state = report.state();
            beat.why = report.why();
            beat.claim = claim;
            due.add(new ConsumerStore.Renewal(claim, report));
        }
    }

    private void renew(List<ConsumerStore.Renewal> due) {
        if (due.isEmpty()) {
            return;
        }
        long asked = System.nanoTime();
        Set<String> held = store.renew(due, options.lease());
        Map<String, ConsumerStore.Claim> claims = due.stream()
                .map(ConsumerStore.Renewal::claim)
                .collect(Collectors.toMap(ConsumerStore.Claim::name, Function.identity()));
        for (Worker<?> worker : workers) {
            ConsumerStore.Claim claim = claims.get(worker.name());
            if (claim != null && held.contains(worker.name())) {
                of(worker).renewedNanos = asked;
                worker.renewed(claim, asked);
            } else if (claim != null) {
                worker.lost(claim);
            }
        }
    }

    /** Has it beat now, because something has changed. */
    void now() {
        signal.give();
    }

    void stop() {
        stopped = true;
        signal.give();
    }
}
