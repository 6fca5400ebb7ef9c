// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventIds;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Metadata;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.ExpectedVersion;

/** What the children of a {@link Torture} append: the same seed, client and number always give the same append. */
final class TortureLoad {
    static final int CLIENTS = 8;

    private static final int HOT_STREAMS = 4;

    private TortureLoad() {}

    static Append prepared(long seed, int client, int number) {
        String name = seed + "/" + client + "/" + number;
        var random = new Random(name.hashCode() * 0x9E3779B97F4A7C15L ^ seed);
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> onto(random, name, 1, 1, 200);
            case 3, 4 -> onto(random, name, 1, 2 + random.nextInt(20), 200);
            case 5, 6 -> onto(random, name, 3, 3 + random.nextInt(10), 200);
            case 7 -> onto(random, name, 1, 1 + random.nextInt(3), 100_000);
            case 8 -> Append.to(StreamId.of("own", name), ExpectedVersion.noStream(), event(random, name, 0, 200));
            default -> onto(random, name, 2, 2, 200).unless(EventQuery.tags("append " + name));
        };
    }

    private static Append onto(Random random, String name, int streams, int events, int bytes) {
        int first = random.nextInt(HOT_STREAMS);
        List<Append.NewEvent> all = new ArrayList<>();
        for (int i = 0; i < events; i++) {
            var stream = StreamId.of("hot", "stream " + (first + i % streams) % HOT_STREAMS);
            all.add(new Append.NewEvent(stream, event(random, name, i, bytes)));
        }
        return new Append(all, Map.of(), List.of(), Map.of());
    }

    private static EventData event(Random random, String name, int index, int bytes) {
        byte[] payload = new byte[random.nextInt(bytes)];
        random.nextBytes(payload);
        return EventData.of(index % 2 == 0 ? "Even" : "Odd", payload)
                .withId(EventIds.named("torture", name + "/" + index))
                .withMetadata(Metadata.of("text", text(payload)))
                .withTags("append " + name);
    }

    private static String text(byte[] payload) {
        return new String(payload, 0, payload.length / 50, StandardCharsets.ISO_8859_1).replace('\0', '0');
    }
}
