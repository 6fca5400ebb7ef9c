// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoVerbTest {
    @TempDir
    Path folder;

    private Cairn cairn;

    @BeforeEach
    void begin() {
        cairn = new Cairn(folder);
    }

    private static String git(Path repository, String... arguments) throws IOException, InterruptedException {
        return git("", repository, arguments);
    }

    private static String git(String input, Path repository, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git", "-C", repository.toString()));
        command.addAll(List.of("-c", "user.name=Ada L", "-c", "user.email=a@b.c"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said.strip();
    }

    private Path repository() throws IOException, InterruptedException {
        Path repository = Files.createDirectory(folder.resolve("repo"));
        git(repository, "init", "-q");
        Files.writeString(repository.resolve("a.txt"), "one\ntwo\nthree\n");
        git(repository, "add", ".");
        // Given to git in bytes: the file system's encoding may know no such letter.
        String content = git("x", repository, "hash-object", "-w", "--stdin");
        git("100644 " + content + "\tü b.txt\n", repository, "update-index", "--index-info");
        git(repository, "commit", "-qm", "one");
        git(repository, "mv", "a.txt", "c.txt");
        git(repository, "rm", "-q", "--cached", "* b.txt");
        git(repository, "commit", "-qm", "two");
        git(repository, "commit", "-q", "--allow-empty", "-m", "empty");
        Files.writeString(repository.resolve("c.txt"), "four\n");
        git(repository, "commit", "-qam", "three");
        return repository;
    }

    @Test
    void a_repository_becomes_events_and_a_second_run_adds_only_what_is_new() throws IOException, InterruptedException {
        Path repository = repository();
        String[] demo = {"demo", "--act", "1", "--repo", repository.toString()};
        assertThat(cairn.run(demo).ok().out())
                .contains("3 commits went in as 3 atomic appends of 5 events")
                .contains("the life of c.txt")
                .contains("FileRenamed from a.txt")
                .contains("  Again:  ./cairn demo --act 1 --repo " + repository + " --as-of ");
        assertThat(cairn.run("read", "file/ü b.txt").ok().out())
                .contains("FileAdded")
                .contains("FileDeleted");
        assertThat(cairn.run("read", "file/c.txt", "--json").ok().out())
                .contains("\"data\":{\"path\":\"c.txt\",\"author\":\"Ada L\",\"from\":\"a.txt\",\"similarity\":100}");
        Files.writeString(repository.resolve("d.txt"), "d");
        git(repository, "add", ".");
        git(repository, "commit", "-qm", "four");
        assertThat(cairn.run(demo).ok().out())
                .contains("1 commit went in as 1 atomic append of 1 event; 3 commits were there from an earlier run");
    }

    @Test
    void without_a_history_one_is_invented_and_that_is_said() {
        assertThat(cairn.run("demo", "--act", "1", "--repo", folder.toString(), "--as-of", "2020-01-01")
                        .ok()
                        .out())
                .contains(folder + " is no git repository: this is an invented history instead.")
                .contains("as of 2020-01-01T00:00:00Z")
                .contains("most changed files")
                .contains("changes by author")
                .contains("month");
    }

    @Test
    void a_second_process_sees_a_commit() {
        String said = cairn.run("demo", "--act", "2").ok().out();
        assertThat(said).containsPattern("process \\d+  sees \\d+ .*demo-file/README.md #1  FileModified");
        assertThat(said).contains("The last one was seen ").contains("./cairn demo --act 2 --log 'sqlite:");
    }

    @Test
    void the_last_seat_is_sold_once_or_twice() {
        assertThat(cairn.run("demo", "--act", "3").ok().out())
                .contains("loses: found version 3, reads again #3: sold out")
                .contains("3 seats; read then write sold 4, write at the version that was read sold 3.");
        assertThat(Cairn.with(new byte[0], Map.of(), "demo", "--act", "3", "--log", "memory:")
                        .ok()
                        .out())
                .contains("sold 4, write at the version that was read sold 3.");
    }

    @Test
    void a_killed_import_loses_and_doubles_nothing() {
        assertThat(cairn.run("demo", "--act", "4").ok().out())
                .containsPattern("is killed \\(SIGKILL\\) with [\\d,]+ events stored")
                .contains("; already there: ")
                .contains("verify: whole, 0 events lost, 0 events doubled");
        cairn.run("verify").ok();
    }

    @Test
    void an_unknown_act_is_refused() {
        cairn.run("demo", "--act", "5").fails(2, "--act [5]: expected 1 to 4");
    }
}
