// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import org.cairnlog.event.CairnException;

/**
 * The cursor does not belong to this log's history: it is of another log, or the log was restored from a backup and has
 * lost or replaced the event that the cursor names. Next move: find out what happened to the log, then start the reader
 * again from a point that exists.
 */
public final class CursorFromAnotherHistory extends CairnException {
    private static final long serialVersionUID = 1L;

    private final transient Cursor cursor;

    /**
     * With the refused cursor.
     *
     * @param cursor what was given
     * @param found what the log has at that place, as the rest of a sentence
     */
    public CursorFromAnotherHistory(Cursor cursor, String found) {
        super(
                "The cursor " + cursor + " is of another history: " + found
                        + ". The log is another one, or it was restored and lost a part; what was read past that place"
                        + " may be"
                        + " gone or different now.",
                null);
        this.cursor = cursor;
    }

    /**
     * The refused cursor.
     *
     * @return what was given
     */
    public Cursor cursor() {
        return cursor;
    }
}
