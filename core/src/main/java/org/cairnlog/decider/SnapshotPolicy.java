// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.cairnlog.event.StreamId;

/** When to take a snapshot: asked after each append. Safe for use by many threads. */
@FunctionalInterface
public interface SnapshotPolicy {
    /**
     * A moment at which a snapshot could be taken: events have been appended to a stream.
     *
     * @param stream the stream
     * @param before its version before the append
     * @param after its version after the append
     * @param types the types of the appended events, in order
     * @param events how many stored events the next load would read without a new snapshot
     * @param bytes how many bytes of payload and metadata that is
     * @param age how old the last snapshot is; empty if there is none
     */
    record Moment(
            StreamId stream,
            long before,
            long after,
            List<String> types,
            long events,
            long bytes,
            Optional<Duration> age) {
        /** Copies the list. */
        public Moment {
            types = List.copyOf(types);
        }
    }

    /**
     * Whether to take a snapshot now.
     *
     * @param moment what has just happened
     * @return true if so
     */
    boolean wants(Moment moment);

    /**
     * Whenever a stream reaches or passes another multiple of a version.
     *
     * @param versions how many, from 1
     * @return the policy
     * @throws IllegalArgumentException if the number is less than 1
     */
    static SnapshotPolicy every(long versions) {
        if (versions < 1) {
            throw new IllegalArgumentException("A snapshot every " + versions + " versions; say 1 or more.");
        }
        return moment -> moment.after() / versions > moment.before() / versions;
    }

    /**
     * After events of these types.
     *
     * @param types at least one of the appended events has one of them
     * @return the policy
     */
    static SnapshotPolicy onTypes(String... types) {
        Set<String> wanted = Set.copyOf(Arrays.asList(types));
        return moment -> !Collections.disjoint(wanted, moment.types());
    }

    /**
     * When the next load would have to read so much.
     *
     * @param bytes of payload and metadata
     * @return the policy
     */
    static SnapshotPolicy afterBytes(long bytes) {
        return moment -> moment.bytes() >= bytes;
    }

    /**
     * When the last snapshot is so old, or there is none.
     *
     * @param age at least
     * @return the policy
     */
    static SnapshotPolicy olderThan(Duration age) {
        return moment -> moment.age().isEmpty() || moment.age().get().compareTo(age) >= 0;
    }

    /**
     * When one of several policies wants it.
     *
     * @param policies each is a reason
     * @return the policy
     */
    static SnapshotPolicy anyOf(SnapshotPolicy... policies) {
        List<SnapshotPolicy> all = List.of(policies);
        return moment -> all.stream().anyMatch(policy -> policy.wants(moment));
    }

    /**
     * When all of several policies want it.
     *
     * @param policies each must agree
     * @return the policy
     */
    static SnapshotPolicy allOf(SnapshotPolicy... policies) {
        List<SnapshotPolicy> all = List.of(policies);
        return moment -> all.stream().allMatch(policy -> policy.wants(moment));
    }
}
