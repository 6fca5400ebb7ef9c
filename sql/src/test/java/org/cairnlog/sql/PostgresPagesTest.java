// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Limits;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.HistoryPage;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.servers.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The content of large events comes after the rest of a page, and the names of streams and types only once. */
@Timeout(120)
class PostgresPagesTest {
    private static final int EVENTS = 700;
    private static final int STREAMS = 7;
    // As many events of this size as a page may hold take as many bytes as it may have.
    private static final int SMALL = Limits.STANDARD.pageBytes() / Limits.STANDARD.pageEvents();

    private final long seed = Long.getLong("cairn.seed", System.nanoTime() % 1_000_000);
    private final Random random = new Random(seed);

    private EventData event(int number) {
        int around = SMALL - 2 + random.nextInt(5);
        int size = switch (random.nextInt(10)) {
            case 0 -> 3 * SMALL + random.nextInt(300_000);
            case 1, 2 -> around;
            default -> random.nextInt(500);
        };
        byte[] payload = new byte[size];
        random.nextBytes(payload);
        EventData event = EventData.of("type-" + random.nextInt(5), payload).withTags("tag-" + number % 3);
        String note = "x".repeat(number % 50 == 0 ? 3 * SMALL : number % 2);
        return note.isEmpty() ? event : event.withMetadata(event.metadata().with("note", note));
    }

    private static StreamId stream(int number) {
        return StreamId.of("paged", "" + number % STREAMS);
    }

    @Test
    void small_and_large_events_come_back_whole_and_in_order_in_every_kind_of_read() throws Exception {
        System.out.println("pages: -Dcairn.seed=" + seed);
        try (var fixture = new PostgresFixture(PostgresSite.on(PostgresServer.newest()))) {
            TransactionalEventLog log = fixture.log();
            List<EventData> stored = new ArrayList<>();
            for (int i = 0; i < EVENTS; i++) {
                EventData event = event(i);
                log.append(stream(i), any(), event);
                stored.add(event);
            }

            assertThat(data(log.read(EventQuery.all()))).isEqualTo(stored);
            assertThat(data(log.read(EventQuery.all()).backward())).isEqualTo(stored.reversed());
            assertThat(data(log.read(EventQuery.tags("tag-1")))).isEqualTo(every(stored, 3, 1));
            assertThat(data(log.read(stream(2)))).isEqualTo(every(stored, STREAMS, 2));
            assertThat(data(log.read(stream(2)).backward()))
                    .isEqualTo(every(stored, STREAMS, 2).reversed());
            assertThat(data(history(log))).isEqualTo(stored);
            assertThat(log.read(EventQuery.all()))
                    .allSatisfy(event -> assertThat(event.stream()).isEqualTo(stream((int) event.position() - 1)));
        }
    }

    private static List<EventData> every(List<EventData> events, int step, int first) {
        List<EventData> some = new ArrayList<>();
        for (int i = first; i < events.size(); i += step) {
            some.add(events.get(i));
        }
        return some;
    }

    private static List<EventData> data(Iterable<? extends StoredEntry> entries) {
        List<EventData> data = new ArrayList<>();
        entries.forEach(entry -> data.add(((RecordedEvent) entry).data()));
        return data;
    }

    private static List<StoredEntry> history(TransactionalEventLog log) {
        List<StoredEntry> all = new ArrayList<>();
        Cursor at = log.beginning();
        while (true) {
            HistoryPage page = log.history(at);
            if (page.appends().isEmpty()) {
                return all;
            }
            page.appends().forEach(all::addAll);
            at = page.cursor();
        }
    }
}
