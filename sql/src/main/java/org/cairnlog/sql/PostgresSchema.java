// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.cairnlog.log.LogUnusable;

/** The tables and functions of Cairn in one schema: how they come into being, and whether they are there. */
class PostgresSchema {
    private static final int FORMAT = 1;
    // In the order of their numbers; one that was released never changes.
    private static final SortedMap<Integer, String> MIGRATIONS = new TreeMap<>(Map.of(
            1, Sql.file("postgres/1-tables.sql"),
            2, Sql.file("postgres/2-append.sql"),
            3, Sql.file("postgres/3-snapshots.sql"),
            4, Sql.file("postgres/4-keys.sql"),
            5, Sql.file("postgres/5-consumers.sql")));
    private static final String PLACEHOLDER = "\"cairn\"";

    private final String name;
    private final String quoted;

    PostgresSchema(String name) {
        this.name = name;
        this.quoted = quoted(name);
    }

    static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** A statement whose tables and functions are written as if the schema's name were cairn. */
    String of(String sql) {
        return sql.replace(PLACEHOLDER, quoted);
    }

    String name() {
        return name;
    }

    /** Everything that makes an empty database hold the schema. */
    String script() {
        var script = new StringBuilder("-- The schema of Cairn. Run it once, as the owner, in one transaction.\n");
        script.append(of("CREATE SCHEMA IF NOT EXISTS \"cairn\";\nSET LOCAL search_path = \"cairn\";\n"));
        script.append(Sql.file("postgres/0-migrations.sql"));
        MIGRATIONS.forEach((number, migration) -> {
            script.append('\n').append(of(migration));
            script.append(String.format(
                    "INSERT INTO migration (number, checksum, format) VALUES (%d, '%s', %d);%n",
                    number, checksum(migration), FORMAT));
        });
        script.append(of(Sql.file("postgres/9-rights.sql")));
        return script.toString();
    }

    /** What gives a user the rights of a role. */
    String grant(PostgresRole role, String user) {
        return of(Sql.file("postgres/" + role.file())).replace("\"user\"", quoted(user));
    }

    /** Applies what is missing, in one transaction; whoever comes second finds it done. */
    void migrate(Connection connection) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "SELECT pg_advisory_xact_lock(hashtextextended('cairn migration ' || " + literal(name) + ", 0))");
            if (!exists(statement)) {
                statement.execute(of("CREATE SCHEMA \"cairn\""));
            } else if (!mayCreate(statement)) {
                throw new LogUnusable(
                        "The database user may not make tables in the schema \"" + name
                                + "\". Run the migrations as its owner.",
                        null);
            }
            statement.execute(of("SET LOCAL search_path = \"cairn\""));
            statement.execute(Sql.file("postgres/0-migrations.sql"));
            Map<Integer, String> applied = applied(statement, "SELECT number, checksum, format FROM migration");
            check(applied, false);
            boolean changed = false;
            for (int number : MIGRATIONS.keySet()) {
                if (!applied.containsKey(number)) {
                    String migration = migration(number);
                    statement.execute(of(migration));
                    statement.execute(String.format(
                            "INSERT INTO migration (number, checksum, format) VALUES (%d, '%s', %d)",
                            number, checksum(migration), FORMAT));
                    changed = true;
                }
            }
            if (changed) {
                statement.execute(of(Sql.file("postgres/9-rights.sql")));
            }
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(autoCommit);
        }
    }

    private boolean exists(Statement statement) throws SQLException {
        try (ResultSet row =
                statement.executeQuery("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = " + literal(name))) {
            return row.next();
        }
    }

    private boolean mayCreate(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT has_schema_privilege(" + literal(name) + ", 'USAGE')"
                + " AND has_schema_privilege(" + literal(name) + ", 'CREATE')")) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static String literal(String text) {
        return "U&'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    /** Fails unless the schema is one that this release works with. */
    void validate(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            check(applied(statement, of("SELECT number, checksum, format FROM \"cairn\".migrations_1()")), true);
        } catch (SQLException e) {
            if (List.of("3F000", "42883", "42P01").contains(String.valueOf(e.getSQLState()))) {
                throw new LogUnusable(
                        "The database has no schema \"" + name + "\" with Cairn's tables. Run the migrations once as"
                                + " its owner, with Postgres.migrate or `cairn schema migrate`, or open with"
                                + " migrating().",
                        e);
            }
            throw e;
        }
    }

    private Map<Integer, String> applied(Statement statement, String sql) throws SQLException {
        Map<Integer, String> applied = new TreeMap<>();
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                if (rows.getInt(3) > FORMAT) {
                    throw new LogUnusable(
                            "The schema \"" + name + "\" has storage format " + rows.getInt(3)
                                    + ", which is newer than this release's " + FORMAT + ". Use a newer release.",
                            null);
                }
                applied.put(rows.getInt(1), rows.getString(2));
            }
        }
        return applied;
    }

    private void check(Map<Integer, String> applied, boolean all) {
        for (int number : MIGRATIONS.keySet()) {
            String checksum = applied.get(number);
            if (checksum == null && all) {
                throw new LogUnusable(
                        "The schema \"" + name + "\" lacks migration " + number + " of " + MIGRATIONS.lastKey()
                                + ". Run the migrations as its owner, with Postgres.migrate or `cairn schema migrate`,"
                                + " or open with migrating().",
                        null);
            }
            if (checksum != null && !checksum.equals(checksum(migration(number)))) {
                throw new LogUnusable(
                        "Migration " + number + " of the schema \"" + name + "\" is not the one of this release."
                                + " Somebody changed it; restore the schema, or use the release that made it.",
                        null);
            }
        }
    }

    private static String migration(int number) {
        return Objects.requireNonNull(MIGRATIONS.get(number));
    }

    private static String checksum(String migration) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(migration.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256.", e);
        }
    }

    /** A log as the schema has it. */
    record Log(int key, UUID id, boolean restoring) {}

    /** Makes a log if it is missing. */
    void create(Connection connection, String log, Supplier<UUID> ids) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                of("INSERT INTO \"cairn\".log (name, id) VALUES (?, ?) ON CONFLICT DO NOTHING"))) {
            insert.setString(1, log);
            insert.setObject(2, ids.get());
            insert.executeUpdate();
        }
    }

    Log log(Connection connection, String log) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement(of("SELECT key, id, restoring FROM \"cairn\".log_1(?)"))) {
            query.setString(1, log);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next() || row.getObject(2) == null) {
                    throw new LogUnusable(
                            "The schema \"" + name + "\" has no log named \"" + log
                                    + "\". Make it as the owner, with Postgres.migrate or `cairn schema migrate`, or"
                                    + " open with migrating().",
                            null);
                }
                return new Log(row.getInt(1), row.getObject(2, UUID.class), row.getBoolean(3));
            }
        }
    }
}
