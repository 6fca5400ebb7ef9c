// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.EventLog;
import org.cairnlog.log.LogRead;
import org.cairnlog.log.StreamRead;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads a stream, or the whole log. */
@Command(
        description = "Read a stream in version order, or the whole log in position order.",
        footer = {
            "",
            "Examples:",
            "  cairn read order/1",
            "  cairn read order/1 --backward --limit 1",
            "  cairn read order/1 --from 10 --to 20 --json",
            "  cairn read --all --type order-placed --tag customer:7 --after 1000 --limit 50",
            "  cairn read --all --category order --recorded-after 2026-01-31"
        })
final class ReadVerb extends Verb {
    @Parameters(index = "0", arity = "0..1", paramLabel = "STREAM", description = StreamOption.STREAM)
    @Nullable String stream;

    @Option(names = "--all", description = "Read the whole log, or what the filters leave of it.")
    boolean all;

    @Mixin
    FilterOptions filter = new FilterOptions();

    @Option(names = "--from", paramLabel = "VERSION", description = "Only from this version of STREAM on.")
    @Nullable Long from;

    @Option(names = "--to", paramLabel = "VERSION", description = "Only up to this version of STREAM.")
    @Nullable Long to;

    @Option(names = "--after", paramLabel = "POINT", description = "Only beyond this position or cursor.")
    @Nullable String after;

    @Option(
            names = "--up-to",
            paramLabel = "POINT",
            description = "Only up to this position or cursor: the log as it was then.")
    @Nullable String upTo;

    @Option(names = "--backward", description = "The last event first.")
    boolean backward;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many events.")
    @Nullable Long limit;

    ReadVerb(Main main) {
        super(main);
    }

    @Override
    public Integer call() {
        if (all == (stream != null)) {
            throw Refused.usage("read STREAM, for example order/1, or read --all; see cairn read --help");
        }
        boolean byVersion = from != null || to != null;
        boolean byPosition = all || !filter.isEmpty() || after != null || upTo != null;
        if (byVersion && byPosition) {
            throw Refused.usage("--from and --to are versions of one stream; with --all, filters, --after or --up-to"
                    + " they mean nothing");
        }
        try (EventLog log = url().open()) {
            Iterable<RecordedEvent> read = byPosition ? byPosition(log) : byVersion(log);
            var printer = new EventPrinter(console(), json());
            for (RecordedEvent event : read) {
                if (!printer.print(event)) {
                    break;
                }
            }
            if (printer.printed() == 0 && console().errIsTerminal()) {
                console().err().println("No events.");
            }
            return Exit.OK;
        }
    }

    private StreamRead byVersion(EventLog log) {
        StreamRead read = log.read(streamId());
        read = from == null ? read : read.from(from);
        read = to == null ? read : read.to(to);
        read = limit == null ? read : read.limit(limit);
        return backward ? read.backward() : read;
    }

    private LogRead byPosition(EventLog log) {
        LogRead read = log.read(all ? filter.query() : filter.narrow(EventQuery.streams(streamId())));
        read = after == null ? read : read.after(point(log, after));
        read = upTo == null ? read : read.upTo(point(log, upTo));
        read = limit == null ? read : read.limit(limit);
        return backward ? read.backward() : read;
    }

    private StreamId streamId() {
        String name = String.valueOf(stream);
        if (filter.categories.isEmpty()) {
            return StreamId.parse(name);
        }
        if (filter.categories.size() > 1) {
            throw Refused.usage(
                    "one stream has one category; --category was given " + filter.categories.size() + " times");
        }
        return StreamId.of(filter.categories.getFirst(), name);
    }
}
