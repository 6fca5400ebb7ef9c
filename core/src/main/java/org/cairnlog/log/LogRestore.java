// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.List;
import java.util.Map;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.event.StreamId;

/**
 * Fills an empty log with the history of another one: places, ids, times and husks are kept, and cursors of the other
 * log work on this one. Until it is complete, the log refuses to be used. For use by one thread.
 *
 * <p>A restore that was cut off goes on from {@link #head}. Labels and removals can be given again.
 */
public interface LogRestore extends AutoCloseable {
    /**
     * How far the restore has come.
     *
     * @return the point after the last restored event
     */
    Cursor head();

    /**
     * Adds the next part of the history; durable when it returns.
     *
     * @param appends whole appends in order, beginning just after {@link #head}
     * @throws IllegalArgumentException if a position or version does not follow, or an id is taken; nothing was added
     * @throws IllegalStateException if the restore is complete
     */
    void add(List<List<StoredEntry>> appends);

    /**
     * Checks that an entry is the next one; for stores.
     *
     * @param entry what was given
     * @param position the position that must follow
     * @param version the version that must follow in its stream
     * @param idIsFree whether its id is not taken
     * @throws IllegalArgumentException if the entry does not follow
     */
    static void checkNext(StoredEntry entry, long position, long version, boolean idIsFree) {
        if (entry.position() != position || entry.version() != version) {
            throw new IllegalArgumentException("The history has position " + entry.position() + " with version "
                    + entry.version() + " of " + entry.stream() + ", but position " + position + " with version "
                    + version + " must follow. Nothing of this part was added.");
        }
        if (!idIsFree) {
            throw new IllegalArgumentException("The history has the event id " + entry.id() + " twice, again at"
                    + " position " + position + ". Nothing of this part was added.");
        }
    }

    /**
     * Sets the labels of a restored stream.
     *
     * @param stream the stream
     * @param labels by name
     * @throws NoSuchStream if the stream was not restored
     * @throws IllegalStateException if the restore is complete
     */
    void labels(StreamId stream, Map<String, Label> labels);

    /**
     * Keeps the record of a removal.
     *
     * @param removal as it was
     * @throws NoSuchStream if the stream was not restored
     * @throws IllegalStateException if the restore is complete
     */
    void removal(Removal removal);

    /** Opens the log for use. Doing so again does nothing. */
    void complete();

    @Override
    void close();
}
