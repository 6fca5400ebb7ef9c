// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Work that was committed together with its appends.
 *
 * @param value what the work returned
 * @param appended where its appends are, in order; none if it appended nothing
 * @param <T> what the work returns
 */
public record Committed<T extends @Nullable Object>(T value, List<Appended> appended) {
    /** Copies the list. */
    public Committed {
        appended = List.copyOf(appended);
    }

    /**
     * The point just past the last append.
     *
     * @return the cursor
     * @throws IllegalStateException if the work appended nothing
     */
    public Cursor cursor() {
        if (appended.isEmpty()) {
            throw new IllegalStateException("The transaction appended nothing, so it has no point in the log.");
        }
        return appended.getLast().cursor();
    }
}
