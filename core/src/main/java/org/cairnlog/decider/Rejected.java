// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import org.cairnlog.event.CairnException;

/**
 * A decider refuses a command, because of the state that it is in. Nothing was stored. Next move: tell whoever wanted
 * it; the same command may be accepted in another state.
 */
public final class Rejected extends CairnException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final String detail;

    /**
     * With a code alone.
     *
     * @param code why, for programs: stable, like {@code insufficient-funds}
     */
    public Rejected(String code) {
        this(code, "");
    }

    /**
     * With a code and what people may want to know.
     *
     * @param code why, for programs: stable, like {@code insufficient-funds}
     * @param detail why, for people; nothing personal, it gets into logs
     */
    public Rejected(String code, String detail) {
        super("The command was rejected: " + code + (detail.isEmpty() ? "." : " (" + detail + ")."), null);
        this.code = code;
        this.detail = detail;
    }

    /**
     * Why, for programs.
     *
     * @return the code
     */
    public String code() {
        return code;
    }

    /**
     * Why, for people.
     *
     * @return the detail, empty if there is none
     */
    public String detail() {
        return detail;
    }
}
