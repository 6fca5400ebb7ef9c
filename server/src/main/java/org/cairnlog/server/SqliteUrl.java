// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.LogRestore;
import org.cairnlog.sql.Sqlite;
import org.cairnlog.sql.SqliteOptions;
import org.jspecify.annotations.Nullable;

/** A log in a file: {@code sqlite:FILE} or {@code sqlite:FILE?log=NAME}. */
final class SqliteUrl extends LogUrl {
    private final Path file;

    private SqliteUrl(String text, Path file, String name) {
        super(text, name);
        this.file = file;
    }

    static SqliteUrl of(String text) {
        String path = text.substring("sqlite:".length());
        String name = DEFAULT_NAME;
        int query = path.lastIndexOf('?');
        if (query >= 0) {
            if (!path.startsWith("log=", query + 1) || path.length() == query + 5) {
                throw unknown(text, "unknown \"" + masked(path.substring(query)) + "\", expected ?log=NAME or nothing");
            }
            name = path.substring(query + 5);
            path = path.substring(0, query);
        }
        try {
            return new SqliteUrl(text, Path.of(path), name);
        } catch (InvalidPathException e) {
            throw unknown(text, "that is no file name");
        }
    }

    @Override
    String store() {
        return "SQLite, " + file;
    }

    @Override
    boolean isSame(LogUrl other) {
        return other instanceof SqliteUrl sqlite
                && name().equals(sqlite.name())
                && file.toAbsolutePath()
                        .normalize()
                        .equals(sqlite.file.toAbsolutePath().normalize());
    }

    @Override
    AtomicEventLog openOrMake(@Nullable Duration patience) {
        return opened(() -> Sqlite.open(
                checked(true),
                options -> patience == null ? named(options) : named(options).timeout(patience)));
    }

    @Override
    AtomicEventLog open() {
        return opened(
                () -> Sqlite.open(checked(false), options -> named(options).mustExist()));
    }

    @Override
    LogMaintenance maintenance() {
        return opened(() ->
                Sqlite.maintenance(checked(false), options -> named(options).mustExist()));
    }

    @Override
    LogRestore restore(UUID log) {
        try {
            return opened(() -> Sqlite.restore(checked(true), log, this::named));
        } catch (IllegalStateException e) {
            throw Refused.usage(this + ": " + e.getMessage(), e);
        }
    }

    private SqliteOptions named(SqliteOptions options) {
        return options.log(name());
    }

    private Path checked(boolean make) {
        if (Files.isDirectory(file)) {
            throw Refused.usage(
                    this + ": that is a folder; name a file in it, for example sqlite:" + file.resolve("cairn.db"));
        }
        Path folder = file.toAbsolutePath().getParent();
        if (make && folder != null && !Files.isDirectory(folder)) {
            throw Refused.usage(this + ": there is no folder " + folder + "; make it first");
        }
        if (!make && !Files.exists(file)) {
            throw Refused.usage(
                    this + ": there is no such file; check the name, or make a log with append, import or demo");
        }
        return file;
    }
}
