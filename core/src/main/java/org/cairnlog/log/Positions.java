// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.Arrays;

/** A growing list of ascending positions. */
final class Positions {
    private long[] values = new long[4];
    private int size;

    void add(long position) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = position;
    }

    long get(int index) {
        return values[index];
    }

    int size() {
        return size;
    }

    /** The index of the first position beyond the given one. */
    int firstBeyond(long position) {
        int found = Arrays.binarySearch(values, 0, size, position);
        return found >= 0 ? found + 1 : -found - 1;
    }
}
