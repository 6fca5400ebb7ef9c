// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.cairnlog.sql.servers.PostgresServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every verb does on a log in PostgreSQL what it does on any other. */
class PostgresVerbsTest {
    private static final PostgresServer SERVER = PostgresServer.newest();

    @TempDir
    Path folder;

    private String database;
    private Cairn postgres;
    private Cairn sqlite;

    @BeforeEach
    void a_database() {
        database = SERVER.createDatabase();
        postgres = on("");
        sqlite = new Cairn(folder);
    }

    private Cairn on(String query) {
        return Cairn.at(folder, "postgresql://postgres@127.0.0.1:" + SERVER.port() + "/" + database + query);
    }

    /** The same words said on both, but for times, ids and URLs. */
    private void same(String... args) {
        Cairn.Said here = postgres.run(args);
        Cairn.Said there = sqlite.run(args);
        assertThat(masked(here.out())).as(String.join(" ", args)).isEqualTo(masked(there.out()));
        assertThat(masked(here.err())).isEqualTo(masked(there.err()));
        assertThat(here.exit()).isEqualTo(there.exit());
    }

    private static String masked(String text) {
        return text.replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "TIME")
                .replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "ID")
                .replaceAll("(in |seconds\":)\\d+\\.\\d+", "$1SECONDS");
    }

    @Test
    void every_verb_says_what_it_says_of_a_file() throws IOException {
        History history = History.gzip(folder.resolve("h.ndjson.gz"), 40, 300);
        same(
                "append",
                "order/1",
                "order-placed",
                "--data",
                "{\"total\":12}",
                "--expect",
                "none",
                "--tag",
                "customer:7");
        same("append", "order/1", "order-paid", "--expect", "1", "--label", "region=north", "--json");
        same("append", "order/1", "order-paid", "--expect", "1");
        same("append", "seat/1", "taken", "--tag", "show:9", "--unless-type", "taken", "--unless-tag", "show:9");
        same("append", "seat/2", "taken", "--tag", "show:9", "--unless-type", "taken", "--unless-tag", "show:9");
        same("append", "order/2", "t", "--guard", "order/1=7");
        same("read", "order/1");
        same("read", "--all", "--tag", "customer:7", "--json");
        same("read", "--all", "--backward", "--limit", "2");
        same("read", "order/99");
        same("import", history.file.toString(), "--atomic-by", "commit");
        same("import", history.file.toString(), "--atomic-by", "commit");
        same("label", "order/1", "region=south", "owner=ada");
        same("label", "order/99", "region=south");
        same("streams", "--label", "region", "--json");
        same("head");
        same("tail", "--after", "0", "--category", "order", "--limit", "2", "--timeout", "20");
        same("tail", "--timeout", "0", "--limit", "1");
        same("append", "order/1", "order-state", "--baseline");
        same("truncate", "order/1", "--before", "3", "--reason", "old");
        same("truncate", "seat/1", "--before", "2", "--reason", "old");
        same("delete", "seat/1", "--reason", "asked for it");
        same("append", "seat/1", "taken");
        same("append", "seat/1", "taken", "--expect", "deleted@2");
        same("verify");
        same("verify", "--json");
        same("export");
    }

    @Test
    void a_copy_goes_there_and_back_with_every_place() throws IOException {
        History history = History.plain(folder.resolve("h"), 30, 200);
        sqlite.run("import", history.file.toString(), "--atomic-by", "commit").ok();
        sqlite.appendTo("a/1", 3);
        sqlite.run("label", "a/1", "region=north").ok();
        sqlite.run("truncate", "a/1", "--before", "2", "--reason", "old", "--without-baseline")
                .ok();
        sqlite.appendTo("a/2", 2);
        sqlite.run("delete", "a/2", "--reason", "asked").ok();
        Cairn copy = on("?schema=copies&log=first");
        Cairn twice = on("?schema=copies&log=second");
        Cairn back = sqlite.on("back.db");
        copy(sqlite, copy);
        copy(copy, twice);
        copy(twice, back);
        String cursor = sqlite.run("head").ok().out().strip().split("\\s+")[1];
        copy.run("append", "a/3", "t").ok();
        assertThat(copy.run("read", "--all", "--after", cursor).ok().lines()).hasSize(1);
        assertThat(copy.run("copy", "--from", sqlite.url, "--to", copy.url).exit())
                .isEqualTo(2);
    }

    private static void copy(Cairn from, Cairn to) {
        assertThat(from.run("copy", "--from", from.url, "--to", to.url).ok().out())
                .startsWith("Copied ");
        for (List<String> args : List.of(
                List.of("export"),
                List.of("read", "--all", "--json"),
                List.of("streams", "--json"),
                List.of("head"),
                List.of("verify"))) {
            String[] words = args.toArray(String[]::new);
            assertThat(to.run(words).ok().bytes())
                    .isEqualTo(from.run(words).ok().bytes());
        }
    }

    @Test
    void who_holds_the_lock_is_named_and_nothing_is_stored() throws SQLException {
        postgres.appendTo("a/1", 1);
        try (Connection other = DriverManager.getConnection(SERVER.url(database));
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SET application_name = 'nightly report'");
            statement.execute("SELECT cairn.lock_1(key, 1000) FROM cairn.log");
            String pid = SERVER.query(
                    database, "SELECT pid FROM pg_stat_activity WHERE application_name = 'nightly report'");
            postgres.run("append", "a/1", "t", "--timeout", "0.5")
                    .failsLike(
                            3,
                            "The log was busy for \\d+ ms: session " + pid
                                    + " of user postgres \\(nightly report\\) holds the log's lock, idle in"
                                    + " transaction, for \\d+ ms\\. Nothing was stored; try again later\\.");
            assertThat(postgres.run("status").ok().out())
                    .containsPattern("in the way  session " + pid + " of user postgres \\(nightly report\\) holds");
            assertThat(postgres.run("status", "--json").ok().out()).contains("\"blocker\":\"session " + pid + " of ");
            other.rollback();
        }
        assertThat(postgres.run("status").ok().out()).contains("\nin the way  nobody\n");
        assertThat(postgres.run("head").ok().out()).startsWith("1  c1~");
    }

    @Test
    void the_status_tells_where_a_log_is_and_how_it_grows() {
        sqlite.appendTo("a/1", 2);
        postgres.appendTo("a/1", 3);
        assertThat(masked(sqlite.run("status").ok().out())).isEqualTo("""
                        log         default, ID
                        store       SQLite, %s
                        head        2
                        in the way  nobody
                        queue       0 appends, 0 bytes
                        batches     0 with 0 appends, at most 0, last 0
                        new events  looks now and then
                        last error  none
                        """.formatted(folder.resolve("cairn.db")));
        assertThat(masked(postgres.run("status").ok().out()))
                .startsWith("log         default, ID\nstore       PostgreSQL, 127.0.0.1:" + SERVER.port() + "/"
                        + database + ", schema cairn\nhead        3\nin the way  nobody\n")
                .endsWith("\nnew events  is told\nlast error  none\n");
        assertThat(postgres.run("status", "--json").ok().out())
                .contains("\"position\":3,\"cursor\":\"c1~", "\"wakeUp\":\"listening\"")
                .doesNotContain("problem", "lastError", "blocker");
        assertThat(Cairn.at(folder, "memory:").run("status").ok().out())
                .contains("\nnew events  this process alone can append\n");
    }

    @Test
    void all_acts_of_the_demo_are_played() {
        String said = postgres.run("demo", "--repo", folder.toString()).ok().out();
        assertThat(said)
                .startsWith("Cairn demo on " + postgres.url)
                .contains("600 commits went in as 600 atomic appends of ")
                .containsPattern("process \\d+  sees \\d+ .*demo-file/README.md #1  FileModified")
                .contains("3 seats; read then write sold 4, write at the version that was read sold 3.")
                .containsPattern("is killed \\(SIGKILL\\) with [\\d,]+ events stored")
                .contains("verify: whole, 0 events lost, 0 events doubled")
                .contains("./cairn demo --act 4 --log '" + postgres.url + "'")
                .doesNotContain("temporary file");
        postgres.run("verify").ok();
    }

    @Test
    void the_demo_shows_no_password_and_names_commands_that_work() {
        String secret = postgres.url.replace("postgres@", "postgres:s3cret@");
        String said = Cairn.at(folder, secret).run("demo", "--act", "3").ok().out();
        assertThat(said)
                .doesNotContain("s3cret")
                .contains("./cairn demo --act 3\n")
                .containsPattern("./cairn read seat/show-\\S+\n");
    }
}
