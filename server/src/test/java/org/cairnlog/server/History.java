// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/** Files of invented history, and what is in them. */
final class History {
    static final String SOURCE = "/git/invented";

    final Path file;
    final long events;
    final long commits;
    final long streams;

    private History(Path file, long seed, int commits, int largest, boolean gzip) throws IOException {
        this.file = file;
        this.commits = commits;
        try (OutputStream out = Files.newOutputStream(file);
                OutputStream plain = gzip ? new GZIPOutputStream(out) : out) {
            this.events = new GeneratedHistory(seed, commits, largest).write(plain, SOURCE);
        }
        Set<String> paths = new HashSet<>();
        new GeneratedHistory(seed, commits, largest).forEach(commit -> {
            commit.changes().forEach(change -> paths.add(change.path()));
            return true;
        });
        this.streams = paths.size();
    }

    static History plain(Path file, int commits, int largest) throws IOException {
        return new History(file, 3, commits, largest, false);
    }

    static History gzip(Path file, int commits, int largest) throws IOException {
        return new History(file, 3, commits, largest, true);
    }

    static String line(String id, String extra) {
        return "{\"specversion\":\"1.0\",\"id\":\"" + id + "\",\"source\":\"/x\",\"type\":\"t\",\"subject\":\"s" + id
                + "\"" + extra + "}\n";
    }

    static String commit(String id, String commit) {
        return line(id, ",\"commit\":\"" + commit + "\"");
    }
}
