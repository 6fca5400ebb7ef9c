// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.jackson;

import org.cairnlog.event.CairnException;
import org.jspecify.annotations.Nullable;

/**
 * A text is not a CloudEvent that can become an event. The message is one line: the attribute, what was expected, what
 * was found. Next move: correct the text; reading it again does not help.
 */
public final class InvalidCloudEvent extends CairnException {
    private static final long serialVersionUID = 1L;

    InvalidCloudEvent(String message) {
        this(message, null);
    }

    InvalidCloudEvent(String message, @Nullable Throwable cause) {
        super(message.replaceAll("\\s*[\\r\\n]+\\s*", " "), cause);
    }

    static InvalidCloudEvent attribute(String name, String expected, String found) {
        return new InvalidCloudEvent("attribute \"" + name + "\": expected " + expected + ", found " + found);
    }
}
