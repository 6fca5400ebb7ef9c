// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.event.EventData.json;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.noStream;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.StreamInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Finding streams by what they are called and how they are labelled. */
class LabelsTest {
    private final StreamId ada = StreamId.of("account", "ada");
    private final StreamId bob = StreamId.of("account", "bob");

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void streams_are_listed_by_label(Store store) {
        try (AtomicEventLog log = store.open(folder.resolve("a.db"))) {
            // tag::labels
            log.append(Append.to(ada, noStream(), json("account-opened", "{}")).label(ada, "branch", "Leeds"));
            log.append(bob, noStream(), json("account-opened", "{}"));
            log.label(bob, "branch", "York");

            List<StreamId> inLeeds = new ArrayList<>();
            for (StreamInfo info : log.streams().category("account").labelled("branch", "Leeds")) {
                inLeeds.add(info.stream());
            }
            // end::labels
            assertThat(inLeeds).containsExactly(ada);

            log.label(bob, "branch", "Leeds");
            log.append(StreamId.of("order", "1"), any(), json("order-placed", "{}"));
            assertThat(log.streams().labelled("branch"))
                    .extracting(StreamInfo::stream)
                    .containsExactly(ada, bob);
            assertThat(log.streams().toList()).hasSize(3);
            log.unlabel(ada, "branch");
            assertThat(log.stream(ada).orElseThrow().labels()).isEmpty();
        }
    }
}
