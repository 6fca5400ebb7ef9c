// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.cairnlog.log.Verification;
import org.junit.jupiter.api.Test;

/** Verification: a sound log is found sound, whatever was removed, and is counted right. */
public abstract class VerificationContract extends LogContract<LogFixture> {
    @Test
    void an_empty_log_is_sound() {
        assertThat(verify()).isEqualTo(new Verification(0, 0, 0, Optional.empty()));
    }

    @Test
    void events_and_streams_are_counted() {
        given(A, "E", "E");
        given(B, "E");
        log().label(A, "state", "open");
        assertThat(verify()).isEqualTo(new Verification(3, 0, 2, Optional.empty()));
    }

    @Test
    void husks_are_counted_apart_and_are_no_damage() {
        given(A, "E", "E", "E");
        given(B, "E");
        given(C, "E", "E");
        fixture.maintenance().truncateWithoutBaseline(A, 3, "test");
        fixture.maintenance().delete(B, any(), "test");
        fixture.maintenance().truncateWithoutBaseline(C, 3, "test");
        assertThat(verify()).isEqualTo(new Verification(2, 5, 3, Optional.empty()));
    }

    @Test
    void progress_goes_up_to_the_last_position() {
        givenMany(A, 20);
        List<Long> told = new ArrayList<>();
        fixture.maintenance().verify(told::add);
        assertThat(told).isSorted().isNotEmpty().endsWith(20L);
    }

    private Verification verify() {
        return fixture.maintenance().verify(position -> {});
    }
}
