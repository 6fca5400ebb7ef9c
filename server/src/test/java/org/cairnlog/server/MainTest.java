// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private static Cairn.Said run(String... args) {
        return Cairn.with(new byte[0], Map.of(), args);
    }

    @Test
    void the_version_is_one_line() {
        assertThat(run("--version").ok().out()).isEqualTo(Main.VERSION + "\n");
        assertThat(Path.of("pom.xml")).content().contains("<version>" + Main.VERSION.substring(6) + "</version>");
    }

    @Test
    void help_names_every_verb() {
        String help = run("--help").ok().out();
        assertThat(run().ok().out()).isEqualTo(help);
        Verbs.ALL.keySet().forEach(verb -> assertThat(help).contains("\n  " + verb + " "));
        assertThat(new TreeSet<>(Main.commandLine().getSubcommands().keySet()))
                .isEqualTo(new TreeSet<>(Verbs.ALL.keySet()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "append",
                "read",
                "tail",
                "streams",
                "head",
                "label",
                "truncate",
                "delete",
                "import",
                "export",
                "copy",
                "verify",
                "status",
                "schema",
                "completion"
            })
    void each_verb_has_help_with_examples(String verb) {
        assertThat(run(verb, "--help").ok().out())
                .startsWith("Usage: cairn " + verb)
                .contains("Examples:\n  ")
                .contains("cairn " + verb)
                .contains("--log=URL");
    }

    @Test
    void an_unknown_verb_is_told_in_one_line() {
        run("reed").failsLike(2, "Unmatched argument at index 0: 'reed'.*; see cairn --help");
    }

    @Test
    void a_mistake_shows_a_stack_trace_only_if_asked() {
        assertThat(run("head", "--debug").err()).contains("\tat org.cairnlog.server.");
    }

    @Test
    void completion_is_a_script_that_knows_every_verb() {
        String script = run("completion", "bash").ok().out();
        Verbs.ALL.keySet().forEach(verb -> assertThat(script).contains(verb));
        assertThat(run("completion", "zsh").ok().out()).contains("compinit");
        run("completion", "fish").fails(2, "completion for \"fish\": expected bash or zsh");
    }
}
