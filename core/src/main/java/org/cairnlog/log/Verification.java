// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.Optional;

/**
 * What a check of a whole log found.
 *
 * @param events how many events were read
 * @param husks how many places hold what removal left
 * @param streams how many streams there are
 * @param damage the first thing that is wrong; empty if the log is as it must be
 */
public record Verification(long events, long husks, long streams, Optional<Damage> damage) {
    /**
     * Something that must not be.
     *
     * @param position where, or the last position that was still right; 0 if it has no place
     * @param what what was expected and what was found
     */
    public record Damage(long position, String what) {}
}
