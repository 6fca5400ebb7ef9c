// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.util.List;
import java.util.stream.IntStream;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;

/**
 * A part of the work of a consumer: the streams of a run of buckets. It has a lease, a checkpoint and parked events of
 * its own, under a name of its own.
 *
 * @param number from 1
 * @param of how many there are
 */
record Partition(int number, int of) {
    // Each has a thread in every process, so more than that is a mistake.
    static final int MOST = 256;

    static List<Partition> all(int of) {
        return IntStream.rangeClosed(1, of).mapToObj(n -> new Partition(n, of)).toList();
    }

    EventQuery.Buckets buckets() {
        return new EventQuery.Buckets((number - 1) * StreamId.BUCKETS / of, number * StreamId.BUCKETS / of - 1);
    }

    String nameIn(String consumer) {
        return of == 1 ? consumer : consumer + " " + number + "/" + of;
    }
}
