// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Every document tells the truth about files, code and commands. {@code ./cairn docs --write} takes the quoted
 * blocks afresh from their sources.
 */
class DocsTest {
    private final Tree tree = Tree.ours();

    @TempDir
    Path folder;

    @BeforeEach
    void write_if_asked() {
        if (Boolean.getBoolean("cairn.docs.write")) {
            for (Path document : tree.files(".md")) {
                Tree.write(document, new Snippets(tree).rewrite(document));
            }
        }
    }

    @Test
    void links_and_names_lead_somewhere() {
        assertThat(everywhere(new Links(tree)::check)).isEmpty();
    }

    @Test
    void code_blocks_are_quoted_from_compiled_sources() {
        assertThat(everywhere(new Snippets(tree)::check)).isEmpty();
    }

    @Test
    void commands_exist() {
        assertThat(everywhere(new Verbs(tree, Verbs.ours())::check)).isEmpty();
    }

    @Test
    void a_dead_link_is_found() {
        file("docs/log.md", "# The log\n\n## A `read`, page by page\n## Twice\n## Twice\n");
        assertThat(links("[a](docs/log.md#a-read-page-by-page) [b](docs/log.md#twice-1) [c](https://x.org) `[d](e)`"))
                .isEmpty();
        assertThat(links("[a](docs/no.md)")).containsExactly("README.md:1 links to docs/no.md, which does not exist");
        assertThat(links("[a](docs/log.md#no)")).singleElement().asString().contains("that heading does not exist");
        assertThat(links("[a](#here)\n# There")).hasSize(1);
    }

    @Test
    void a_name_of_nothing_is_found() {
        file("sql/src/main/resources/org/cairnlog/sql/append.sql", "");
        file("core/src/test/java/FooTest.java", "void a_log_begins() {}");
        assertThat(links("`append.sql` `sql/append.sql` `FooTest` `FooTest.a_log_begins` `FooTest#a_log_begins()`"))
                .isEmpty();
        assertThat(links("`gone/append.sql`")).hasSize(1);
        assertThat(links("`gone.sql`")).hasSize(1);
        assertThat(links("`core/Gone.java`")).hasSize(1);
        assertThat(links("`GoneTest`")).hasSize(1);
        assertThat(links("`FooTest.gone`")).hasSize(1);
    }

    @Test
    void a_dead_code_block_is_found() {
        assertThat(snippets("```java\nint a;\n```\n"))
                .singleElement()
                .asString()
                .contains("dead code block");
        assertThat(snippets("```xml\n<a/>\n```\n")).singleElement().asString().contains("dead code block");
        assertThat(snippets("```sh\nls\n```\n")).isEmpty();
    }

    @Test
    void a_quote_that_differs_is_found_and_taken_afresh() {
        file(
                "A.java",
                "class A {\n    // tag::one[]\n}\n    // tag::one\n    int a;\n\n    int b;\n    // end::one\n}\n");
        String marker = "<!-- quoted from A.java#one -->\n";
        assertThat(snippets(marker + "```java\nint a;\n\nint b;\n```\n")).isEmpty();
        assertThat(snippets(marker + "```java\nint a;\n```\nrest\n"))
                .singleElement()
                .asString()
                .contains("differs");
        assertThat(new Snippets(new Tree(folder)).rewrite(folder.resolve("README.md")))
                .isEqualTo(marker + "```java\nint a;\n\nint b;\n```\nrest\n");
        assertThat(snippets("<!-- quoted from A.java#two -->\n```java\n```\n")).hasSize(1);
        assertThat(snippets("<!-- quoted from B.java -->\n```java\n```\n")).hasSize(1);
    }

    @Test
    void a_pom_snippet_that_names_nothing_is_found() {
        file("pom.xml", "<artifactId>cairn-parent</artifactId><version>2</version><module>core</module>");
        String snippet =
                "```xml\n<groupId>org.cairnlog</groupId>\n<artifactId>%s</artifactId>\n<version>%s</version>\n```\n";
        assertThat(snippets(snippet.formatted("cairn-core", "2"))).isEmpty();
        assertThat(snippets(snippet.formatted("cairn-core", "1"))).hasSize(1);
        assertThat(snippets(snippet.formatted("cairn-gone", "2"))).hasSize(1);
    }

    @Test
    void a_command_that_does_not_exist_is_found() {
        assertThat(verbs("```sh\n./cairn --log x read a --limit 3 | wc\n./cairn test\n```\n`./cairn read`"))
                .isEmpty();
        assertThat(verbs("```sh\n./cairn write a\n```\n"))
                .singleElement()
                .asString()
                .contains("cairn write");
        assertThat(verbs("```sh\n./cairn read --gone\n```\n"))
                .singleElement()
                .asString()
                .contains("--gone");
        assertThat(verbs("Then `./cairn gone`.")).hasSize(1);
    }

    private List<String> everywhere(Function<Path, List<String>> check) {
        List<String> findings = new ArrayList<>();
        for (Path document : tree.files(".md")) {
            findings.addAll(check.apply(document));
        }
        return findings;
    }

    private List<String> links(String text) {
        Path document = file("README.md", text);
        return new Links(new Tree(folder)).check(document);
    }

    private List<String> snippets(String text) {
        return new Snippets(new Tree(folder)).check(file("README.md", text));
    }

    private List<String> verbs(String text) {
        return new Verbs(new Tree(folder), new CommandLine(new Fake())).check(file("README.md", text));
    }

    private Path file(String name, String text) {
        Tree.write(folder.resolve(name), text);
        return folder.resolve(name);
    }

    @Command(subcommands = FakeRead.class)
    private static final class Fake {
        @Option(names = "--log")
        private String log = "";
    }

    @Command(name = "read")
    private static final class FakeRead {
        @Option(names = "--limit")
        private int limit;
    }
}
