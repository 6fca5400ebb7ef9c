// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Remembers at which line each unit of an import began. It keeps 64 bits of a hash of the unit's name, in a temporary
 * file that is mapped and not on the heap: with a million units the chance that two are taken for one is less than one
 * in ten million. At most 60 million units.
 */
final class SeenUnits implements AutoCloseable {
    private static final int MOST = 60_000_000;

    private final MessageDigest hash = sha256();
    private LongBuffer table;
    private int slots;
    private int size;

    SeenUnits() {
        slots = 1 << 12;
        table = map(slots);
    }

    /** The line at which the unit began if it was seen before; otherwise 0, and it is remembered. */
    long seen(String unit, long line) {
        if (size == MOST) {
            throw Refused.usage("the file has more than " + MOST + " units; split it and import the parts in order");
        }
        if (size * 2L >= slots) {
            grow();
        }
        long key = ByteBuffer.wrap(hash.digest(unit.getBytes(StandardCharsets.UTF_8)))
                .getLong();
        int slot = slot(key);
        long known = table.get(slot * 2 + 1);
        if (known == 0) {
            put(slot, key, line);
            size++;
        }
        return known;
    }

    private int slot(long key) {
        int slot = (int) key & (slots - 1);
        while (table.get(slot * 2 + 1) != 0 && table.get(slot * 2) != key) {
            slot = (slot + 1) & (slots - 1);
        }
        return slot;
    }

    private void put(int slot, long key, long line) {
        table.put(slot * 2, key);
        table.put(slot * 2 + 1, line);
    }

    private void grow() {
        LongBuffer old = table;
        int oldSlots = slots;
        slots *= 2;
        table = map(slots);
        for (int i = 0; i < oldSlots; i++) {
            if (old.get(i * 2 + 1) != 0) {
                put(slot(old.get(i * 2)), old.get(i * 2), old.get(i * 2 + 1));
            }
        }
    }

    private static LongBuffer map(int slots) {
        try {
            Path file = Files.createTempFile("cairn-units", null);
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
                return channel.map(FileChannel.MapMode.READ_WRITE, 0, slots * 16L)
                        .asLongBuffer();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256; this one does not.", e);
        }
    }

    @Override
    public void close() {
        table = LongBuffer.allocate(0);
    }
}
