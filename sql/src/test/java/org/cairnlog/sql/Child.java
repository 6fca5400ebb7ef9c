// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How tests start another JVM like their own: the same java, the same classes, small and quick to start. */
final class Child {
    private Child() {}

    static List<String> command(Path folder, Class<?> main, Object... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "--enable-native-access=ALL-UNNAMED",
                // A killed process leaves the driver's native library behind: in the test's folder, not for ever.
                "-Dorg.sqlite.tmpdir=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return command;
    }
}
