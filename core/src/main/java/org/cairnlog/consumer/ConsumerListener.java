// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.time.Duration;

/**
 * Is told what consumers do, for metrics and traces. Called on the consumers' own threads, so it must be quick and
 * safe for use by many threads; what it throws is logged and has no effect.
 */
public interface ConsumerListener {
    /** Does nothing. */
    ConsumerListener NONE = new ConsumerListener() {};

    /**
     * A batch was handled, and its checkpoint written or put off.
     *
     * @param consumer its name
     * @param events how many
     * @param took how long reading, decoding and handling took
     */
    default void handled(String consumer, int events, Duration took) {}

    /**
     * An event could not be handled.
     *
     * @param consumer its name
     * @param event what is known of the event; its cause says what will become of it if no retry comes first
     * @param cause what went wrong
     */
    default void failed(String consumer, ParkedEvent event, Throwable cause) {}

    /**
     * A consumer does something else from now on.
     *
     * @param consumer its name
     * @param state what it does
     * @param why the reason; empty if there is nothing to say
     */
    default void changed(String consumer, ConsumerStatus.State state, String why) {}
}
