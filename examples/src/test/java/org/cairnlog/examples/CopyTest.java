// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.event.EventData.json;
import static org.cairnlog.event.EventQuery.all;
import static org.cairnlog.log.ExpectedVersion.any;

import java.nio.file.Path;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.EventLog;
import org.cairnlog.log.HistoryPage;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.LogRestore;
import org.cairnlog.log.MemoryEventLog;
import org.cairnlog.log.Removal;
import org.cairnlog.log.StreamInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Moving a log that nobody writes to from one store to another, with every place kept. */
class CopyTest {
    private final StreamId account = StreamId.of("account", "42");

    @TempDir
    Path folder;

    // tag::copy
    static void copy(EventLog from, LogMaintenance removals, LogRestore to) {
        HistoryPage page = from.history(to.head()); // goes on where an earlier copy was cut off
        while (!page.appends().isEmpty()) {
            to.add(page.appends());
            page = from.history(page.cursor());
        }
        for (StreamInfo stream : from.streams()) {
            to.labels(stream.stream(), stream.labels());
        }
        for (Removal removal : removals.removals()) {
            to.removal(removal);
        }
        to.complete();
    }
    // end::copy

    @ParameterizedTest
    @EnumSource
    void a_copy_has_the_same_places_and_takes_the_same_cursors(Store store) {
        Path file = folder.resolve("copy.db");
        try (MemoryEventLog source = EventLog.inMemory();
                LogMaintenance maintenance = source.maintenance()) {
            source.append(account, any(), json("money-deposited", "100"));
            source.append(account, any(), json("balance-carried-over", "100").asBaseline());
            Cursor checkpoint = source.append(StreamId.of("order", "1"), any(), json("order-placed", "{}"))
                    .cursor();
            source.append(account, any(), json("money-deposited", "1"));
            source.label(account, "branch", "Leeds");
            maintenance.truncate(account, 2, "closed year");

            try (AtomicEventLog target =
                    store.restored(file, source.id(), restore -> copy(source, maintenance, restore))) {
                assertThat(target.read(all()).toList())
                        .isEqualTo(source.read(all()).toList());
                assertThat(target.read(all()).after(checkpoint)).hasSize(1);
                assertThat(target.streams().toList()).isEqualTo(source.streams().toList());
                assertThat(target.head()).isEqualTo(source.head());
                try (LogMaintenance ofTarget = store.maintenance(target, file)) {
                    assertThat(ofTarget.removals()).containsExactlyElementsOf(maintenance.removals());
                    assertThat(ofTarget.verify(position -> {}).damage()).isEmpty();
                }
            }
        }
    }
}
