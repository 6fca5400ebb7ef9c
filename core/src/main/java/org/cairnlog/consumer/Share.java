// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How much of a consumer this process takes: of its partitions a fair part, depending on who else runs the consumer.
 * It takes no more than that, and gives back what is too much when others come. The leases alone decide who works.
 */
final class Share {
    final String consumer;
    /** This process among those that run the consumer; unique. */
    final String member;

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Worker<?>> workers = new ArrayList<>();
    private final Set<Worker<?>> taken = new HashSet<>();
    private final Set<Worker<?>> tooMany = new HashSet<>();
    private int fair;

    Share(String consumer, String member) {
        this.consumer = consumer;
        this.member = member;
    }

    /** That of a consumer that is not divided: all of it. */
    static Share whole() {
        var whole = new Share("", "");
        whole.fair = 1;
        return whole;
    }

    void add(Worker<?> worker) {
        worker.takesPartIn(this);
        workers.add(worker);
    }

    /** Whether a worker may try to get a lease; if so, {@link #give} follows. */
    boolean take(Worker<?> worker) {
        lock.lock();
        try {
            return taken.size() < fair && taken.add(worker);
        } finally {
            lock.unlock();
        }
    }

    void give(Worker<?> worker) {
        lock.lock();
        try {
            taken.remove(worker);
            tooMany.remove(worker);
        } finally {
            lock.unlock();
        }
    }

    /** Whether a worker is to end what it has begun and leave the rest to others. */
    boolean isTooMuch(Worker<?> worker) {
        lock.lock();
        try {
            return tooMany.contains(worker);
        } finally {
            lock.unlock();
        }
    }

    /** Learns who runs the consumer, this process included. */
    void observe(Set<String> members) {
        List<Worker<?>> leaving;
        lock.lock();
        try {
            fair = fair(workers.size(), members, member);
            leaving = taken.stream()
                    .filter(worker -> !tooMany.contains(worker))
                    .sorted(Comparator.comparingInt(workers::indexOf))
                    .skip(fair)
                    .toList();
            tooMany.addAll(leaving);
        } finally {
            lock.unlock();
        }
        leaving.forEach(worker -> worker.signal.give());
    }

    /** What falls to a member: all alike, and what is left over to the first ones. */
    static int fair(int partitions, Set<String> members, String member) {
        int before = new TreeSet<>(members).headSet(member).size();
        return partitions / members.size() + (before < partitions % members.size() ? 1 : 0);
    }
}
