// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;

import java.time.Duration;
import org.cairnlog.event.EventData;
import org.cairnlog.log.AppendInterrupted;
import org.cairnlog.log.Cursor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Interrupts: a thread that was told to stop stores nothing more, and knows it. */
public abstract class InterruptsContract extends LogContract<LogFixture> {
    @AfterEach
    void clearTheFlag() {
        Thread.interrupted();
    }

    @Test
    void an_append_on_an_interrupted_thread_is_withdrawn() {
        Cursor head = given(A, "E").cursor();
        EventData event = event("F");
        Thread.currentThread().interrupt();
        refused(AppendInterrupted.class, () -> log().append(A, any(), event));
        assertThat(Thread.interrupted()).as("the flag is still set").isTrue();
        assertThat(log().head()).isEqualTo(head);
        assertThat(log().append(A, any(), event).repeated()).isFalse();
    }

    @Test
    void waiting_on_an_interrupted_thread_ends_at_once() {
        Thread.currentThread().interrupt();
        Cursor head = log().beginning();
        refused(InterruptedException.class, () -> log().awaitGrowth(head, Duration.ofSeconds(20)));
    }

    @Test
    void an_interrupt_of_one_writer_does_not_disturb_the_others() throws Exception {
        int writers = 4;
        int each = 20;
        Crowd.run(writers, writer -> {
            for (int i = 0; i < each; i++) {
                if (writer == 0) {
                    Thread.currentThread().interrupt();
                    refused(AppendInterrupted.class, () -> log().append(A, any(), event("F")));
                    Thread.interrupted();
                } else {
                    given(stream("s" + writer), "E");
                }
            }
        });
        assertThat(log().stream(A)).isEmpty();
        for (int writer = 1; writer < writers; writer++) {
            assertThat(log().read(stream("s" + writer)).toList()).hasSize(each);
        }
    }
}
