// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.math.BigDecimal;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.UUID;
import org.cairnlog.consumer.ConsumerStatus;
import org.cairnlog.consumer.Consumers;
import org.cairnlog.consumer.ParkedEvent;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.EventLog;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows consumers, and tells them what to do. */
@Command(
        description = {
            "See what the consumers of a log do, wherever they run, and tell them what to do: list, show NAME,"
                    + " pause NAME, resume NAME, retry NAME [EVENT], skip NAME EVENT, rebuild NAME,"
                    + " switch NAME@GENERATION.",
            "A consumer does what it is told within a second or so, or when it is started again.",
            "Exit code 1 of list and show: something needs looking after, and the line says what."
        },
        footer = {
            "",
            "Examples:",
            "  cairn consumers list",
            "  cairn consumers show balances --json",
            "  cairn consumers pause welcome-mail --why 'the mail server moves'",
            "  cairn consumers retry welcome-mail"
        })
final class ConsumersVerb extends Verb {
    @Parameters(
            index = "0",
            paramLabel = "ACTION",
            description = "list, show, pause, resume, retry, skip, rebuild or switch.")
    String action = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "The consumer; not for list.")
    @Nullable String name;

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "EVENT",
            description = "The id of an event that is set aside, as show prints it; for retry and skip.")
    @Nullable String event;

    @Option(names = "--why", paramLabel = "TEXT", description = "For pause: why, for those who see it.")
    @Nullable String why;

    ConsumersVerb(Main main) {
        super(main);
    }

    @Override
    public Integer call() {
        check();
        try (EventLog log = url().open();
                Consumers consumers = Consumers.start(log)) {
            return act(consumers);
        } catch (IllegalArgumentException e) {
            throw Refused.no(url() + ": " + e.getMessage());
        }
    }

    private void check() {
        if (!action.matches("list|show|pause|resume|retry|skip|rebuild|switch")) {
            throw Refused.usage(
                    "consumers \"" + action + "\": expected list, show, pause, resume, retry, skip, rebuild or switch");
        }
        if (action.equals("list") == (name != null)) {
            throw Refused.usage(
                    action.equals("list")
                            ? "consumers list takes no name; say show for one of them"
                            : "consumers " + action + ": name the consumer, like cairn consumers " + action + " NAME");
        }
        if (event != null && !action.matches("retry|skip")) {
            throw Refused.usage("consumers " + action + " takes no event; retry and skip do");
        }
        if (event == null && action.equals("skip")) {
            throw Refused.usage(
                    "consumers skip: name the event, by the id that cairn consumers show " + name + " prints");
        }
        if (why != null && !action.equals("pause")) {
            throw Refused.usage("--why is for consumers pause");
        }
    }

    private int act(Consumers consumers) {
        String consumer = String.valueOf(name);
        return switch (action) {
            case "list" -> list(consumers);
            case "show" -> show(consumers, consumers.status(consumer));
            case "pause" -> {
                consumers.pause(consumer, why == null ? "paused from the command line" : why);
                yield done(consumer, "is paused");
            }
            case "resume" -> {
                consumers.resume(consumer);
                yield done(consumer, "goes on");
            }
            case "rebuild" -> {
                consumers.rebuild(consumer);
                yield done(consumer, "is to begin again from the beginning");
            }
            case "switch" -> {
                consumers.switchTo(consumer);
                yield done(consumer, "is to become what readers see");
            }
            case "retry" -> retry(consumers, consumer);
            default -> {
                checkFound(consumers.discard(consumer, id()), consumer);
                yield done(consumer, "is to forget the event " + event);
            }
        };
    }

    private UUID id() {
        try {
            return UUID.fromString(String.valueOf(event));
        } catch (IllegalArgumentException e) {
            throw Refused.usage("\"" + event + "\" is no id of an event; take one that show prints", e);
        }
    }

    private int retry(Consumers consumers, String consumer) {
        if (event != null) {
            checkFound(consumers.retry(consumer, id()), consumer);
            return done(consumer, "is to try the event " + event + " again");
        }
        return done(consumer, "is to try " + Text.count(consumers.retry(consumer), "parked event") + " again");
    }

    private void checkFound(boolean found, String consumer) {
        if (!found) {
            throw Refused.no("the consumer \"" + consumer + "\" has set no event " + event
                    + " aside; see cairn consumers show " + consumer);
        }
    }

    private int done(String consumer, String what) {
        say(json() ? Json.object("consumer", consumer, "done", action) : "The consumer \"" + consumer + "\" " + what);
        return Exit.OK;
    }

    private int list(Consumers consumers) {
        boolean healthy = true;
        var table =
                new Table(console(), "consumer", "state", "since", " lag", " parked", " per second", "holder", "why");
        for (ConsumerStatus status : consumers.status()) {
            healthy &= status.isHealthy();
            if (json()) {
                say(json(status, null));
            } else {
                table.row(
                        Text.printable(status.name(), 40),
                        state(status),
                        status.since().truncatedTo(ChronoUnit.SECONDS).toString(),
                        Text.number(status.lag()),
                        Text.number(status.parked()),
                        Double.toString(status.rate()),
                        Text.printable(status.holder().orElse("-"), 30),
                        Text.printable(status.why(), 200));
            }
        }
        if (!json()) {
            table.print();
        }
        return healthy ? Exit.OK : Exit.NO;
    }

    private static String state(ConsumerStatus status) {
        return status.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private int show(Consumers consumers, ConsumerStatus status) {
        var aside = consumers.setAside(status.name());
        if (json()) {
            say(json(status, aside.stream().map(ConsumersVerb::json).toList()));
            return status.isHealthy() ? Exit.OK : Exit.NO;
        }
        line("consumer", status.name());
        line("state", state(status) + " since " + status.since());
        line("why", status.why().isEmpty() ? "-" : status.why());
        if (!status.active()) {
            line("readers", "see another generation");
        }
        line("cursor", status.cursor().map(Cursor::toString).orElse("none yet"));
        line("lag", Text.count(status.lag(), "event") + ", " + status.lagTime().toSeconds() + " s");
        line("per second", Double.toString(status.rate()));
        line("holder", status.holder().orElse("nobody"));
        line("set aside", Text.number(status.parked()) + " parked, " + Text.number(status.skipped()) + " skipped");
        for (ParkedEvent one : aside) {
            say("  " + one.id() + "  " + one.cause().name().toLowerCase(Locale.ROOT) + "  " + one.type() + " in "
                    + Text.printable(one.stream().toString(), 60) + " at version " + one.version() + ": "
                    + Text.printable(one.why(), 200));
        }
        return status.isHealthy() ? Exit.OK : Exit.NO;
    }

    private void line(String title, String value) {
        say(String.format(Locale.ROOT, "%-10s  %s", title, Text.printable(value, 1000)));
    }

    private static String json(ConsumerStatus status, @Nullable Object aside) {
        return Json.object(
                "consumer",
                status.name(),
                "state",
                state(status),
                "since",
                status.since(),
                "why",
                status.why(),
                "healthy",
                status.isHealthy(),
                "active",
                status.active(),
                "cursor",
                status.cursor().orElse(null),
                "lag",
                status.lag(),
                "lagSeconds",
                status.lagTime().toSeconds(),
                "rate",
                BigDecimal.valueOf(status.rate()),
                "holder",
                status.holder().orElse(null),
                "parked",
                status.parked(),
                "skipped",
                status.skipped(),
                "setAside",
                aside);
    }

    private static Json.Raw json(ParkedEvent event) {
        return new Json.Raw(Json.object(
                "event",
                event.id(),
                "stream",
                event.stream(),
                "version",
                event.version(),
                "type",
                event.type(),
                "cause",
                event.cause().name().toLowerCase(Locale.ROOT),
                "why",
                event.why(),
                "attempts",
                event.attempts(),
                "at",
                event.at(),
                "wish",
                event.wish().map(wish -> wish.name().toLowerCase(Locale.ROOT)).orElse(null)));
    }
}
