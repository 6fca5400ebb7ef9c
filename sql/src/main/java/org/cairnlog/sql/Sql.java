// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The statements that are kept in files. */
final class Sql {
    private static final Map<String, String> TEXTS = new ConcurrentHashMap<>();

    private Sql() {}

    /** The text of a file below this package. */
    static String file(String name) {
        return TEXTS.computeIfAbsent(name, Sql::read);
    }

    private static String read(String name) {
        try (InputStream in = Sql.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The jar of cairn-sql lacks " + name + ".");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
