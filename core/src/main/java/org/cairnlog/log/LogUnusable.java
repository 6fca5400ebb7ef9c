// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import org.cairnlog.event.CairnException;
import org.jspecify.annotations.Nullable;

/**
 * What is stored there cannot be used as a log by this program: damaged, something else, read-only, or of a newer
 * format. Next move: a person must look; calling again does not help.
 */
public final class LogUnusable extends CairnException {
    private static final long serialVersionUID = 1L;

    /**
     * With what is wrong.
     *
     * @param message what is wrong, where, and what to do
     * @param cause the store's own error, or null
     */
    public LogUnusable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
