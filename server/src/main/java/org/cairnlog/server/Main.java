// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The entry of the {@code cairn} command. */
@Command(
        name = "cairn",
        description = "An event log on the command line.",
        synopsisSubcommandLabel = "VERB",
        commandListHeading = "%nVerbs:%n",
        optionListHeading = "%nOptions:%n",
        sortOptions = false,
        footer = {
            "",
            "A log is named by a URL: sqlite:FILE, postgresql://USER@HOST/DATABASE, either with ?log=NAME (many logs in"
                    + " one place), or memory: (gone with the command).",
            "Exit codes: 0 ok, 1 the answer is no (conflict, damage), 2 usage or bad input, 3 store unavailable, 70 a"
                    + " bug.",
            "",
            "Examples:",
            "  cairn demo",
            "  export CAIRN_LOG=sqlite:./shop.db",
            "  cairn append order/1 order-placed --data '{\"total\":12}' --expect none",
            "  cairn read order/1",
            "  cairn append --help"
        })
public final class Main implements Runnable {
    static final String VERSION = "cairn 0.1.0-SNAPSHOT";

    final Console console;

    @Option(
            names = "--log",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = "The log; else the variable CAIRN_LOG, which no process list shows.")
    @Nullable String log;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Answer in JSON, for machines.")
    boolean json;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show the stack trace of an error.")
    boolean debug;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    boolean help;

    @Option(names = "--version", versionHelp = true, description = "Show the version.")
    boolean version;

    private Main(Console console) {
        this.console = console;
    }

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(run(args, Console.system()));
    }

    static int run(String[] args, InputStream in, OutputStream out, OutputStream err, Map<String, String> env) {
        return run(args, Console.of(in, out, err, env));
    }

    static int run(String[] args, Console console) {
        if (args.length == 1 && args[0].equals("--version")) {
            console.out().println(VERSION);
            console.out().flush();
            return Exit.OK;
        }
        Main main = new Main(console);
        // One verb is enough to run it: the others are not even loaded.
        CommandLine line = main.line(args.length > 0 ? List.of(args[0]) : List.of());
        try {
            return line.execute(args);
        } finally {
            console.out().flush();
            console.err().flush();
        }
    }

    /** The whole command line, for tests of the documents. */
    static CommandLine commandLine() {
        return new Main(Console.system()).line(List.of());
    }

    CommandLine line(List<String> wanted) {
        var line = new CommandLine(this);
        boolean one = wanted.stream().anyMatch(Verbs.ALL::containsKey);
        Verbs.ALL.forEach((name, verb) -> {
            if (!one || wanted.contains(name)) {
                line.addSubcommand(name, verb.apply(this));
            }
        });
        line.getCommandSpec().version(VERSION);
        // --data @FILE is ours to read.
        line.setExpandAtFiles(false);
        line.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
        line.setUsageHelpWidth(100);
        line.setColorScheme(CommandLine.Help.defaultColorScheme(
                console.colours() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
        var errors = new Errors(this);
        line.setParameterExceptionHandler((e, args) -> errors.usage(e));
        line.setExecutionExceptionHandler((e, command, result) -> errors.answer(e));
        return line;
    }

    LogUrl url() {
        String url = log != null ? log : console.env().get("CAIRN_LOG");
        if (url == null || url.isEmpty()) {
            throw Refused.usage("no log named: give --log URL or set CAIRN_LOG, for example --log sqlite:./cairn.db");
        }
        return url(url);
    }

    /** A log that an option names. */
    LogUrl url(String url) {
        return LogUrl.parse(url, console.env());
    }

    @Override
    public void run() {
        line(List.of()).usage(console.out());
    }
}
