// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.util.Locale;

/** A bar with rate and time left, on a terminal only. */
final class Progress implements AutoCloseable {
    private static final long INTERVAL = 100_000_000L;
    private static final int WIDTH = 24;

    private final Console console;
    private final String what;
    private final String things;
    private final long total;
    private final long started = System.nanoTime();
    private long shown = started;
    private boolean visible;

    private Progress(Console console, String what, String things, long total) {
        this.console = console;
        this.what = what;
        this.things = things;
        this.total = total;
    }

    /** One that knows its end. */
    static Progress of(Console console, String what, String things, long total) {
        return new Progress(console, what, things, total);
    }

    /** One that does not. */
    static Progress counting(Console console, String what, String things) {
        return new Progress(console, what, things, 0);
    }

    void count(long things) {
        show(0, things);
    }

    /** How much of the total is done, and how many things that was. */
    void show(long done, long count) {
        if (!console.errIsTerminal()) {
            return;
        }
        long now = System.nanoTime();
        if (now - shown < INTERVAL) {
            return;
        }
        shown = now;
        visible = true;
        console.err().print("\r\033[K" + line(done, count, (now - started) / 1e9));
        console.err().flush();
    }

    String line(long done, long count, double seconds) {
        String rate = String.format(Locale.ROOT, "%,d %s, %,.0f/s", count, things, count / seconds);
        if (total <= 0) {
            return what + "  " + rate;
        }
        double part = Math.min(1.0, (double) done / total);
        int full = (int) (part * WIDTH);
        String left = part > 0 ? ", " + Math.round(seconds / part - seconds) + " s left" : "";
        return what + " [" + "#".repeat(full) + ".".repeat(WIDTH - full) + "] "
                + String.format(Locale.ROOT, "%3.0f %%", part * 100) + "  " + rate + left;
    }

    double seconds() {
        return (System.nanoTime() - started) / 1e9;
    }

    /** Takes the bar away. */
    void end() {
        if (visible) {
            console.err().print("\r\033[K");
            console.err().flush();
            visible = false;
        }
    }

    @Override
    public void close() {
        end();
    }
}
