// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import org.jspecify.annotations.Nullable;

/** The command ends here, with one line for its user and an exit code. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final int exit;

    Refused(int exit, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exit = exit;
    }

    static Refused usage(String message) {
        return new Refused(Exit.USAGE, message, null);
    }

    static Refused usage(String message, Throwable cause) {
        return new Refused(Exit.USAGE, message, cause);
    }

    static Refused no(String message) {
        return new Refused(Exit.NO, message, null);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
