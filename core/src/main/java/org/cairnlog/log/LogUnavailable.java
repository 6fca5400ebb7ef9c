// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import org.cairnlog.event.CairnException;
import org.jspecify.annotations.Nullable;

/**
 * The store cannot be reached or cannot work now: closed, cut off, or its disk is full. Nothing was stored. Next move:
 * see to the cause; the same call may succeed then.
 */
public final class LogUnavailable extends CairnException {
    private static final long serialVersionUID = 1L;

    /**
     * With what is wrong.
     *
     * @param message what is wrong, where, and what to do
     * @param cause the store's own error, or null
     */
    public LogUnavailable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
