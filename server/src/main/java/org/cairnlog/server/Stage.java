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
 * @param option how a command to repeat it names the log, with a space before it; empty for the demo's own
 */
record Stage(Console console, LogUrl url, String option) {
    void title(int act, String text) {
        say("");
        say(console.bold("Act " + act + " of 4: " + text));
    }

    void say(String line) {
        console.out().println(line);
        console.out().flush();
    }

    /** For the end of an act. */
    void again(String... commands) {
        for (int i = 0; i < commands.length; i++) {
            say((i == 0 ? "  Again:  " : "          ") + console.colour(36, "./cairn " + commands[i]));
        }
    }

    /** How another verb than the demo names the log. */
    String log() {
        return option.isEmpty() ? " --log sqlite:./cairn-demo.db" : option;
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
