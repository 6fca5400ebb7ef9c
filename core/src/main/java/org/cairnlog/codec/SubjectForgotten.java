// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.codec;

import org.cairnlog.event.CairnException;

/**
 * Something personal was to be written about a subject that has been forgotten. Next move: leave it out; if the same
 * person begins anew, give them a new subject.
 */
public final class SubjectForgotten extends CairnException {
    private static final long serialVersionUID = 1L;

    private final String subject;

    /**
     * With the subject.
     *
     * @param subject what the subject is called
     */
    public SubjectForgotten(String subject) {
        super(
                "The subject \"" + subject + "\" has been forgotten, so nothing personal can be written about it."
                        + " Leave it out, or begin with a new subject.",
                null);
        this.subject = subject;
    }

    /**
     * Who was forgotten.
     *
     * @return what the subject is called
     */
    public String subject() {
        return subject;
    }
}
