// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import org.cairnlog.testkit.Torture;

/** Appends to a SQLite file until it is killed. */
final class TortureChild {
    private TortureChild() {}

    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]);
        Torture.child(
                Long.parseLong(args[1]), () -> Sqlite.open(file), System.in, new FileOutputStream(FileDescriptor.out));
    }
}
