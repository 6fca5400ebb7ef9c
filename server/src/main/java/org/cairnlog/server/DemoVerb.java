// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cairnlog.log.AtomicEventLog;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the log at work, in four acts. */
@Command(
        description =
                "See the log at work, in four acts: git history as events, a second process that follows, a race for"
                        + " the last seat, a killed import.",
        footer = {
            "",
            "The log is sqlite:./cairn-demo.db unless --log or CAIRN_LOG say otherwise. Running again adds only what is"
                    + " new.",
            "",
            "Examples:",
            "  cairn demo",
            "  cairn demo --act 1 --repo ../project --as-of 2026-01-31",
            "  cairn demo --act 3"
        })
final class DemoVerb extends Verb {
    @Option(names = "--act", paramLabel = "N", description = "Only this act, 1 to 4; may be given several times.")
    List<Integer> acts = new ArrayList<>();

    @Option(names = "--repo", paramLabel = "PATH", description = "The git repository of act 1; else the one here.")
    @Nullable Path repo;

    @Option(
            names = "--as-of",
            paramLabel = "DATE",
            description = "The date of the second look in act 1; else the middle.")
    @Nullable String asOf;

    @Option(
            names = "--file",
            paramLabel = "PATH",
            description = "The file whose life act 1 tells; else the most changed.")
    @Nullable String file;

    DemoVerb(Main main) {
        super(main);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (acts.stream().anyMatch(act -> act < 1 || act > 4)) {
            throw Refused.usage("--act " + acts + ": expected 1 to 4");
        }
        String own = "sqlite:./cairn-demo.db" + logName();
        boolean named = main.log != null || console().env().containsKey("CAIRN_LOG");
        LogUrl url = named ? url() : LogUrl.parse(own);
        // What holds a password is in the variable, where the next command finds it.
        boolean inVariable = main.log == null && url.isMasked();
        String option = inVariable || (!named && own.endsWith(".db")) ? "" : " --log '" + url + "'";
        String logOption = inVariable || !option.isEmpty() ? option : " --log " + own;
        var stage = new Stage(console(), url, option, logOption, !url.isMemory());
        say(console().bold("Cairn demo") + " on " + url);
        try (AtomicEventLog log = url.openOrMake()) {
            for (int act = 1; act <= 4; act++) {
                if (acts.isEmpty() || acts.contains(act)) {
                    play(act, stage, log);
                }
            }
        }
        return Exit.OK;
    }

    private void play(int act, Stage stage, AtomicEventLog log) throws IOException, InterruptedException {
        switch (act) {
            case 1 -> new HistoryAct(stage, log, repo, asOf, file).play();
            case 2 -> onDisk(stage, log, (disk, shared) -> new TailAct(disk, shared).play());
            case 3 -> new RaceAct(stage, log).play();
            default -> onDisk(stage, log, (disk, shared) -> new KillAct(disk, shared).play());
        }
        console().out().flush();
    }

    /** Another repository than the one here gets a log of its own in the same file. */
    private String logName() throws IOException {
        if (repo == null || !Files.isDirectory(repo) || Files.isSameFile(repo, Path.of("."))) {
            return "";
        }
        return "?log=" + repo.toRealPath().getFileName();
    }

    private interface Act {
        void play(Stage stage, AtomicEventLog log) throws IOException, InterruptedException;
    }

    /** A log in memory is seen by one process only, so that an act of two gets a file. */
    private static void onDisk(Stage stage, AtomicEventLog log, Act act) throws IOException, InterruptedException {
        if (!stage.url().isMemory()) {
            act.play(stage, log);
            return;
        }
        Path folder = Files.createTempDirectory("cairn-demo");
        try {
            LogUrl url = LogUrl.parse("sqlite:" + folder.resolve("demo.db"));
            try (AtomicEventLog disk = url.openOrMake()) {
                act.play(new Stage(stage.console(), url, stage.option(), stage.logOption(), false), disk);
            }
        } finally {
            Stage.remove(folder);
        }
    }
}
