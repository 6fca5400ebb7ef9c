// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tree is tidy, and each rule is seen to bite on a small untidy tree. */
class TidyTest {
    private final Tidy ours = new Tidy(Tree.ours());

    @TempDir
    Path folder;

    @Test
    void the_root_is_short() {
        assertThat(ours.strayRootEntries()).isEmpty();
        for (int i = 0; i <= Tidy.ROOT_ENTRIES; i++) {
            file("entry" + i + "/file", "");
        }
        assertThat(untidy().strayRootEntries()).singleElement().asString().contains("18 entries");
    }

    @Test
    void every_sql_file_is_used() {
        assertThat(ours.unusedSql()).isEmpty();
        file("sql/src/main/resources/org/cairnlog/sql/append.sql", "select 1");
        file("sql/src/main/resources/org/cairnlog/sql/lost.sql", "select 1");
        file("sql/src/main/java/Sql.java", "load(\"append.sql\") // lost.sql");
        file("core/src/main/java/Sql.java", "load(\"lost.sql\")");
        assertThat(untidy().unusedSql()).singleElement().asString().contains("lost.sql");
    }

    @Test
    void no_line_is_long_or_has_a_tab() {
        assertThat(ours.longOrTabbedLines()).isEmpty();
        file("A.java", "a".repeat(Tidy.LINE_LENGTH) + "\n" + "a".repeat(Tidy.LINE_LENGTH + 1) + "\n\tb\n");
        assertThat(untidy().longOrTabbedLines()).containsExactly("A.java:2 is longer than 120", "A.java:3 has a tab");
    }

    @Test
    void every_source_names_its_licence() {
        assertThat(ours.missingLicence()).isEmpty();
        file("A.java", Tidy.LICENCE + "\npackage a;\n");
        file("B.java", "package b;\n");
        assertThat(untidy().missingLicence()).singleElement().asString().startsWith("B.java");
    }

    @Test
    void nothing_is_left_to_do() {
        assertThat(ours.unfinished()).isEmpty();
        file("A.java", "// TO" + "DO later\n");
        file("pom.xml", "<!-- FIX" + "ME -->\n");
        assertThat(untidy().unfinished()).hasSize(2);
    }

    @Test
    void no_test_skips_or_sleeps() {
        assertThat(ours.skippedOrSleepingTests()).isEmpty();
        List<String> words =
                List.of("@Disab" + "led", "assum" + "eTrue(x)", "Assum" + "ptions.y()", "Thread.sl" + "eep(1)");
        file("sql/src/test/java/A.java", String.join("\n", words));
        file("testkit/src/main/java/B.java", String.join("\n", words));
        file("sql/src/main/java/C.java", words.getLast());
        assertThat(untidy().skippedOrSleepingTests()).hasSize(8);
    }

    @Test
    void the_bom_names_every_published_module() {
        assertThat(ours.bomOutOfStep()).isEmpty();
        file(
                "pom.xml",
                "<artifactId>cairn-parent</artifactId><version>2</version><module>core</module><module>sql</module>");
        file("bom/pom.xml", "<version>1</version><artifactId>cairn-core</artifactId>");
        assertThat(untidy().bomOutOfStep())
                .containsExactly("bom/pom.xml is not of version 2", "bom/pom.xml does not name cairn-sql");
    }

    private void file(String name, String text) {
        Tree.write(folder.resolve(name), text);
    }

    private Tidy untidy() {
        return new Tidy(new Tree(folder));
    }
}
