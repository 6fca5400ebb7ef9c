// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** The lines of a file or of standard input, plain or compressed, and how much of it was read. */
final class ImportFile implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    final String name;
    final long size;
    private final Counting raw;
    private final Lines lines;

    private ImportFile(String name, long size, InputStream stream) throws IOException {
        this.name = name;
        this.size = size;
        this.raw = new Counting(stream);
        this.lines = new Lines(name, plain(new BufferedInputStream(raw, BUFFER)));
    }

    static ImportFile open(String file, InputStream in) {
        try {
            if (file.equals("-")) {
                return new ImportFile("standard input", 0, in);
            }
            Path path = Path.of(file);
            if (Files.isDirectory(path)) {
                throw Refused.usage(file + ": that is a folder; name a file with one CloudEvent a line");
            }
            return new ImportFile(file, Files.size(path), Files.newInputStream(path));
        } catch (NoSuchFileException | InvalidPathException e) {
            throw Refused.usage(file + ": there is no such file", e);
        } catch (IOException e) {
            throw Refused.usage(file + ":1: cannot be read, " + e.getMessage(), e);
        }
    }

    /** By the first two bytes, whatever the name says. */
    private static InputStream plain(BufferedInputStream stream) throws IOException {
        stream.mark(2);
        byte[] magic = stream.readNBytes(2);
        stream.reset();
        boolean gzip = magic.length == 2 && magic[0] == 0x1f && magic[1] == (byte) 0x8b;
        return gzip ? new GZIPInputStream(stream, BUFFER) : stream;
    }

    Lines lines() {
        return lines;
    }

    /** How many bytes of the file have been read, compressed if it is. */
    long read() {
        return raw.count;
    }

    @Override
    public void close() {
        try {
            raw.close();
        } catch (IOException e) {
            throw Refused.usage(name + ": cannot be closed, " + e.getMessage(), e);
        }
    }

    private static final class Counting extends FilterInputStream {
        private long count;

        Counting(InputStream stream) {
            super(stream);
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            count += b < 0 ? 0 : 1;
            return b;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int n = super.read(bytes, offset, length);
            count += Math.max(0, n);
            return n;
        }
    }
}
