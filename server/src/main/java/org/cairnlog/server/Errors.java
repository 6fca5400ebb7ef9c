// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import org.cairnlog.event.CairnException;
import org.cairnlog.log.AppendInterrupted;
import org.cairnlog.log.LogBusy;
import org.cairnlog.log.LogUnavailable;
import org.cairnlog.log.LogUnusable;
import org.cairnlog.log.OutcomeUnknown;
import picocli.CommandLine.ParameterException;

/** Says what went wrong in one line and with an exit code. */
final class Errors {
    private final Main main;

    Errors(Main main) {
        this.main = main;
    }

    int usage(ParameterException e) {
        String verb = e.getCommandLine().getCommandSpec().qualifiedName();
        return tell(e, Exit.USAGE, String.valueOf(e.getMessage()) + "; see " + verb + " --help");
    }

    int answer(Exception e) {
        int exit = exit(e);
        return tell(
                e,
                exit,
                exit == Exit.BUG
                        ? "this is a bug in cairn: " + e + "; run it again with --debug and report what it shows"
                        : String.valueOf(e.getMessage()));
    }

    private static int exit(Exception e) {
        return switch (e) {
            case Refused refused -> refused.exit;
            case LogUnavailable unavailable -> Exit.UNAVAILABLE;
            case LogUnusable unusable -> PostgresUrl.isForbidden(unusable) ? Exit.USAGE : Exit.UNAVAILABLE;
            case LogBusy busy -> Exit.UNAVAILABLE;
            case OutcomeUnknown unknown -> Exit.UNAVAILABLE;
            case AppendInterrupted interrupted -> Exit.UNAVAILABLE;
            case CairnException no -> Exit.NO;
            case IllegalArgumentException mistake -> Exit.USAGE;
            default -> Exit.BUG;
        };
    }

    private int tell(Exception e, int exit, String message) {
        main.console.out().flush();
        String line = LogUrl.masked(message.strip().replaceAll("\\s*[\\r\\n]+\\s*", " "));
        String kind = e.getClass().getSimpleName();
        main.console
                .err()
                .println(main.json ? Json.object("error", kind, "message", line, "exit", exit) : "cairn: " + line);
        if (main.debug) {
            e.printStackTrace(main.console.err());
        }
        return exit;
    }
}
