// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Supplier;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.LogRestore;
import org.cairnlog.log.LogUnusable;
import org.cairnlog.log.MemoryEventLog;
import org.cairnlog.sql.Sqlite;
import org.cairnlog.sql.SqliteOptions;
import org.jspecify.annotations.Nullable;

/** Where a log is: {@code memory:}, {@code sqlite:FILE} or {@code sqlite:FILE?log=NAME}. */
final class LogUrl {
    private static final String FORMS =
            "expected memory:, sqlite:FILE or sqlite:FILE?log=NAME, for example --log sqlite:./cairn.db";

    private final String text;
    private final @Nullable Path file;
    private final String name;
    private @Nullable MemoryEventLog memory;

    private LogUrl(String text, @Nullable Path file, String name) {
        this.text = text;
        this.file = file;
        this.name = name;
    }

    static LogUrl parse(String text) {
        if (text.equals("memory:")) {
            return new LogUrl(text, null, "default");
        }
        if (!text.startsWith("sqlite:") || text.equals("sqlite:")) {
            throw Refused.usage("no log at \"" + masked(text) + "\": " + FORMS);
        }
        String path = text.substring("sqlite:".length());
        String name = "default";
        int query = path.lastIndexOf('?');
        if (query >= 0) {
            if (!path.startsWith("log=", query + 1) || path.length() == query + 5) {
                throw Refused.usage("no log at \"" + masked(text) + "\": unknown \"" + masked(path.substring(query))
                        + "\"; " + FORMS);
            }
            name = path.substring(query + 5);
            path = path.substring(0, query);
        }
        return new LogUrl(text, path(text, path), name);
    }

    private static Path path(String text, String path) {
        try {
            return Path.of(path);
        } catch (InvalidPathException e) {
            throw Refused.usage("no log at \"" + masked(text) + "\": that is no file name", e);
        }
    }

    /** The text without what nobody else should read. */
    static String masked(String text) {
        return text.replaceAll("//[^/@\\s]*@", "//***@").replaceAll("(?i)((password|pwd|token)=)[^&;\\s]*", "$1***");
    }

    boolean isMemory() {
        return file == null;
    }

    /** For the environment of a child process, never for a message. */
    String secret() {
        return text;
    }

    boolean isSame(LogUrl other) {
        return file != null
                && other.file != null
                && name.equals(other.name)
                && file.toAbsolutePath()
                        .normalize()
                        .equals(other.file.toAbsolutePath().normalize());
    }

    /** Makes the log if it is missing. */
    AtomicEventLog openOrMake() {
        return file == null ? memory() : opened(() -> Sqlite.open(checked(file, true), this::named));
    }

    /** A log that is missing is an error. */
    AtomicEventLog open() {
        return file == null ? memory() : opened(() -> Sqlite.open(checked(file, false), o -> named(o).mustExist()));
    }

    LogMaintenance maintenance() {
        return file == null
                ? memory().maintenance()
                : opened(() -> Sqlite.maintenance(checked(file, false), o -> named(o).mustExist()));
    }

    LogRestore restore(UUID log) {
        try {
            return file == null
                    ? memory().restore(log)
                    : opened(() -> Sqlite.restore(checked(file, true), log, this::named));
        } catch (IllegalStateException e) {
            throw Refused.usage(this + ": " + e.getMessage(), e);
        }
    }

    /** The same one as long as this URL is kept. */
    private MemoryEventLog memory() {
        MemoryEventLog known = memory;
        if (known == null) {
            known = MemoryEventLog.open();
            memory = known;
        }
        return known;
    }

    private SqliteOptions named(SqliteOptions options) {
        return options.log(name);
    }

    private Path checked(Path path, boolean make) {
        if (Files.isDirectory(path)) {
            throw Refused.usage(
                    this + ": that is a folder; name a file in it, for example sqlite:" + path.resolve("cairn.db"));
        }
        Path folder = path.toAbsolutePath().getParent();
        if (make && folder != null && !Files.isDirectory(folder)) {
            throw Refused.usage(this + ": there is no folder " + folder + "; make it first");
        }
        if (!make && !Files.exists(path)) {
            throw Refused.usage(
                    this + ": there is no such file; check the name, or make a log with append, import or" + " demo");
        }
        return path;
    }

    private <T> T opened(Supplier<T> open) {
        try {
            return open.get();
        } catch (LogUnusable e) {
            throw Refused.usage(this + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return masked(text);
    }
}
