// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final Console console = Console.of(
            InputStream.nullInputStream(), OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), Map.of());

    @Test
    void a_bar_shows_part_count_rate_and_time_left() {
        try (Progress progress = Progress.of(console, "Importing", "events", 400)) {
            assertThat(progress.line(100, 5000, 2))
                    .isEqualTo("Importing [######..................]  25 %  5,000 events, 2,500/s, 6 s left");
        }
    }

    @Test
    void without_an_end_it_shows_count_and_rate() {
        try (Progress progress = Progress.counting(console, "Verifying", "events")) {
            assertThat(progress.line(0, 5000, 2)).isEqualTo("Verifying  5,000 events, 2,500/s");
        }
    }
}
