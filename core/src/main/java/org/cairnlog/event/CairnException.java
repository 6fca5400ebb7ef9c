// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.event;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything that Cairn throws on its own account. The concrete type tells the caller's next move; a
 * mistake in the arguments is an {@link IllegalArgumentException} instead.
 */
public abstract class CairnException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message that says what failed, on which stream or position, what was expected, and what to do next.
     *
     * @param message one sentence or two
     * @param cause what went wrong below, or null
     */
    protected CairnException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
