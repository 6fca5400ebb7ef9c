// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.util.concurrent.Callable;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.EventLog;

/** What every verb has: the console, and the options that are the same for all. */
abstract class Verb implements Callable<Integer> {
    final Main main;

    Verb(Main main) {
        this.main = main;
    }

    final Console console() {
        return main.console;
    }

    final LogUrl url() {
        return main.url();
    }

    final boolean json() {
        return main.json;
    }

    /** A line of the answer. */
    final void say(String line) {
        main.console.out().println(line);
    }

    /** A point in a log, given as a position or as the text of a cursor. */
    static Cursor point(EventLog log, String text) {
        if (!text.isEmpty() && text.length() < 19 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return log.cursorAt(Long.parseLong(text));
        }
        return Cursor.parse(text);
    }
}
