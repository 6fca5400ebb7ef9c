// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where the keys of one log's subjects are kept. For use by many threads. */
interface SubjectKeyTable extends AutoCloseable {
    /** One subject and its key; without the last two it has been forgotten. */
    @SuppressWarnings("ArrayRecordComponent") // read once and not compared
    record Row(String subject, UUID id, @Nullable String master, byte @Nullable [] wrapped) {}

    /** The row of a subject; the given one if there was none. */
    Row find(Row made);

    @Nullable Row find(UUID id);

    /** Empties the row of a subject, or makes an empty one with that id. */
    void forget(String subject, UUID id);

    /** Rows behind a subject that another master key wrapped, in order. */
    List<Row> notWrappedBy(String master, String after, int limit);

    /** Puts other bytes into a row that still holds the old ones. */
    boolean replace(Row old, String master, byte[] wrapped);

    @Override
    void close();
}
