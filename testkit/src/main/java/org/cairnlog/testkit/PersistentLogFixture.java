// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

/** A fixture for a log that outlives its process. */
public interface PersistentLogFixture extends LogFixture {
    /**
     * Closes the log and its maintenance and opens them again. From then on {@link #log} and {@link #maintenance} are
     * the new ones.
     */
    void reopen();
}
