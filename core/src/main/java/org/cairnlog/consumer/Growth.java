// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.time.Duration;
import org.cairnlog.event.CairnException;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.EventLog;

/** One thread that waits for the log to grow, however many consumers want to know. */
final class Growth implements Runnable {
    private static final System.Logger LOGGER = System.getLogger(Growth.class.getName());
    private static final Duration SLICE = Duration.ofSeconds(30);
    private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();

    private final EventLog log;
    private final Runnable grown;
    private final Signal stop = new Signal();
    private volatile boolean stopped;

    Growth(EventLog log, Runnable grown) {
        this.log = log;
        this.grown = grown;
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                follow();
                stop.await(0, RETRY_NANOS);
            }
        } catch (InterruptedException e) {
            // That is how it is stopped.
            return;
        }
    }

    private void follow() throws InterruptedException {
        try {
            Cursor seen = log.head();
            grown.run();
            while (!stopped) {
                if (log.awaitGrowth(seen, SLICE)) {
                    seen = log.head();
                    grown.run();
                }
            }
        } catch (CairnException e) {
            // A log that cannot be reached, or was restored: begin anew at its head.
            if (!stopped) {
                LOGGER.log(System.Logger.Level.DEBUG, "The log cannot be followed for now.", e);
            }
        }
    }

    void stop() {
        stopped = true;
        stop.give();
    }
}
