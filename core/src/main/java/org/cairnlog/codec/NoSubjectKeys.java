// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.codec;

import java.util.Optional;
import java.util.UUID;

/** For whoever may not see what is personal. */
enum NoSubjectKeys implements SubjectKeys {
    NONE;

    @Override
    public SubjectKey of(String subject) {
        throw new IllegalStateException("Without keys nothing personal can be written; open the keys of the log.");
    }

    @Override
    public Optional<SubjectKey> find(UUID id) {
        return Optional.empty();
    }

    @Override
    public void forget(String subject) {
        throw new IllegalStateException("Without keys nobody can be forgotten; open the keys of the log.");
    }
}
