// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.cairnlog.sql.servers.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever does what the start guide says gets what it shows: its blocks make a project in an empty folder, with nothing
 * but the installed artifacts, which is built, tested and run, on SQLite and on PostgreSQL.
 */
class StartGuideTest {
    private static final PostgresServer SERVER = PostgresServer.newest();

    private final Tree tree = Tree.ours();

    @TempDir
    Path folder;

    @Test
    void the_start_guide_leads_from_nothing_to_a_tested_decider_with_snapshots_on_postgresql() throws Exception {
        String database = SERVER.createDatabase();
        Path built =
                tree.at("examples").resolve(System.getProperty("cairn.target")).resolve("installation");
        var walkthrough = new Walkthrough(
                Walkthrough.START,
                folder.resolve("bank"),
                Map.of(
                        "BANK_DB", "postgresql://postgres@127.0.0.1:" + SERVER.port() + "/" + database,
                        "JAVA_HOME", System.getProperty("java.home"),
                        "PATH", maven() + ":" + System.getenv("PATH"),
                        "MAVEN_OPTS",
                                "-Dmaven.repo.local="
                                        + Installation.in(built, tree).repository()));

        walkthrough.follow(Tree.read(tree.at(Walkthrough.START)));

        assertThat(SERVER.query(database, "SELECT version FROM cairn.snapshot")).isEqualTo("3");
        assertThat(folder.resolve("bank/bank.db")).isNotEmptyFile();
    }

    /** A folder with a {@code mvn} that fetches Maven, or with nothing if there is one already. */
    private Path maven() throws IOException {
        Path tools = Files.createDirectory(folder.resolve("tools"));
        if (!onPath("mvn")) {
            Path script = tools.resolve("mvn");
            Files.writeString(script, "#!/bin/sh\nexec '" + tree.at("mvnw") + "' \"$@\"\n");
            assertThat(script.toFile().setExecutable(true)).isTrue();
        }
        return tools;
    }

    private static boolean onPath(String program) {
        for (String place : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(place, program))) {
                return true;
            }
        }
        return false;
    }

    @Test
    void blocks_are_files_changes_commands_and_what_they_print() throws Exception {
        follow("""
                **a/greeting.txt**

                ```text
                hello
                bye
                ```

                **a/greeting.txt**, in place of the line with `bye`

                ```text
                world
                ```

                ```sh
                cat a/greeting.txt
                ```

                It says:

                ```text
                hello
                ...
                world
                ```
                """);
        assertThat(folder.resolve("project/a/greeting.txt")).hasContent("hello\nworld\n");
    }

    @Test
    void a_command_that_fails_is_named() {
        assertThatThrownBy(() -> follow("Do\n\n```sh\necho well; echo oh >&2; exit 3\n```\n"))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("guide.md:3: [echo well; echo oh >&2; exit 3] ended with 3; it printed")
                .hasMessageContaining("well")
                .hasMessageContaining("oh");
    }

    @Test
    void what_is_shown_and_not_printed_is_named() {
        assertThatThrownBy(() -> follow("```sh\necho 1; echo 2\n```\n\n```text\n1\n```\n"))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("guide.md:5: what the guide shows is not what was printed");
        assertThatThrownBy(() -> follow("```sh\necho 1\n```\n\n```text\n...\n2\n...\n```\n"))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void a_change_of_a_line_that_is_not_there_is_named() {
        String file =
                "**a.txt**\n\n```text\na\na\n```\n\n**a.txt**, in place of the line with `%s`\n\n```text\nb\n```\n";
        assertThatThrownBy(() -> follow(file.formatted("c")))
                .hasMessage("guide.md:10: a.txt has 0 lines with c, and one was to be replaced");
        assertThatThrownBy(() -> follow(file.formatted("a"))).hasMessageContaining("2 lines");
    }

    private void follow(String text) throws InterruptedException {
        new Walkthrough("guide.md", folder.resolve("project"), Map.of()).follow(text);
    }
}
