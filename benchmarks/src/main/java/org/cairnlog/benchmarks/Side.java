// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.util.List;

/** One of those who do the work of a workload: Cairn, a floor or a peer. */
interface Side extends AutoCloseable {
    /** Makes ready for a slice of time in which the work is done again and again. */
    default void beginRound() throws Exception {}

    /** Does the work once; several callers at a time, numbered from 0. */
    void once(int caller) throws Exception;

    /** How many units of work one call does, for example events. */
    default int units() {
        return 1;
    }

    /** How many call at the same time, where that differs from the other sides. */
    default int callers(int ofWorkload) {
        return ofWorkload;
    }

    /** Compares what is stored with what was acknowledged; throws if it is not the same. */
    default void check() throws Exception {}

    /** What else is worth saying of it; empty if nothing. */
    default String note() {
        return "";
    }

    /** Bars that it alone decides. */
    default List<Result.Verdict> verdicts() {
        return List.of();
    }

    /** Ends what was opened for it. */
    @Override
    default void close() throws Exception {}
}
