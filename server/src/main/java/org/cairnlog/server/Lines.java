// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Reads lines of bounded length. Blank lines are left out, but counted. */
final class Lines {
    /** Room for the largest payload in base 64, and all that stands beside it. */
    static final int LONGEST = 24 << 20;

    private final String name;
    private final InputStream stream;
    private final byte[] buffer = new byte[1 << 16];
    private int next;
    private int end;
    private long number;

    Lines(String name, InputStream stream) {
        this.name = name;
        this.stream = stream;
    }

    /** The number of the line that was read last, from 1. */
    long number() {
        return number;
    }

    /** The next line without its end; null at a clean end. */
    byte @Nullable [] next() {
        while (true) {
            byte[] line = line();
            if (line == null || !isBlank(line)) {
                return line;
            }
        }
    }

    private byte @Nullable [] line() {
        number++;
        byte[] line = {};
        while (next < end || fill()) {
            int from = next;
            while (next < end && buffer[next] != '\n') {
                next++;
            }
            line = joined(line, from, next);
            if (next < end) {
                next++;
                return line;
            }
        }
        return line.length == 0 ? null : line;
    }

    private byte[] joined(byte[] line, int from, int to) {
        if (line.length == 0) {
            return Arrays.copyOfRange(buffer, from, to);
        }
        if (line.length + to - from > LONGEST) {
            throw at("the line is longer than " + (LONGEST >> 20) + " MiB, expected one CloudEvent a line; shorten its"
                    + " data, or check that the file is NDJSON");
        }
        byte[] longer = Arrays.copyOf(line, line.length + to - from);
        System.arraycopy(buffer, from, longer, line.length, to - from);
        return longer;
    }

    private boolean fill() {
        try {
            next = 0;
            end = Math.max(0, stream.read(buffer));
            return end > 0;
        } catch (EOFException e) {
            throw at("the compressed file ends too early, expected its end mark; fetch or pack it again", e);
        } catch (ZipException e) {
            throw at("the compressed file is damaged (" + e.getMessage() + "); fetch or pack it again", e);
        } catch (IOException e) {
            throw at("cannot be read, " + e.getMessage(), e);
        }
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    Refused at(String what, Throwable... cause) {
        return at(number, what, cause);
    }

    Refused at(long line, String what, Throwable... cause) {
        return new Refused(Exit.USAGE, name + ":" + line + ": " + what, cause.length == 0 ? null : cause[0]);
    }
}
