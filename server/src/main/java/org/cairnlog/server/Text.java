// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.util.Locale;

/** How numbers and foreign texts are shown to a person. */
final class Text {
    private Text() {}

    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String count(long number, String thing) {
        return number(number) + " " + (number == 1 ? thing : plural(thing));
    }

    private static String plural(String thing) {
        return thing.matches(".*(s|sh|ch|x)") ? thing + "es" : thing + "s";
    }

    /** Without what would move the cursor or colour the terminal, and no longer than said. */
    static String printable(String text, int length) {
        var shown = new StringBuilder();
        text.codePoints()
                .limit(length + 1L)
                .forEach(c -> shown.appendCodePoint(isPrintable(c) ? c : Character.isWhitespace(c) ? ' ' : '\ufffd'));
        return shown.codePointCount(0, shown.length()) <= length
                ? shown.toString()
                : shown.substring(0, shown.offsetByCodePoints(0, length - 3)) + "...";
    }

    private static boolean isPrintable(int c) {
        int type = Character.getType(c);
        return !Character.isISOControl(c)
                && type != Character.FORMAT
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR;
    }

    static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
    }
}
