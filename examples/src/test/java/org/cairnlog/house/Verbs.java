// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.house;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The commands that a document tells its reader to type: each verb and long option exists. */
final class Verbs {
    /** What the launcher script answers itself. */
    static final Set<String> LAUNCHER = Set.of("test", "example", "torture", "bench", "fmt", "api", "docs");

    private static final Pattern COMMAND = Pattern.compile("(?:^|[\\s`|(])(?:\\./)?cairn ((?:[^`\\s|;&>#)]+ ?)+)");
    private static final Pattern VERB = Pattern.compile("[a-z][a-z-]*");

    private final Tree tree;
    private final CommandLine cairn;

    Verbs(Tree tree, CommandLine cairn) {
        this.tree = tree;
        this.cairn = cairn;
    }

    /** The command line of the server module, from its {@code Main.commandLine()}, else from Main itself. */
    static CommandLine ours() {
        try {
            Class<?> main = Class.forName("org.cairnlog.server.Main");
            for (Method method : main.getDeclaredMethods()) {
                if (method.getName().equals("commandLine") && method.getParameterCount() == 0) {
                    method.setAccessible(true);
                    return (CommandLine) method.invoke(null);
                }
            }
            var constructor = main.getDeclaredConstructor();
            constructor.setAccessible(true);
            return new CommandLine(constructor.newInstance());
        } catch (ClassNotFoundException
                | NoSuchMethodException
                | InstantiationException
                | IllegalAccessException
                | InvocationTargetException e) {
            throw new IllegalStateException("org.cairnlog.server.Main offers no picocli command", e);
        }
    }

    List<String> check(Path document) {
        List<String> findings = new ArrayList<>();
        int number = 0;
        boolean shell = false;
        for (String line : Tree.read(document).split("\n", -1)) {
            number++;
            if (line.startsWith("```")) {
                shell = line.matches("```(sh|bash|console|shell)\\b.*");
                continue;
            }
            String place = "%s:%d ".formatted(tree.name(document), number);
            // In running text only what stands in backticks and begins with ./ is a command.
            Matcher command = COMMAND.matcher(line);
            while (command.find()) {
                if (shell || command.group().contains("./cairn")) {
                    check(place, List.of(command.group(1).strip().split("\\s+")), findings);
                }
            }
        }
        return findings;
    }

    /** The first word that is neither an option nor an option's value. */
    private String verb(List<String> words) {
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (!word.startsWith("-")) {
                return word;
            }
            OptionSpec option = cairn.getCommandSpec().findOption(word);
            if (option != null && option.arity().min() > 0) {
                i++;
            }
        }
        return "";
    }

    private void check(String place, List<String> words, List<String> findings) {
        String verb = verb(words);
        if (!VERB.matcher(verb).matches() || LAUNCHER.contains(verb)) {
            return;
        }
        CommandLine subcommand = cairn.getSubcommands().get(verb);
        if (subcommand == null) {
            findings.add(place + "calls ./cairn " + verb + ", which does not exist");
            return;
        }
        for (String word : words) {
            String option = word.replaceFirst("=.*", "").replaceAll("[\\],.:]+$", "");
            if (option.matches("--[a-z][a-z-]*")
                    && subcommand.getCommandSpec().findOption(option) == null
                    && cairn.getCommandSpec().findOption(option) == null) {
                findings.add(place + "gives ./cairn " + verb + " the option " + option + ", which it does not have");
            }
        }
    }
}
