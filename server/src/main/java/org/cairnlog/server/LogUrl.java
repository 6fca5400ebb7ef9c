// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.LogRestore;
import org.cairnlog.log.LogUnusable;
import org.jspecify.annotations.Nullable;

/** Where a log is: in memory, in a SQLite file or in PostgreSQL. */
abstract class LogUrl {
    static final String DEFAULT_NAME = "default";

    private static final String FORMS = "expected sqlite:FILE, sqlite:FILE?log=NAME, postgresql://USER@HOST/DATABASE"
            + " or memory:, for example --log sqlite:./cairn.db";

    private final String text;
    private final String name;

    LogUrl(String text, String name) {
        this.text = text;
        this.name = name;
    }

    static LogUrl parse(String text) {
        return parse(text, Map.of());
    }

    /** With the variables that PostgreSQL's own tools read, too. */
    static LogUrl parse(String text, Map<String, String> environment) {
        if (text.equals("memory:")) {
            return new MemoryUrl();
        }
        if (text.startsWith("sqlite:") && !text.equals("sqlite:")) {
            return SqliteUrl.of(text);
        }
        if (text.startsWith("postgresql:") || text.startsWith("postgres:")) {
            return PostgresUrl.of(text, environment);
        }
        throw unknown(text, FORMS);
    }

    static Refused unknown(String text, String expected) {
        return Refused.usage("no log at \"" + masked(text) + "\": " + expected);
    }

    /** The text without what nobody else should read. */
    static String masked(String text) {
        // A password may hold what a URL should not, so it reaches to the last @ of its word.
        return text.replaceAll("//([^:/@\\s]*):\\S*@", "//$1:***@")
                .replaceAll("(?i)((password|pwd|token)=)[^&;\\s]*", "$1***");
    }

    /** For the environment of a child process, never for a message. */
    String secret() {
        return text;
    }

    /** Whether the URL cannot be shown as it is. */
    final boolean isMasked() {
        return !toString().equals(text);
    }

    final String name() {
        return name;
    }

    boolean isMemory() {
        return false;
    }

    /** What keeps the log, for a person. */
    abstract String store();

    abstract boolean isSame(LogUrl other);

    /** Makes the log if it is missing. */
    final AtomicEventLog openOrMake() {
        return openOrMake(null);
    }

    /** With a patience of the caller's own; null = the usual one. */
    abstract AtomicEventLog openOrMake(@Nullable Duration patience);

    /** A log that is missing is an error. */
    abstract AtomicEventLog open();

    abstract LogMaintenance maintenance();

    abstract LogRestore restore(UUID log);

    final <T> T opened(Supplier<T> open) {
        try {
            return open.get();
        } catch (LogUnusable e) {
            throw unusable(e);
        }
    }

    final Refused unusable(LogUnusable e) {
        return Refused.usage(this + ": " + e.getMessage(), e);
    }

    @Override
    public String toString() {
        return masked(text);
    }
}
