// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.util.ArrayList;
import java.util.List;

/** A small table in plain characters; columns whose title begins with a space stand on the right. */
final class Table {
    private final Console console;
    private final List<List<String>> rows = new ArrayList<>();

    Table(Console console, String... titles) {
        this.console = console;
        rows.add(List.of(titles));
    }

    void row(String... cells) {
        rows.add(List.of(cells));
    }

    void print() {
        List<String> titles = rows.getFirst();
        int[] widths = new int[titles.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).strip().length());
            }
        }
        boolean title = true;
        for (List<String> row : rows) {
            var line = new StringBuilder("  ");
            for (int i = 0; i < row.size(); i++) {
                String cell = row.get(i).strip();
                String space = " ".repeat(widths[i] - cell.length());
                line.append(titles.get(i).startsWith(" ") ? space + cell : cell + space)
                        .append("  ");
            }
            String text = line.toString().stripTrailing();
            console.out().println(title ? console.dim(text) : text);
            title = false;
        }
    }

    /** A bar for a number among others. */
    static String bar(long number, long largest, int width) {
        int length = largest == 0 ? 0 : (int) Math.round((double) number / largest * width);
        return "#".repeat(number > 0 ? Math.max(1, length) : 0);
    }
}
