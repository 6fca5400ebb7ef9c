// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import static org.cairnlog.log.Mutant.of;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Limits;
import org.cairnlog.event.Metadata;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;

/** Logs that keep everything and answer wrongly. */
final class ReadMutants {
    private static final int PAGE = Limits.STANDARD.pageEvents();

    private ReadMutants() {}

    static List<Mutant> all() {
        return List.of(
                of(
                        "StreamReads",
                        "forgets where a backward range ends if it has a beginning",
                        (clock, ids) -> new MemoryEventLog(clock, ids) {
                            @Override
                            public StreamPage page(StreamRead read) {
                                return super.page(
                                        read.isBackward() && read.from() > 1 ? read.to(Long.MAX_VALUE) : read);
                            }
                        }),
                of(
                        "StreamReads",
                        "takes the end of the range for the version of the stream",
                        (clock, ids) -> new MemoryEventLog(clock, ids) {
                            @Override
                            public StreamPage page(StreamRead read) {
                                StreamPage page = super.page(read);
                                return new StreamPage(
                                        page.events(), Math.min(page.version(), read.to()), page.removedBefore());
                            }
                        }),
                of(
                        "StreamPages",
                        "swallows the first event of a later page",
                        (clock, ids) -> new MemoryEventLog(clock, ids) {
                            @Override
                            public StreamPage page(StreamRead read) {
                                StreamPage page = super.page(read);
                                return read.from() > PAGE && !page.events().isEmpty()
                                        ? new StreamPage(
                                                page.events()
                                                        .subList(
                                                                1, page.events().size()),
                                                page.version(),
                                                page.removedBefore())
                                        : page;
                            }
                        }),
                of("StreamPages", "does not count the bytes of a page", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    @Override
                    public StreamPage page(StreamRead read) {
                        StreamPage page = super.page(read);
                        List<RecordedEvent> events = new ArrayList<>(page.events());
                        while (!read.isBackward()
                                && !events.isEmpty()
                                && events.size() < Math.min(PAGE, read.limit())) {
                            StreamRead rest = read.from(events.getLast().version() + 1);
                            List<RecordedEvent> more = super.page(rest).events();
                            if (more.isEmpty()) {
                                break;
                            }
                            events.add(more.getFirst());
                        }
                        return new StreamPage(events, page.version(), page.removedBefore());
                    }
                }),
                of("QueryReads", "answers a query item by item", reading((log, read, page) -> {
                    if (read.isBackward()) {
                        return page;
                    }
                    List<EventQuery.Item> items = read.query().items();
                    Comparator<RecordedEvent> byItem = Comparator.comparingInt(event -> {
                        int item = 0;
                        while (!items.get(item).matches(event)) {
                            item++;
                        }
                        return item;
                    });
                    return with(page, page.events().stream().sorted(byItem).toList());
                })),
                of(
                        "QueryReads",
                        "takes the moment itself for later",
                        asking(
                                item -> new EventQuery.Item(
                                        item.streams(),
                                        item.categories(),
                                        item.types(),
                                        item.tags(),
                                        item.recordedAfter() == null
                                                ? null
                                                : item.recordedAfter().minusNanos(1_000),
                                        item.metadata(),
                                        item.buckets()),
                                (item, event) -> item.recordedAfter() == null
                                        || !event.recordedAt().isBefore(item.recordedAfter()))),
                of(
                        "QueryReads",
                        "compares metadata as text",
                        asking(
                                item -> new EventQuery.Item(
                                        item.streams(),
                                        item.categories(),
                                        item.types(),
                                        item.tags(),
                                        item.recordedAfter(),
                                        Metadata.empty(),
                                        item.buckets()),
                                (item, event) -> item.metadata().asMap().entrySet().stream()
                                        .allMatch(wanted -> String.valueOf(wanted.getValue())
                                                .equals(String.valueOf(
                                                        event.data().metadata().get(wanted.getKey())))))),
                of(
                        "QueryReads",
                        "loses the last of several buckets",
                        asking(
                                item -> new EventQuery.Item(
                                        item.streams(),
                                        item.categories(),
                                        item.types(),
                                        item.tags(),
                                        item.recordedAfter(),
                                        item.metadata(),
                                        null),
                                (item, event) -> item.buckets() == null
                                        || (item.buckets().contains(event.stream())
                                                && event.stream().bucket()
                                                        != item.buckets().last()))),
                of(
                        "QueryReads",
                        "forgets where a range ends that has no beginning",
                        (clock, ids) -> new MemoryEventLog(clock, ids) {
                            @Override
                            public LogPage page(LogRead read) {
                                if (read.upTo() == null || read.after() != null) {
                                    return super.page(read);
                                }
                                return locked(() -> {
                                    position(read.upTo());
                                    return super.page(read.upTo(head()));
                                });
                            }
                        }),
                of(
                        "QueryPages",
                        "swallows an event at the end of a page",
                        reading((log, read, page) -> read.isBackward()
                                        || page.events().size() < PAGE
                                ? page
                                : marked(
                                        page,
                                        log.cursor(Math.min(log.entries.size(), log.position(page.searched()) + 1))))),
                of(
                        "QueryPages",
                        "doubles an event at the end of a page",
                        reading((log, read, page) ->
                                read.isBackward() || page.events().size() < PAGE
                                        ? page
                                        : marked(page, log.cursor(log.position(page.searched()) - 1)))),
                of(
                        "QueryPages",
                        "says to have searched where it has not looked",
                        reading((log, read, page) ->
                                page.events().size() < Math.min(PAGE, read.limit()) && !read.isBackward()
                                        ? marked(page, read.upTo() == null ? page.head() : read.upTo())
                                        : page)),
                of(
                        "Husks",
                        "does not count husks",
                        reading((log, read, page) -> new LogPage(page.events(), page.searched(), page.head(), 0))),
                of("Cursors", "knows a point by its number alone", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    @Override
                    long position(Cursor cursor) {
                        long position = cursor.places().getFirst().position();
                        boolean mine =
                                cursor.log().equals(id) && cursor.places().size() == 1;
                        return mine && position <= entries.size() ? position : super.position(cursor);
                    }
                }),
                of("Cursors", "does not look whose point it is", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    @Override
                    long position(Cursor cursor) {
                        return super.position(Cursor.of(id, cursor.places()));
                    }
                }),
                of(
                        "Cursors",
                        "takes a point beyond the head for the head",
                        (clock, ids) -> new MemoryEventLog(clock, ids) {
                            @Override
                            long position(Cursor cursor) {
                                boolean mine = cursor.log().equals(id)
                                        && cursor.places().size() == 1;
                                return mine && cursor.places().getFirst().position() > entries.size()
                                        ? entries.size()
                                        : super.position(cursor);
                            }
                        }),
                of("Directory", "lists streams by name", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    @Override
                    public List<StreamInfo> page(StreamListing listing) {
                        StreamListing whole = new StreamListing(this);
                        if (listing.category() != null) {
                            whole = whole.category(listing.category());
                        }
                        if (listing.label() != null) {
                            whole = listing.value() == null
                                    ? whole.labelled(listing.label())
                                    : whole.labelled(listing.label(), listing.value());
                        }
                        List<StreamInfo> all = new ArrayList<>(super.page(whole));
                        while (!all.isEmpty() && all.size() % PAGE == 0) {
                            all.addAll(super.page(whole.after(all.getLast().stream())));
                        }
                        if (listing.after() != null) {
                            known(listing.after());
                        }
                        Cursor end = listing.createdUpTo();
                        return all.stream()
                                .filter(info -> end == null
                                        || streams.get(info.stream()).positions.get(0) <= position(end))
                                .filter(info ->
                                        listing.after() == null || info.stream().compareTo(listing.after()) > 0)
                                .sorted(Comparator.comparing(StreamInfo::stream))
                                .limit(Math.min(PAGE, listing.limit()))
                                .toList();
                    }
                }),
                of("Directory", "does not list deleted streams", (clock, ids) -> new MemoryEventLog(clock, ids) {
                    @Override
                    public List<StreamInfo> page(StreamListing listing) {
                        return super.page(listing).stream()
                                .filter(info -> !info.deleted())
                                .toList();
                    }
                }),
                of(
                        "Growth",
                        "tells a waiter whom an event woke that there is none",
                        (clock, ids) -> new MemoryEventLog(clock, ids) {
                            @Override
                            public boolean awaitGrowth(Cursor seen, Duration timeout) throws InterruptedException {
                                boolean there = super.awaitGrowth(seen, Duration.ZERO);
                                return !there && super.awaitGrowth(seen, timeout) ? false : there;
                            }
                        }),
                of("Tail", "skips the event at the seam", tailing((page, last) -> page.subList(1, page.size()))),
                of("Tail", "repeats the event at the seam", tailing((page, last) -> {
                    List<RecordedEvent> repeated = new ArrayList<>(last);
                    repeated.addAll(page);
                    return repeated;
                })));
    }

    private interface Answer {
        LogPage of(MemoryEventLog log, LogRead read, LogPage right);
    }

    private static MemoryFixture.Maker reading(Answer answer) {
        return (clock, ids) -> new MemoryEventLog(clock, ids) {
            @Override
            public LogPage page(LogRead read) {
                return locked(() -> answer.of(this, read, super.page(read)));
            }
        };
    }

    /** Asks for less than was asked for, and then leaves out what another test tells. */
    private static MemoryFixture.Maker asking(
            UnaryOperator<EventQuery.Item> wider, BiPredicate<EventQuery.Item, RecordedEvent> kept) {
        return (clock, ids) -> new MemoryEventLog(clock, ids) {
            @Override
            public LogPage page(LogRead read) {
                if (read.query().items().size() > 1 || read.query().fitsCondition()) {
                    return super.page(read);
                }
                EventQuery.Item item = read.query().items().getFirst();
                LogRead widened = new LogRead(this::page, this::beginning, query(wider.apply(item)));
                widened = read.after() == null ? widened : widened.after(read.after());
                widened = read.upTo() == null ? widened : widened.upTo(read.upTo());
                widened = read.isBackward() ? widened.backward() : widened;
                LogPage page = super.page(widened);
                return with(
                        page,
                        page.events().stream()
                                .filter(event -> kept.test(item, event))
                                .toList());
            }
        };
    }

    private static EventQuery query(EventQuery.Item item) {
        EventQuery query = EventQuery.all().andMetadata(item.metadata());
        query = item.recordedAfter() == null ? query : query.andRecordedAfter(item.recordedAfter());
        query = item.buckets() == null ? query : query.andBuckets(item.buckets());
        query = item.tags().isEmpty() ? query : query.andTags(item.tags().toArray(String[]::new));
        query = item.types().isEmpty() ? query : query.andTypes(item.types().toArray(String[]::new));
        query = item.categories().isEmpty()
                ? query
                : query.andCategories(item.categories().toArray(String[]::new));
        return item.streams().isEmpty()
                ? query
                : query.andStreams(item.streams().toArray(StreamId[]::new));
    }

    private interface Seam {
        List<RecordedEvent> of(List<RecordedEvent> page, List<RecordedEvent> last);
    }

    /** A log whose tails see the first page after a wait wrongly. */
    private static MemoryFixture.Maker tailing(Seam seam) {
        return (clock, ids) -> new MemoryEventLog(clock, ids) {
            @Override
            public Tail tail(Cursor after, EventQuery query) {
                List<RecordedEvent> last = new ArrayList<>();
                boolean[] waited = new boolean[1];
                EventLog seen = (EventLog) Proxy.newProxyInstance(
                        EventLog.class.getClassLoader(),
                        new Class<?>[] {EventLog.class},
                        (proxy, method, arguments) -> {
                            try {
                                Object answer = method.invoke(this, arguments);
                                if (!(answer instanceof LogPage page)) {
                                    return answer;
                                }
                                boolean atSeam = waited[0] && !page.events().isEmpty();
                                waited[0] = page.events().isEmpty();
                                List<RecordedEvent> events =
                                        atSeam ? seam.of(page.events(), List.copyOf(last)) : page.events();
                                if (!page.events().isEmpty()) {
                                    last.clear();
                                    last.add(page.events().getLast());
                                }
                                return with(page, events);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
                return new Tail(seen, after, query);
            }
        };
    }

    private static LogPage with(LogPage page, List<RecordedEvent> events) {
        return new LogPage(events, page.searched(), page.head(), page.husks());
    }

    private static LogPage marked(LogPage page, Cursor searched) {
        return new LogPage(page.events(), searched, page.head(), page.husks());
    }
}
