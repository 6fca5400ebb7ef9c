// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.event.EventData.json;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.deletedAt;
import static org.cairnlog.log.ExpectedVersion.exactly;

import java.nio.file.Path;
import org.cairnlog.event.EventData;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.BaselineMissing;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.Removal;
import org.cairnlog.log.StreamDeleted;
import org.cairnlog.log.Verification;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Removing content: what goes, and what stays. */
class RemovalTest {
    private final StreamId account = StreamId.of("account", "42");

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void a_baseline_carries_the_state_of_what_is_removed(Store store) {
        Path file = folder.resolve("a.db");
        try (AtomicEventLog log = store.open(file);
                LogMaintenance maintenance = store.maintenance(log, file)) {
            for (int i = 0; i < 3; i++) {
                log.append(account, any(), json("money-deposited", "10"));
            }
            assertThatThrownBy(() -> maintenance.truncate(account, 4, "closed year"))
                    .isInstanceOf(BaselineMissing.class);

            // tag::truncate
            EventData balance = json("balance-carried-over", "30").asBaseline();
            long baseline = log.append(account, exactly(3), balance).version();
            Removal removal = maintenance.truncate(account, baseline, "closed year");
            // end::truncate

            assertThat(removal.events()).isEqualTo(3);
            assertThat(log.read(account)).extracting(RecordedEvent::version).containsExactly(4L);
            assertThat(log.stream(account).orElseThrow().removedBefore()).isEqualTo(4);

            Verification found = maintenance.verify(position -> {});
            assertThat(found.damage()).isEmpty();
            assertThat(found.husks()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_deleted_stream_says_so(Store store) {
        Path file = folder.resolve("a.db");
        try (AtomicEventLog log = store.open(file);
                LogMaintenance maintenance = store.maintenance(log, file)) {
            log.append(account, any(), json("account-opened", "{}"));
            // tag::delete
            maintenance.delete(account, exactly(1), "asked for by its holder");
            assertThatThrownBy(() -> log.append(account, any(), json("money-deposited", "10")))
                    .isInstanceOf(StreamDeleted.class);
            // end::delete
            assertThat(log.stream(account).orElseThrow().deleted()).isTrue();
            assertThat(log.read(account)).extracting(RecordedEvent::type).containsExactly(EventData.DELETED);

            // tag::again
            log.append(account, deletedAt(2), json("account-opened", "{}")); // on purpose
            // end::again
            assertThat(log.stream(account).orElseThrow().version()).isEqualTo(3);
        }
    }
}
