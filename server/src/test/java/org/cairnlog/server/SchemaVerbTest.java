// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.cairnlog.sql.servers.LeftOut;
import org.cairnlog.sql.servers.PostgresBinaries;
import org.cairnlog.sql.servers.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaVerbTest {
    @TempDir
    Path folder;

    private static String url(PostgresServer server, String user, String database) {
        return "postgresql://" + user + "@127.0.0.1:" + server.port() + "/" + database;
    }

    private Cairn at(String url) {
        return Cairn.at(folder, url);
    }

    private static Cairn.Said print(String... args) {
        return Cairn.with(new byte[0], Map.of(), args);
    }

    @Test
    void the_printed_schema_works_and_so_do_the_rights() {
        PostgresServer server = PostgresServer.newest();
        String database = server.createDatabase();
        server.execute("postgres", "create user \"app of \"\"ada\"\"\"");
        server.execute(
                database,
                print(
                                "schema",
                                "print",
                                "--schema",
                                "My \"events\"",
                                "--with-log",
                                "it's",
                                "--grant",
                                "appender=app of \"ada\"")
                        .ok()
                        .out());
        String query = "?schema=My%20%22events%22&log=it's";
        Cairn app = at(url(server, "app%20of%20%22ada%22", database) + query);
        app.run("schema", "check").ok();
        app.run("append", "a/1", "t", "--expect", "none").ok();
        app.run("head").failsLike(2, "The database user may not do this on .*");
        assertThat(at(url(server, "postgres", database) + query)
                        .run("verify")
                        .ok()
                        .out())
                .isEqualTo("Whole: 1 event, 0 husks, 1 stream\n");
    }

    @Test
    void psql_takes_the_printed_schema() throws IOException, InterruptedException {
        if (LeftOut.is("postgresql", "the printed schema through psql")) {
            return;
        }
        PostgresServer server = PostgresServer.distribution();
        for (List<String> options : List.of(List.<String>of(), List.of("-1"))) {
            String database = server.createDatabase();
            String psql =
                    PostgresBinaries.distribution().folder().resolve("psql").toString();
            List<String> command = new java.util.ArrayList<>(
                    List.of(psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", url(server, "postgres", database)));
            command.addAll(options);
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(print("schema", "print").ok().bytes());
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
            Cairn cairn = at(url(server, "postgres", database));
            assertThat(cairn.run("schema", "migrate").ok().out())
                    .isEqualTo("The schema \"cairn\" was up to date; made the log \"default\"\n");
            cairn.run("schema", "check").ok();
            cairn.run("append", "a/1", "t").ok();
            assertThat(cairn.run("verify").ok().out()).isEqualTo("Whole: 1 event, 0 husks, 1 stream\n");
        }
    }

    @Test
    void a_migration_says_what_it_did() {
        PostgresServer server = PostgresServer.newest();
        String database = server.createDatabase();
        server.execute("postgres", "create user reports");
        Cairn owner = at(url(server, "postgres", database));
        Cairn reports = at(url(server, "reports", database));
        owner.run("schema", "check").failsLike(1, ".*: The database has no schema \"cairn\" with Cairn's tables.*");
        assertThat(owner.run("schema", "migrate").ok().out())
                .matches("Made the schema \"cairn\" with \\d+ migrations; made the log \"default\"\n");
        assertThat(owner.run("schema", "check").ok().out())
                .isEqualTo("The schema \"cairn\" is complete and has the log \"default\"\n");
        Cairn other = at(url(server, "postgres", database) + "?log=other");
        other.run("schema", "check").failsLike(1, ".* has no log named \"other\".*");
        assertThat(other.run("schema", "migrate", "--grant", "consumer=reports")
                        .ok()
                        .out())
                .isEqualTo("The schema \"cairn\" was up to date; made the log \"other\"; granted consumer=reports\n");
        assertThat(other.run("schema", "migrate", "--json").ok().out())
                .matches("\\{\"schema\":\"cairn\",\"migrationsBefore\":(\\d+),\"migrations\":\\1,\"log\":\"other\","
                        + "\"logMade\":false,\"granted\":\\[\\]\\}\n");
        reports.run("schema", "check").ok();
        reports.run("head").ok();
        reports.run("schema", "migrate").failsLike(2, ".*: The database user may not make tables in .*");
        owner.run("schema", "migrate", "--grant", "consumer=nobody at all")
                .failsLike(2, ".*role \"nobody at all\" does not exist\\)\\. Check the name, or create it\\.");
        server.execute(database, "update cairn.migration set checksum = 'x' where number = 1");
        owner.run("schema", "check").failsLike(1, ".*: Migration 1 of the schema \"cairn\" is not the one .*");
        owner.run("append", "a/1", "t").failsLike(2, ".*: Migration 1 of the schema \"cairn\" is not the one .*");
    }

    @Test
    void what_it_is_not_for_is_said() {
        Cairn sqlite = new Cairn(folder);
        sqlite.run("schema", "migrate")
                .fails(
                        2,
                        "schema migrate is for logs in PostgreSQL; " + sqlite.url
                                + " needs none, for append, import and copy make what is missing");
        sqlite.run("schema", "drop").fails(2, "schema \"drop\": expected print, migrate or check");
        sqlite.run("schema", "check", "--schema", "x").failsLike(2, "schema check goes by the URL: .*");
        for (String grant : List.of("appender", "owner=ada", "appender=", "=ada")) {
            sqlite.run("schema", "print", "--grant", grant)
                    .failsLike(2, "--grant \"" + grant + "\": expected ROLE=USER, .*");
        }
    }
}
