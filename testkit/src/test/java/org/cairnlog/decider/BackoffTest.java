// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class BackoffTest {
    private static List<Duration> pauses(RandomGenerator chance) throws InterruptedException {
        List<Duration> slept = new ArrayList<>();
        Backoff backoff = Backoff.of(Duration.ofMillis(1), Duration.ofMillis(5), chance, slept::add);
        for (int failures = 1; failures <= 5; failures++) {
            backoff.pause(failures);
        }
        return slept;
    }

    private static RandomGenerator chance(boolean greatest) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                return 0;
            }

            @Override
            public long nextLong(long bound) {
                return greatest ? bound - 1 : 0;
            }
        };
    }

    @Test
    void a_pause_is_a_random_part_of_a_time_that_doubles_up_to_the_longest() throws InterruptedException {
        assertThat(pauses(chance(true)))
                .containsExactly(
                        Duration.ofMillis(1),
                        Duration.ofMillis(2),
                        Duration.ofMillis(4),
                        Duration.ofMillis(5),
                        Duration.ofMillis(5));
        assertThat(pauses(chance(false))).hasSize(5).containsOnly(Duration.ofNanos(1));
    }

    @Test
    void a_first_pause_longer_than_the_longest_is_refused() {
        assertThatThrownBy(() -> Backoff.of(Duration.ofMillis(2), Duration.ofMillis(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Backoff.of(Duration.ZERO, Duration.ofMillis(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
