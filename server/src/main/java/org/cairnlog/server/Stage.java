// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where an act of the demo is played.
 *
 * @param console where it is shown
 * @param url the log
 * @param option how a command to repeat it names the log, with a space before it; empty if it need not
 * @param logOption how another verb than the demo names it
 * @param stays whether the log is there when the demo has ended
 */
record Stage(Console console, LogUrl url, String option, String logOption, boolean stays) {
    void title(int act, String text) {
        say("");
        say(console.bold("Act " + act + " of 4: " + text));
    }

    void say(String line) {
        console.out().println(line);
        console.out().flush();
    }

    void sayIfTemporary() {
        if (!stays) {
            say("  A log in memory is seen by one process only: this act is played on a temporary file.");
        }
    }

    /** For the end of an act: how to see it again, and what looks at the log that it leaves. */
    void again(String demo, String... looks) {
        say("  Again:  " + console.colour(36, "./cairn " + demo + option));
        for (String look : stays ? looks : new String[0]) {
            say("          " + console.colour(36, "./cairn " + look + logOption));
        }
    }

    static void remove(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}
