// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import org.cairnlog.event.CairnException;

/**
 * Who took a step with a consumer does not hold it any more: another process has taken over meanwhile. Nothing of the
 * step has happened. Next move: none; {@link Consumers} waits until it may hold the consumer again.
 */
public final class LeaseLost extends CairnException {
    private static final long serialVersionUID = 1L;

    private final String consumer;
    private final long token;

    /**
     * With the consumer and the token that is worth nothing any more.
     *
     * @param consumer its name
     * @param token that of the lost lease
     */
    public LeaseLost(String consumer, long token) {
        super(
                "The consumer \"" + consumer + "\" was taken over by another holder, or its checkpoint was moved, so"
                        + " that what was done under token " + token + " was not stored. Its new holder goes on.",
                null);
        this.consumer = consumer;
        this.token = token;
    }

    /**
     * The consumer.
     *
     * @return its name
     */
    public String consumer() {
        return consumer;
    }

    /**
     * The token that is worth nothing any more.
     *
     * @return that of the lost lease
     */
    public long token() {
        return token;
    }
}
