// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.cairnlog.sql.servers.PostgresServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a URL of a log in PostgreSQL means, and what is said if nothing can be opened there. */
class PostgresUrlTest {
    private static final PostgresServer SERVER = PostgresServer.newest();
    private static final String SECRET = "s3cr+t /@:%&?=ü";
    private static final String ENCODED = "s3cr+t%20%2F%40%3A%25%26%3F%3D%C3%BC";

    @TempDir
    Path folder;

    private String database;
    private String place;

    @BeforeAll
    static void a_user_with_a_password() throws IOException {
        Path rules = SERVER.folder().resolve("data").resolve("pg_hba.conf");
        Files.writeString(rules, "host all guarded 127.0.0.1/32 scram-sha-256\n" + Files.readString(rules));
        SERVER.execute("postgres", "create user guarded password '" + SECRET + "'");
        SERVER.execute("postgres", "create user stranger");
        SERVER.execute("postgres", "select pg_reload_conf()");
    }

    @BeforeEach
    void a_database() {
        database = SERVER.createDatabase();
        SERVER.execute("postgres", "grant create on database " + database + " to guarded");
        place = "127.0.0.1:" + SERVER.port() + "/" + database;
    }

    private static Cairn.Said run(String url, String... args) {
        return run(url, Map.of(), args);
    }

