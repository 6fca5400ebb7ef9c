// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was changed together in a repository.
 *
 * @param hash its name
 * @param time when; histories run backwards now and then
 * @param author who
 * @param changes the files
 */
record Commit(String hash, Instant time, String author, List<Change> changes) {
    static final String ADDED = "FileAdded";
    static final String MODIFIED = "FileModified";
    static final String DELETED = "FileDeleted";
    static final String RENAMED = "FileRenamed";

    /**
     * A changed file.
     *
     * @param type what happened
     * @param path its name after the change, or before a deletion
     * @param from its name before a rename
     * @param similarity how much of it stayed in a rename, in percent
     */
    record Change(String type, String path, @Nullable String from, int similarity) {
        static Change of(String type, String path) {
            return new Change(type, path, null, 0);
        }
    }

    /** The payload of a change. */
    String json(Change change) {
        return Json.object(
                "path",
                change.path,
                "author",
                author,
                "from",
                change.from,
                "similarity",
                change.from == null ? null : change.similarity);
    }
}
