// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry of the {@code cairn} command. */
@Command(
        name = "cairn",
        description = "An event log on the command line.",
        mixinStandardHelpOptions = true,
        version = "cairn 0.1.0-SNAPSHOT")
public final class Main implements Runnable {
    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }
}
