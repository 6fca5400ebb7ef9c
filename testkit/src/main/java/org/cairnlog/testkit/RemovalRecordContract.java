// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.deletedAt;

import java.time.Duration;
import java.time.Instant;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.NoSuchStream;
import org.cairnlog.log.Removal;
import org.junit.jupiter.api.Test;

/** The record of removals: what, why and when, for as long as the log lives. */
public abstract class RemovalRecordContract extends LogContract<LogFixture> {
    @Test
    void a_log_from_which_nothing_was_removed_has_no_record() {
        given(A, "E");
        assertThat(maintenance().removals()).isEmpty();
    }

    @Test
    void every_removal_is_recorded_as_it_was_answered() {
        given(A, "E", "E", "E");
        given(B, "E");
        Instant start = fixture.clock().instant();
        fixture.clock().advance(Duration.ofSeconds(1));
        Removal truncated = maintenance().truncateWithoutBaseline(A, 3, "too old");
        fixture.clock().advance(Duration.ofSeconds(1));
        Removal deleted = maintenance().delete(A, any(), "asked for");
        assertThat(truncated).isEqualTo(new Removal(1, A, false, 3, 2, "too old", start.plusSeconds(1)));
        assertThat(deleted).isEqualTo(new Removal(2, A, true, 4, 1, "asked for", start.plusSeconds(2)));
        assertThat(maintenance().removals()).containsExactly(truncated, deleted);
    }

    @Test
    void a_truncation_that_found_nothing_left_is_recorded_too() {
        given(A, "E");
        Removal truncated = maintenance().truncate(A, 1, "nothing there");
        assertThat(truncated).isEqualTo(new Removal(1, A, false, 1, 0, "nothing there", truncated.at()));
        assertThat(maintenance().removals()).containsExactly(truncated);
    }

    @Test
    void a_stream_is_deleted_once_and_recorded_once_until_it_is_opened_again() {
        given(A, "E");
        Removal first = maintenance().delete(A, any(), "asked for");
        assertThat(maintenance().delete(A, any(), "asked twice")).isEqualTo(first);
        log().append(A, deletedAt(2), event("F"));
        Removal second = maintenance().delete(A, any(), "asked again");
        assertThat(second).isEqualTo(new Removal(2, A, true, 4, 2, "asked again", second.at()));
        assertThat(maintenance().delete(A, any(), "asked twice")).isEqualTo(second);
        assertThat(maintenance().removals()).containsExactly(first, second);
    }

    @Test
    void a_refused_removal_is_not_recorded() {
        given(A, "E", "E");
        refused(IllegalArgumentException.class, () -> maintenance().truncate(A, 9, "test"));
        refused(IllegalArgumentException.class, () -> maintenance().delete(A, any(), ""));
        refused(NoSuchStream.class, () -> maintenance().delete(B, any(), "test"));
        assertThat(maintenance().removals()).isEmpty();
    }

    @Test
    void a_deletion_by_label_is_recorded_for_each_stream() {
        given(A, "E");
        given(B, "E", "E");
        log().label(A, "tenant", "one");
        log().label(B, "tenant", "one");
        maintenance().deleteByLabel("tenant", "one", "tenant left");
        Instant now = fixture.clock().instant();
        assertThat(maintenance().removals())
                .containsExactly(
                        new Removal(1, A, true, 2, 1, "tenant left", now),
                        new Removal(2, B, true, 3, 2, "tenant left", now));
    }

    @Test
    void more_removals_than_a_page_are_all_there() {
        given(A, "E");
        int many = log().limits().pageEvents() + 3;
        for (int i = 0; i < many; i++) {
            maintenance().truncate(A, 1, "again " + i);
        }
        long expected = 1;
        for (Removal removal : maintenance().removals()) {
            assertThat(removal.number()).isEqualTo(expected++);
        }
        assertThat(expected).isEqualTo(many + 1);
    }

    private LogMaintenance maintenance() {
        return fixture.maintenance();
    }
}
