// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql.servers;

import java.util.List;

/** What the person who started the tests does without, for example {@code ./cairn test --without pgbouncer}. */
public final class LeftOut {
    static final String PROPERTY = "cairn.without";

    private LeftOut() {}

    /** Whether a server or tool is left out; says so, so that nobody overlooks it. */
    public static boolean is(String name, String what) {
        boolean leftOut =
                List.of(System.getProperty(PROPERTY, "").split(",", -1)).contains(name);
        if (leftOut) {
            System.out.println("LEFT OUT, because of -D" + PROPERTY + "=" + name + ": " + what);
        }
        return leftOut;
    }
}