    /** Runs a verb; whatever it says, with its stack trace, is free of the password. */
    private static Cairn.Said run(String url, Map<String, String> variables, String... args) {
        var environment = new java.util.HashMap<>(variables);
        environment.put("CAIRN_LOG", url);
        var debugged = new java.util.ArrayList<>(List.of(args));
        debugged.add("--debug");
        Cairn.Said debug = Cairn.with(new byte[0], environment, debugged.toArray(String[]::new));
        for (String secret : List.of(SECRET, ENCODED, "s3cr", "wr0ng")) {
            assertThat(debug.err() + debug.out()).doesNotContain(secret);
        }
        return Cairn.with(new byte[0], environment, args);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "postgresql:",
                "postgresql://",
                "postgresql://host",
                "postgresql://host/",
                "postgresql:///db",
                "postgresql://host:port/db",
                "postgresql://a:s3cr@b:s3cr@host/db",
                "postgres://ada:s3cr/et@host/db",
                "postgresql://host/db/more"
            })
    void what_is_no_url_is_told_with_what_is(String url) {
        run(url, "head")
                .fails(
                        2,
                        "no log at \"" + LogUrl.masked(url) + "\": expected"
                                + " postgresql://USER@HOST:PORT/DATABASE?schema=NAME&log=NAME, of which user, port,"
                                + " schema and log may be left out, for example postgresql://localhost/shop");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "postgresql://host:0/db | the port is 0, expected 1 to 65535",
                "postgresql://host:99999/db | the port is 99999, expected 1 to 65535",
                "postgresql://host/d%b | a % stands before two hexadecimal digits; % itself is written %25",
                "postgresql://host/db?sslmod=require | unknown \"sslmod=require\", expected schema=NAME, log=NAME or a"
                        + " parameter of the driver, for example sslmode=require",
                "postgresql://host/db?log= | unknown \"log=\", expected schema=NAME, log=NAME or a parameter of the"
                        + " driver, for example sslmode=require",
            })
    void a_part_that_is_wrong_is_named(String url, String what) {
        run(url, "head").fails(2, "no log at \"" + url + "\": " + what);
    }

    @Test
    void a_name_that_is_too_long_is_refused() {
        run("postgresql://postgres@" + place + "?schema=" + "x".repeat(64), "head")
                .failsLike(2, "The name of the schema .*");
    }

    @Test
    void a_server_that_does_not_answer_is_unavailable() throws IOException {
        int free;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        run("postgresql://ada:s3cr@127.0.0.1:" + free + "/db", "head")
                .failsLike(
                        3,
                        "The database cannot serve the log \"default\" now: Connection to 127.0.0.1:" + free
                                + " refused. .*");
        run("postgresql://ada:s3cr@nowhere.invalid/db", "append", "a/1", "t")
                .fails(3, "The database cannot serve the log \"default\" now: no host is known as nowhere.invalid");
    }

    @Test
    void what_is_missing_is_told_apart_and_a_reader_makes_nothing() {
        String user = "postgresql://postgres@127.0.0.1:" + SERVER.port();
        run(user + "/nope", "head")
                .fails(
                        2,
                        user + "/nope: The server does not know what was named for the log \"default\" (FATAL:"
                                + " database \"nope\" does not exist). Check the name, or create it.");
        String url = "postgresql://postgres@" + place;
        for (String verb : List.of("head", "verify", "streams", "status", "export")) {
            run(url, verb)
                    .fails(
                            2,
                            url + ": The database has no schema \"cairn\" with Cairn's tables. Run the migrations once"
                                    + " as its owner, with Postgres.migrate or `cairn schema migrate`, or open with"
                                    + " migrating().");
        }
        run(url, "append", "a/1", "t").ok();
        run(url + "?log=other", "head")
                .fails(
                        2,
                        url + "?log=other: The schema \"cairn\" has no log named \"other\". Make it as the owner, with"
                                + " Postgres.migrate or `cairn schema migrate`, or open with migrating().");
        assertThat(SERVER.query(database, "select count(*) from cairn.log")).isEqualTo("1");
    }

    @Test
    void the_password_comes_from_the_url_or_the_variable_or_the_file() throws IOException {
        String refused = ".*: The server refused a connection for the log \"default\" \\(%s\\)\\. Correct the user, the"
                + " password or the settings of the connection\\.";
        String wrong = refused.formatted("FATAL: password authentication failed for user \"guarded\"");
        String none =
                refused.formatted("The server requested SCRAM-based authentication, but no password was" + " provided");
        run("postgresql://guarded@" + place, "head").failsLike(2, none);
        run("postgresql://guarded:wr0ng@" + place, "head").failsLike(2, wrong);
        run("postgresql://guarded@" + place, Map.of("PGPASSWORD", "wr0ng"), "head")
                .failsLike(2, wrong);

        run("postgresql://guarded:" + ENCODED + "@" + place, "append", "a/1", "t")
                .ok();
        run("postgresql://" + place + "?user=guarded&password=" + ENCODED, "head")
                .ok();
        run("postgresql://guarded@" + place, Map.of("PGPASSWORD", SECRET), "head")
                .ok();
        run("postgresql://guarded:" + ENCODED + "@" + place, Map.of("PGPASSWORD", "wr0ng"), "head")
                .ok();
        Path passwords = Files.writeString(
                folder.resolve("pgpass"), "127.0.0.1:*:" + database + ":guarded:" + SECRET.replace(":", "\\:") + "\n");
        String property = "org.postgresql.pgpassfile";
        System.setProperty(property, passwords.toString());
        try {
            run("postgresql://guarded@" + place, "head").ok();
        } finally {
            System.clearProperty(property);
        }
    }

    @Test
    void a_child_gets_the_password_in_its_environment() throws InterruptedException {
        run("postgresql://guarded:" + ENCODED + "@" + place, "append", "a/1", "t")
                .ok();
        for (String url : List.of("postgresql://guarded@" + place, "postgresql://guarded@" + place + "?log=default")) {
            try (Child child = Child.start(LogUrl.parse(url, Map.of("PGPASSWORD", SECRET)), "head")) {
                assertThat(child.line()).startsWith("2  c1~");
                assertThat(child.exit()).isZero();
            }
        }
    }

    @Test
    void who_has_no_right_is_told_so() {
        String owner = "postgresql://postgres@" + place;
        run(owner, "append", "a/1", "t").ok();
        String url = "postgresql://stranger@" + place;
        String no = url + ": The database user may not do this on the schema \"cairn\" (ERROR: permission denied for"
                + " schema cairn). Grant the role for it, or use another user.";
        for (String[] args : List.of(
                new String[] {"head"}, new String[] {"append", "a/1", "t"}, new String[] {"verify"}, new String[] {
                    "schema", "check"
                })) {
            run(url, args).fails(2, no);
        }
        run(url, "schema", "migrate")
                .fails(
                        2,
                        url + ": The database user may not make tables in the schema \"cairn\". Run the migrations as"
                                + " its owner.");
        run(url + "?schema=mine", "append", "a/1", "t")
                .failsLike(2, ".*: The database has no schema \"mine\" with Cairn's tables.*");

        run(owner, "schema", "migrate", "--grant", "consumer=stranger").ok();
        run(url, "head").ok();
        run(url, "append", "a/1", "t")
                .failsLike(
                        2, "The database user may not do this on the log \"default\" \\(ERROR: permission denied .*");
        run(url, "truncate", "a/1", "--before", "2", "--reason", "r", "--without-baseline")
                .failsLike(
                        2, "The database user may not do this on the log \"default\" \\(ERROR: permission denied .*");
        run(url + "?log=other", "append", "a/1", "t").failsLike(2, ".* has no log named \"other\"\\..*");
    }

    @Test
    void schema_and_log_are_where_the_url_says() {
        String url =
                "postgres://postgres@" + place + "?schema=My%20%22own%22%20Schema&log=caf%C3%A9+1&connectTimeout=5";
        run(url, "append", "a/1", "t").ok();
        assertThat(SERVER.query(database, "select name from \"My \"\"own\"\" Schema\".log"))
                .isEqualTo("café+1");
        assertThat(run(url, "head").ok().out()).startsWith("2  c1~");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres://HOST:5432/db",
                "postgresql://ada@host/db?schema=cairn",
                "postgresql://host/db?sslmode=require&log=default"
            })
    void two_urls_of_one_log_are_known_as_one(String url) {
        assertThat(LogUrl.parse(url).isSame(LogUrl.parse("postgresql://host/db")))
                .isTrue();
        for (String other : List.of(
                "postgresql://host/db2", "postgresql://host:5433/db", "postgresql://host/db?log=x", "sqlite:db")) {
            assertThat(LogUrl.parse(url).isSame(LogUrl.parse(other))).isFalse();
        }
        Cairn.with(new byte[0], Map.of(), "copy", "--from", url, "--to", "postgresql://host/db")
                .fails(2, "--from and --to are the same log " + url);
    }
}
