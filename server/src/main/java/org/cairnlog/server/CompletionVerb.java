// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints a completion script. */
@Command(
        description = "Print a script that completes verbs and options in bash or zsh.",
        footer = {
            "",
            "Examples:",
            "  source <(cairn completion bash)",
            "  cairn completion zsh > ~/.cairn-completion && source ~/.cairn-completion"
        })
final class CompletionVerb extends Verb {
    @Parameters(index = "0", paramLabel = "SHELL", description = "bash or zsh.")
    String shell = "";

    CompletionVerb(Main main) {
        super(main);
    }

    @Override
    public Integer call() {
        if (!shell.equals("bash") && !shell.equals("zsh")) {
            throw Refused.usage("completion for \"" + shell + "\": expected bash or zsh");
        }
        console().out().print(AutoComplete.bash("cairn", main.line(List.of())));
        return Exit.OK;
    }
}
