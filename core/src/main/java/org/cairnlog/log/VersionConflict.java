// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.List;
import java.util.stream.Collectors;
import org.cairnlog.event.StreamId;

/** A stream had another version than the writer believed. Nothing was stored. */
public final class VersionConflict extends Conflict {
    private static final long serialVersionUID = 1L;

    private final transient List<Mismatch> mismatches;

    /**
     * A stream about which the belief was wrong.
     *
     * @param stream the stream, written to or guarded
     * @param expected what was believed
     * @param actual the version under the lock; 0 if nobody has written to the stream
     */
    public record Mismatch(StreamId stream, ExpectedVersion expected, long actual) {}

    /**
     * With every belief that was wrong.
     *
     * @param mismatches in the order of the append's expectations, at least one
     */
    public VersionConflict(List<Mismatch> mismatches) {
        super("The append expected "
                + mismatches.stream()
                        .map(m -> m.expected() + " of " + m.stream() + " but found "
                                + (m.actual() == 0 ? "no stream" : "version " + m.actual()))
                        .collect(Collectors.joining(", and "))
                + ". Nothing was stored; read again and decide again.");
        this.mismatches = List.copyOf(mismatches);
    }

    /**
     * Every stream about which the belief was wrong, guards included.
     *
     * @return at least one
     */
    public List<Mismatch> mismatches() {
        return mismatches;
    }
}
