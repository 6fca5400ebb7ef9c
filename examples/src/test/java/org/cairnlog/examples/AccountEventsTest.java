// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.event.EventQuery.tags;
import static org.cairnlog.examples.AccountEvent.CODEC;
import static org.cairnlog.log.ExpectedVersion.any;

import java.nio.file.Path;
import java.util.List;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.examples.AccountEvent.Deposited;
import org.cairnlog.examples.AccountEvent.Opened;
import org.cairnlog.examples.AccountEvent.Withdrawn;
import org.cairnlog.log.AtomicEventLog;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Events as classes of the application, appended and read back. */
class AccountEventsTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void events_are_appended_and_read_back_as_classes(Store store) {
        try (AtomicEventLog log = store.open(folder.resolve("accounts.db"))) {
            // tag::use
            StreamId account = StreamId.of("account", "42");
            log.append(account, any(), CODEC.encode(new Opened("ada")), CODEC.encode(new Deposited(100)));
            log.append(account, any(), CODEC.encode(new Withdrawn(30)));

            long cents = 0;
            for (RecordedEvent stored : log.read(account)) {
                for (AccountEvent event : CODEC.decode(stored)) {
                    cents += switch (event) {
                        case Opened opened -> 0;
                        case Deposited deposited -> deposited.cents();
                        case Withdrawn withdrawn -> -withdrawn.cents();
                    };
                }
            }
            // end::use
            assertThat(cents).isEqualTo(70);
            List<RecordedEvent> all = log.read(account).toList().stream().toList();
            assertThat(all).extracting(RecordedEvent::type).startsWith("account-opened", "money-deposited");
            assertThat(all.getFirst().payloadText()).isEqualTo("{\"holder\":\"ada\"}");
        }
    }

    @ParameterizedTest
    @EnumSource
    void events_are_found_by_the_tags_that_they_derive(Store store) {
        try (AtomicEventLog log = store.open(folder.resolve("courses.db"))) {
            log.append(
                    StreamId.of("course", "c1"),
                    any(),
                    CourseEvent.CODEC.encode(new CourseEvent.Announced("c1", 30)),
                    CourseEvent.CODEC.encode(new CourseEvent.Enrolled("c1", List.of("ada", "eve"))));
            assertThat(log.read(tags("course:c1"))).hasSize(2);
            assertThat(log.read(tags("course:c1", "student:eve"))).hasSize(1);
        }
    }
}
