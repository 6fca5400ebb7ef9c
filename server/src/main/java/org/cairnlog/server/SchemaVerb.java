// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.sql.DataSource;
import org.cairnlog.log.EventLog;
import org.cairnlog.log.LogUnusable;
import org.cairnlog.sql.Postgres;
import org.cairnlog.sql.PostgresRole;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes and checks what a log in PostgreSQL stands on. */
@Command(
        description = {
            "Make and check what a log in PostgreSQL stands on: tables and functions in a schema of their own.",
            "  print    the SQL for an empty database, for psql or a migration tool; needs no --log",
            "  migrate  makes the schema of --log, or brings it up to date, and makes the log",
            "  check    whether schema and log are there and complete; exit code 1 if not"
        },
        footer = {
            "",
            "Examples:",
            "  cairn schema print | psql shop",
            "  cairn schema print --schema events --with-log orders --grant appender=app --grant consumer=app",
            "  cairn schema migrate --log postgresql://owner@localhost/shop --grant consumer=reports",
            "  cairn schema check --log 'postgresql://app@localhost/shop?log=orders'"
        })
final class SchemaVerb extends Verb {
    @Parameters(index = "0", paramLabel = "ACTION", description = "print, migrate or check.")
    String action = "";

    @Option(
            names = "--schema",
            paramLabel = "NAME",
            description = "print: the schema, cairn by default; else the one in the URL.")
    @Nullable String schema;

    @Option(names = "--with-log", paramLabel = "NAME", description = "print: make this log too.")
    List<String> logs = new ArrayList<>();

    @Option(
            names = "--grant",
            paramLabel = "ROLE=USER",
            description = "print, migrate: what a database user may do: appender, consumer or maintainer.")
    List<String> grants = new ArrayList<>();

    SchemaVerb(Main main) {
        super(main);
    }

    /** What a user is to be given. */
    private record Grant(PostgresRole role, String user) {
        static Grant parse(String text) {
            int equals = text.indexOf('=');
            for (PostgresRole role : PostgresRole.values()) {
                if (equals + 1 < text.length() && name(role).equals(text.substring(0, Math.max(0, equals)))) {
                    return new Grant(role, text.substring(equals + 1));
                }
            }
            throw Refused.usage("--grant \"" + text + "\": expected ROLE=USER, the role appender, consumer or"
                    + " maintainer, for example appender=app");
        }

        static String name(PostgresRole role) {
            return role.name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public Integer call() {
        List<Grant> wanted = grants.stream().map(Grant::parse).toList();
        return switch (action) {
            case "print" -> print(wanted);
            case "migrate" -> migrate(postgres(), wanted);
            case "check" -> check(postgres());
            default -> throw Refused.usage("schema \"" + action + "\": expected print, migrate or check");
        };
    }

    private int print(List<Grant> wanted) {
        String name = schema == null ? PostgresUrl.DEFAULT_SCHEMA : schema;
        // Half a schema would be worse than none.
        say("BEGIN;");
        say(Postgres.script(name).stripTrailing());
        for (String log : logs) {
            say("INSERT INTO " + table(name, "log") + " (name, id) VALUES ('" + log.replace("'", "''")
                    + "', gen_random_uuid()) ON CONFLICT DO NOTHING;");
        }
        for (Grant grant : wanted) {
            say(Postgres.grantScript(name, grant.role, grant.user).stripTrailing());
        }
        say("COMMIT;");
        return Exit.OK;
    }

    private PostgresUrl postgres() {
        if (schema != null || !logs.isEmpty()) {
            throw Refused.usage("schema " + action + " goes by the URL: name schema and log there, like"
                    + " 'postgresql://localhost/shop?schema=events&log=orders'");
        }
        LogUrl url = url();
        if (url instanceof PostgresUrl postgres) {
            return postgres;
        }
        throw Refused.usage("schema " + action + " is for logs in PostgreSQL; " + url
                + " needs none, for append, import and copy make what is missing");
    }

    private int check(PostgresUrl url) {
        try (EventLog log = url.openForCheck()) {
            say(
                    json()
                            ? Json.object("ok", true, "schema", url.schema(), "log", url.name(), "id", log.id())
                            : "The schema \"" + url.schema() + "\" is complete and has the log \"" + url.name() + "\"");
            return Exit.OK;
        } catch (LogUnusable e) {
            if (PostgresUrl.isIncomplete(e)) {
                throw Refused.no(url + ": " + e.getMessage());
            }
            throw url.unusable(e);
        }
    }

    private int migrate(PostgresUrl url, List<Grant> wanted) {
        DataSource database = url.dataSource();
        State before = State.of(database, url);
        url.opened(() -> {
            Postgres.migrate(database, options -> options.schema(url.schema()).log(url.name()));
            for (Grant grant : wanted) {
                Postgres.grant(database, url.schema(), grant.role, grant.user);
            }
            return url;
        });
        State after = State.of(database, url);
        String migrations = before.migrations == 0
                ? "Made the schema \"" + url.schema() + "\" with " + Text.count(after.migrations, "migration")
                : before.migrations < after.migrations
                        ? "Brought the schema \"" + url.schema() + "\" from migration " + before.migrations + " to "
                                + after.migrations
                        : "The schema \"" + url.schema() + "\" was up to date";
        say(
                json()
                        ? Json.object(
                                "schema",
                                url.schema(),
                                "migrationsBefore",
                                before.migrations,
                                "migrations",
                                after.migrations,
                                "log",
                                url.name(),
                                "logMade",
                                !before.log,
                                "granted",
                                grants)
                        : migrations + (before.log ? "; it had the log \"" : "; made the log \"") + url.name() + "\""
                                + (wanted.isEmpty() ? "" : "; granted " + String.join(", ", grants)));
        return Exit.OK;
    }

    /** How far a schema is: how many migrations it has, and whether it has the log. */
    private record State(int migrations, boolean log) {
        static State of(DataSource database, PostgresUrl url) {
            String migration = table(url.schema(), "migration");
            String logs = table(url.schema(), "log");
            try (Connection connection = database.getConnection()) {
                if (!isThere(connection, migration) || !isThere(connection, logs)) {
                    return new State(0, false);
                }
                try (PreparedStatement query = connection.prepareStatement("SELECT (SELECT count(*) FROM " + migration
                        + "), (SELECT count(*) FROM " + logs + " WHERE name = ?)")) {
                    query.setString(1, url.name());
                    try (ResultSet row = query.executeQuery()) {
                        row.next();
                        return new State(row.getInt(1), row.getInt(2) > 0);
                    }
                }
            } catch (SQLException e) {
                // Whoever may not look may not migrate either, and is told so there.
                return new State(0, false);
            }
        }

        private static boolean isThere(Connection connection, String table) throws SQLException {
            try (PreparedStatement query = connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
                query.setString(1, table);
                try (ResultSet row = query.executeQuery()) {
                    row.next();
                    return row.getBoolean(1);
                }
            }
        }
    }

    private static String table(String schema, String table) {
        return '"' + schema.replace("\"", "\"\"") + "\"." + table;
    }
}
