// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

/** Two generations of a read model are too far from each other for one to take over. */
final class NotLevel extends Exception {
    private static final long serialVersionUID = 1L;

    /** Whether the generation that is to take over is the one that has to catch up. */
    final boolean behind;

    NotLevel(boolean behind) {
        this.behind = behind;
    }
}
