// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.function.LongConsumer;
import org.cairnlog.event.StreamId;

/**
 * What only an operator may do with a log: remove content, and check the whole. Opened apart from the log, with
 * credentials of its own where the store has any. Safe for use by many threads.
 *
 * <p>Removal leaves husks: the places, ids, types and tags stay, so that positions and versions go on without a gap,
 * repeats are still recognised, conditions still hold, and cursors still work.
 */
public interface LogMaintenance extends AutoCloseable {
    /**
     * Removes the events of a stream before a version. A baseline at or after that version must carry the state.
     *
     * @param stream the stream
     * @param before from 1 to the stream's version + 1; events that are gone already do not matter
     * @param reason why; not personal, it is kept
     * @return what was done, also if there was nothing left to remove
     * @throws NoSuchStream if nobody has written to the stream
     * @throws StreamDeleted if it is deleted, so that nothing is left to truncate
     * @throws BaselineMissing if the state would be lost
     * @throws IllegalArgumentException if there is no such version, or the reason is empty or too long
     */
    Removal truncate(StreamId stream, long before, String reason);

    /**
     * Removes the events of a stream before a version, and with them its state unless an ordinary event carries it.
     *
     * @param stream the stream
     * @param before as in {@link #truncate}; the stream's version + 1 removes everything
     * @param reason why
     * @return what was done
     * @throws NoSuchStream if nobody has written to the stream
     * @throws StreamDeleted if it is deleted
     * @throws IllegalArgumentException if there is no such version, or the reason is empty or too long
     */
    Removal truncateWithoutBaseline(StreamId stream, long before, String reason);

    /**
     * Appends an event of type {@code $deleted} to a stream and removes everything before it, and its labels. The
     * stream refuses appends from then on, except those that expect {@link ExpectedVersion#deletedAt} that event;
     * versions go on.
     *
     * @param stream the stream; if it is deleted already, nothing happens and the deletion's record is returned
     * @param expected what is believed about it; not checked if it is deleted already
     * @param reason why; not personal, it is kept
     * @return what was done
     * @throws NoSuchStream if nobody has written to the stream
     * @throws StreamDeleted if it is deleted already in a restored log that lacks the record
     * @throws VersionConflict if the belief is wrong
     * @throws IllegalArgumentException if the reason is empty or too long
     */
    Removal delete(StreamId stream, ExpectedVersion expected, String reason);

    /**
     * Deletes streams with a label, oldest first, in a chunk of bounded size. Each stream is deleted as a whole; what
     * is left over is deleted by the next call, also after a crash.
     *
     * @param name the label, not empty
     * @param value its value, not empty
     * @param reason why
     * @return how many were deleted, and whether to call again
     * @throws IllegalArgumentException if a text is empty: nothing never means everything
     */
    DeletedStreams deleteByLabel(String name, String value, String reason);

    /**
     * The removals so far, oldest first, fetched as they are iterated.
     *
     * @return what, why and when
     */
    Iterable<Removal> removals();

    /**
     * Checks the whole log: positions and versions have no gap over events and husks, ids are unique, the directory
     * equals the events, checksums are right. Takes memory that does not grow with the log.
     *
     * @param progress told now and then how many positions have been checked
     * @return what was found
     */
    Verification verify(LongConsumer progress);

    @Override
    void close();
}
