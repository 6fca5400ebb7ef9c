// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.cairnlog.testkit.Linearizability.Call;
import org.junit.jupiter.api.Test;

class LinearizabilityTest {
    private static final long UNKNOWN = Long.MAX_VALUE;

    /** A register: write(x) always works, read(x) only if x is there, cas(a, b) only if a is there. */
    private record Operation(String what, int a, int b) {}

    private static final Linearizability.Model<Integer, Operation> REGISTER = new Linearizability.Model<>() {
        @Override
        public Integer initial() {
            return 0;
        }

        @Override
        public Optional<Integer> step(Integer state, Operation operation) {
            return switch (operation.what()) {
                case "write" -> Optional.of(operation.a());
                case "read" -> state == operation.a() ? Optional.of(state) : Optional.empty();
                case "cas" -> state == operation.a() ? Optional.of(operation.b()) : Optional.empty();
                default -> throw new IllegalArgumentException(operation.what());
            };
        }

        @Override
        public boolean onlyLooks(Operation operation) {
            return operation.what().equals("read");
        }
    };

    private static Call<Operation> write(int value, long invoked, long returned) {
        return new Call<>(new Operation("write", value, 0), invoked, returned);
    }

    private static Call<Operation> read(int value, long invoked, long returned) {
        return new Call<>(new Operation("read", value, 0), invoked, returned);
    }

    private static Call<Operation> cas(int from, int to, long invoked, long returned) {
        return new Call<>(new Operation("cas", from, to), invoked, returned);
    }

    @SafeVarargs
    private static Optional<String> violation(Call<Operation>... calls) {
        return Linearizability.violation(REGISTER, List.of(calls));
    }

    @Test
    void nothing_and_one_call_after_the_other_are_fine() {
        assertThat(Linearizability.violation(REGISTER, List.of())).isEmpty();
        assertThat(violation(write(1, 0, 1), read(1, 2, 3), write(2, 4, 5), read(2, 6, 7)))
                .isEmpty();
    }

    @Test
    void a_stale_read_is_found() {
        assertThat(violation(write(1, 0, 1), write(2, 2, 3), read(1, 4, 5)))
                .hasValueSatisfying(text -> assertThat(text).contains("2 of 3 were explained", "state 2", "[4, 5]"));
    }

    @Test
    void a_read_may_see_either_side_of_a_write_that_it_overlaps() {
        assertThat(violation(write(1, 0, 10), read(0, 1, 2), read(1, 3, 4))).isEmpty();
        assertThat(violation(write(1, 0, 10), read(1, 1, 2), read(1, 3, 4))).isEmpty();
    }

    @Test
    void a_value_that_comes_and_goes_again_is_found() {
        assertThat(violation(write(1, 0, 10), read(1, 1, 2), read(0, 3, 4))).isPresent();
    }

    @Test
    void two_winners_of_one_race_are_found() {
        assertThat(violation(cas(0, 1, 0, 10), cas(0, 2, 5, 15))).isPresent();
        assertThat(violation(cas(0, 1, 0, 10), cas(1, 2, 5, 15))).isEmpty();
    }

    @Test
    void overlapping_calls_are_put_into_the_order_that_works_whatever_their_times() {
        assertThat(violation(cas(2, 3, 0, 9), cas(1, 2, 1, 9), cas(0, 1, 2, 9), read(3, 10, 11)))
                .isEmpty();
        assertThat(violation(cas(2, 3, 0, 9), cas(1, 2, 1, 9), cas(0, 1, 2, 9), read(2, 10, 11)))
                .isPresent();
    }

    @Test
    void a_call_with_unknown_outcome_happened_at_any_later_time_or_never() {
        assertThat(violation(write(1, 0, UNKNOWN), read(0, 5, 6), read(1, 7, 8)))
                .isEmpty();
        assertThat(violation(write(1, 0, UNKNOWN), read(0, 5, 6), read(0, 7, 8)))
                .isEmpty();
        assertThat(violation(write(1, 0, UNKNOWN), read(1, 5, 6), read(0, 7, 8)))
                .isPresent();
        assertThat(violation(read(1, 0, 1), write(1, 2, UNKNOWN)))
                .as("not before it was invoked")
                .isPresent();
        assertThat(violation(write(1, 0, UNKNOWN))).isEmpty();
    }

    @Test
    void many_calls_at_once_are_decided_soon() {
        List<Call<Operation>> calls = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            calls.add(cas(199 - i, 200 - i, i, 1_000 + i));
            calls.add(read(i, i, 1_000 + i));
        }
        assertThat(Linearizability.violation(REGISTER, calls)).isEmpty();
        calls.add(read(7, 2_000, 2_001));
        assertThat(Linearizability.violation(REGISTER, calls)).isPresent();
    }

    @Test
    void a_call_cannot_return_before_it_begins() {
        assertThatThrownBy(() -> write(1, 5, 4)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void generated_histories_pass_and_the_same_with_one_wrong_read_fail() {
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            List<Call<Operation>> calls = new ArrayList<>();
            int state = 0;
            for (int i = 1; i <= 60; i++) {
                // Each call takes effect at the moment 10 * i, and lasts long enough to overlap others.
                long invoked = 10L * i - random.nextInt(40);
                long returned = 10L * i + random.nextInt(40);
                switch (random.nextInt(3)) {
                    case 0 -> {
                        state = i;
                        calls.add(write(i, invoked, random.nextInt(10) == 0 ? UNKNOWN : returned));
                    }
                    case 1 -> calls.add(read(state, invoked, returned));
                    default -> {
                        calls.add(cas(state, i, invoked, returned));
                        state = i;
                    }
                }
            }
            assertThat(Linearizability.violation(REGISTER, calls))
                    .as("seed " + seed)
                    .isEmpty();
            calls.add(read(1000, 0, 10_000));
            assertThat(Linearizability.violation(REGISTER, calls))
                    .as("seed " + seed)
                    .isPresent();
        }
    }
}
