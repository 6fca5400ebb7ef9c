// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.OutcomeUnknown;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Appends one event to a stream. */
@Command(
        description = "Append one event to a stream; the log is made if it is missing.",
        footer = {
            "",
            "Examples:",
            "  cairn append order/1 order-placed --data '{\"total\":12}' --expect none",
            "  cairn append order/1 order-paid --data @paid.json --expect 1 --tag customer:7",
            "  cairn append seat/12 seat-taken --unless-type seat-taken --unless-tag show:9 --after 118",
            "  cairn append order/1 order-state --data - --baseline --schema-version 2 < state.json"
        })
final class AppendVerb extends Verb {
    @Parameters(index = "0", paramLabel = "STREAM", description = StreamOption.STREAM)
    String stream = "";

    @Parameters(index = "1", paramLabel = "TYPE", description = "What happened, for example order-placed.")
    String type = "";

    @Mixin
    StreamOption streamOption = new StreamOption();

    @Mixin
    NewEventOptions event = new NewEventOptions();

    @Option(
            names = "--expect",
            paramLabel = "WHAT",
            description = "What you believe about the stream: any (default), none, exists, its version, or deleted@N.")
    String expect = "any";

    @Option(
            names = "--guard",
            paramLabel = "STREAM=WHAT",
            description = "And only if this is true of another stream; WHAT as for --expect.")
    List<String> guards = new ArrayList<>();

    @Option(names = "--label", paramLabel = "NAME=VALUE", description = "Set a label of the stream in the same step.")
    List<String> labels = new ArrayList<>();

    @Option(
            names = "--unless-type",
            paramLabel = "NAME",
            description = "Not if an event of this type (or one of these) exists.")
    List<String> unlessTypes = new ArrayList<>();

    @Option(
            names = "--unless-tag",
            paramLabel = "TAG",
            description = "Not if an event with this tag (all of these) exists.")
    List<String> unlessTags = new ArrayList<>();

    @Option(
            names = "--unless-category",
            paramLabel = "NAME",
            description = "Not if a stream of this category has an event.")
    List<String> unlessCategories = new ArrayList<>();

    @Option(names = "--unless-stream", paramLabel = "STREAM", description = "Not if this stream has an event.")
    List<String> unlessStreams = new ArrayList<>();

    @Option(
            names = "--after",
            paramLabel = "POINT",
            description = "The --unless options count only events after this position or cursor.")
    @Nullable String after;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long to wait for the turn to write, 30 by default; then exit code 3.")
    @Nullable Double timeout;

    AppendVerb(Main main) {
        super(main);
    }

    @Override
    public Integer call() {
        StreamId id = streamOption.stream(stream);
        Append append = Append.to(id, expectation("--expect", expect), event.event(type, console()));
        for (String guard : guards) {
            int equals = guard.lastIndexOf('=');
            if (equals < 1) {
                throw Refused.usage("--guard \"" + guard + "\": expected STREAM=WHAT, for example account/7=3");
            }
            append = append.guard(
                    StreamId.parse(guard.substring(0, equals)), expectation("--guard", guard.substring(equals + 1)));
        }
        for (Map.Entry<String, String> label : Entries.parse("--label", labels).entrySet()) {
            append = append.label(id, label.getKey(), label.getValue());
        }
        EventQuery unless = unless();
        if (unless == null && after != null) {
            throw Refused.usage("--after belongs to a condition: give --unless-type, --unless-tag, --unless-category"
                    + " or --unless-stream too");
        }
        try (AtomicEventLog log = url().openOrMake(Seconds.of("--timeout", timeout))) {
            if (unless != null) {
                append = after == null ? append.unless(unless) : append.unless(unless, point(log, after));
            }
            answer(id, append, appended(log, append));
            return Exit.OK;
        }
    }

    private static Appended appended(AtomicEventLog log, Append append) {
        try {
            return log.append(append);
        } catch (OutcomeUnknown e) {
            return log.repeat(e);
        }
    }

    private void answer(StreamId stream, Append append, Appended done) {
        if (json()) {
            say(Json.object(
                    "position",
                    done.firstPosition(),
                    "stream",
                    stream,
                    "version",
                    done.version(stream),
                    "id",
                    append.ids().getFirst(),
                    "cursor",
                    done.cursor(),
                    "repeated",
                    done.repeated()));
        } else {
            say((done.repeated() ? "Already there: " : "Appended ") + Text.printable(stream.toString(), 1100) + " #"
                    + done.version(stream) + " at position " + done.firstPosition());
        }
    }

    private @Nullable EventQuery unless() {
        if (unlessTypes.isEmpty() && unlessTags.isEmpty() && unlessCategories.isEmpty() && unlessStreams.isEmpty()) {
            return null;
        }
        EventQuery query = EventQuery.all();
        if (!unlessStreams.isEmpty()) {
            query = query.andStreams(unlessStreams.stream().map(StreamId::parse).toArray(StreamId[]::new));
        }
        if (!unlessCategories.isEmpty()) {
            query = query.andCategories(unlessCategories.toArray(String[]::new));
        }
        if (!unlessTypes.isEmpty()) {
            query = query.andTypes(unlessTypes.toArray(String[]::new));
        }
        return unlessTags.isEmpty() ? query : query.andTags(unlessTags.toArray(String[]::new));
    }

    static ExpectedVersion expectation(String option, String text) {
        try {
            return switch (text) {
                case "any" -> ExpectedVersion.any();
                case "none" -> ExpectedVersion.noStream();
                case "exists" -> ExpectedVersion.exists();
                default ->
                    text.startsWith("deleted@")
                            ? ExpectedVersion.deletedAt(Long.parseLong(text.substring("deleted@".length())))
                            : ExpectedVersion.exactly(Long.parseLong(text));
            };
        } catch (NumberFormatException e) {
            throw Refused.usage(
                    option + " \"" + text + "\": expected any, none, exists, a version like 3, or deleted@3", e);
        }
    }
}
