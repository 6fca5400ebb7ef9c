// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import picocli.CommandLine.Command;

/** Shows the log at work. */
@Command(description = "See the log at work.")
final class DemoVerb extends Verb {
    DemoVerb(Main main) {
        super(main);
    }

    @Override
    public Integer call() {
        return Exit.OK;
    }
}
