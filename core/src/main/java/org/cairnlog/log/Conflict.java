// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import org.cairnlog.event.CairnException;

/** The writer's belief was wrong and nothing was stored. Next move: read again, decide again, append again. */
public abstract sealed class Conflict extends CairnException permits VersionConflict, ConditionFailed {
    private static final long serialVersionUID = 1L;

    Conflict(String message) {
        super(message, null);
    }
}
