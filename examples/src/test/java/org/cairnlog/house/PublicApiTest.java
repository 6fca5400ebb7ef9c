// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cairnlog.house.fixtures.api.Surface;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The public surface of each library is committed text, so that every change of it is seen in a review. */
class PublicApiTest {
    private final Tree tree = Tree.ours();

    @ParameterizedTest
    @ValueSource(strings = {"core", "jackson", "sql", "testkit"})
    void the_surface_is_the_committed_one(String module) {
        Path file = tree.at(module + "/api.txt");
        List<String> actual = Api.of(tree.at(module + "/" + System.getProperty("cairn.target", "target") + "/classes"));
        if (Boolean.getBoolean("cairn.api.write")) {
            Tree.write(file, actual.isEmpty() ? "" : String.join("\n", actual) + "\n");
        }
        List<String> committed = Files.exists(file) ? Tree.read(file).lines().toList() : List.of();
        List<String> difference = difference(committed, actual);
        if (!Files.exists(file) || !difference.isEmpty()) {
            fail("The public API of %s is not that of %s/api.txt. To accept it: ./cairn api --write%n%s"
                    .formatted(module, module, String.join("\n", difference)));
        }
    }

    @Test
    void a_change_is_shown_as_lines_that_came_and_went() {
        assertThat(difference(List.of("a", "b"), List.of("b", "c"))).containsExactly("- a", "+ c");
    }

    @Test
    void the_text_shows_everything_that_a_user_can_reach() {
        assertThat(Api.of(Surface.class, Surface.Choice.class, Surface.Choice.One.class, Surface.Level.class))
                .containsExactlyElementsOf(
                        Tree.read(tree.at("examples/src/test/java/org/cairnlog/house/fixtures/api/expected.txt"))
                                .lines()
                                .toList());
    }

    private static List<String> difference(List<String> committed, List<String> actual) {
        List<String> lines = new ArrayList<>();
        committed.stream().filter(line -> !actual.contains(line)).forEach(line -> lines.add("- " + line));
        actual.stream().filter(line -> !committed.contains(line)).forEach(line -> lines.add("+ " + line));
        return lines;
    }
}
