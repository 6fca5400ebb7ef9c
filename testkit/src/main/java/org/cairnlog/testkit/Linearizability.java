// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether what concurrent clients saw can be explained by calls that took effect one after the other, each at
 * some instant between its invocation and its return. The search is that of Wing and Gong with Lowe's memory of states
 * already tried, as in Porcupine. A call whose outcome is unknown may have taken effect at any time after its
 * invocation, or never.
 */
public final class Linearizability {
    private static final long MOST_STEPS = 20_000_000;

    private Linearizability() {}

    /**
     * What one call at a time would do.
     *
     * @param <S> the state, immutable and compared by value
     * @param <O> an operation together with its outcome
     */
    public interface Model<S, O> {
        /**
         * The state before every call.
         *
         * @return the first state
         */
        S initial();

        /**
         * The effect of a call.
         *
         * @param state the state in which it takes effect
         * @param operation the operation with the outcome that its client saw, or that this is unknown
         * @return the state afterwards; empty if the operation cannot have this outcome in this state
         */
        Optional<S> step(S state, O operation);

        /**
         * Whether an operation with this outcome never changes the state, like a read or a refusal. Such a call can be
         * put at the first moment that fits it, which keeps the search short.
         *
         * @param operation the operation with its outcome
         * @return false if it may change the state
         */
        default boolean onlyLooks(O operation) {
            return false;
        }
    }

    /**
     * A call that a client made.
     *
     * @param <O> an operation together with its outcome
     * @param operation what was called and seen
     * @param invoked when the call began
     * @param returned when it ended; {@link Long#MAX_VALUE} if its outcome is unknown
     */
    public record Call<O>(O operation, long invoked, long returned) {
        /**
         * Checks the times.
         *
         * @throws IllegalArgumentException if the call ends before it begins
         */
        public Call {
            if (returned < invoked) {
                throw new IllegalArgumentException(
                        "The call " + operation + " returned at " + returned + ", before it began at " + invoked + ".");
            }
        }

        boolean isUnknown() {
            return returned == Long.MAX_VALUE;
        }
    }

    /**
     * Looks for an order that explains the calls.
     *
     * @param <S> the state
     * @param <O> an operation together with its outcome
     * @param model what one call at a time would do
     * @param calls what the clients did and saw, in any order
     * @return empty if there is an order, else what cannot be explained
     * @throws IllegalStateException if the search takes too long to be decided
     */
    public static <S, O> Optional<String> violation(Model<S, O> model, List<Call<O>> calls) {
        return calls.isEmpty() ? Optional.empty() : new Search<>(model, calls).run();
    }

    /** An invocation or a return in a list ordered by time, from which calls are lifted out and put back. */
    private static final class Entry<O> {
        final Call<O> call;
        final int number;
        final @Nullable Entry<O> returning;

        @Nullable Entry<O> previous;

        @Nullable Entry<O> next;

        Entry(Call<O> call, int number, @Nullable Entry<O> returning) {
            this.call = call;
            this.number = number;
            this.returning = returning;
        }

        void unlink() {
            if (previous != null) {
                previous.next = next;
            }
            if (next != null) {
                next.previous = previous;
            }
        }

        void relink() {
            if (previous != null) {
                previous.next = this;
            }
            if (next != null) {
                next.previous = this;
            }
        }
    }

    private record Visited(BitSet done, Object state) {}

    private record Stuck<S, O>(Call<O> call, BitSet done, S state) {}

    private record Taken<S, O>(Entry<O> entry, S before, boolean settled) {}

    private static final class Search<S, O> {
        private final Model<S, O> model;
        private final List<Call<O>> calls;
        private final Entry<O> head;
        private final Deque<Taken<S, O>> taken = new ArrayDeque<>();
        private final Set<Visited> visited = new HashSet<>();
        private final BitSet done = new BitSet();
        private int known;
        private int knownDone;
        private int mostDone = -1;
        private @Nullable Stuck<S, O> stuck;

        Search(Model<S, O> model, List<Call<O>> calls) {
            this.model = model;
            this.calls = calls.stream()
                    .sorted(Comparator.comparingLong(Call::invoked))
                    .toList();
            this.head = link();
        }

        private record Moment<O>(long time, boolean returns, Entry<O> entry) {}

        private Entry<O> link() {
            List<Moment<O>> moments = new ArrayList<>();
            for (int i = 0; i < calls.size(); i++) {
                Call<O> call = calls.get(i);
                // The outcome of an unknown call binds nobody, so it has no return.
                Entry<O> returning = call.isUnknown() ? null : new Entry<>(call, i, null);
                moments.add(new Moment<>(call.invoked(), false, new Entry<>(call, i, returning)));
                if (returning != null) {
                    moments.add(new Moment<>(call.returned(), true, returning));
                    known++;
                }
            }
            // At the same instant the calls overlap: invocations come first.
            moments.sort(Comparator.<Moment<O>>comparingLong(Moment::time).thenComparing(Moment::returns));
            Entry<O> first = new Entry<>(calls.getFirst(), -1, null);
            Entry<O> last = first;
            for (Moment<O> moment : moments) {
                last.next = moment.entry();
                moment.entry().previous = last;
                last = moment.entry();
            }
            return first;
        }

        Optional<String> run() {
            S state = model.initial();
            takeLooks(state);
            Entry<O> entry = head.next;
            long steps = 0;
            while (knownDone < known) {
                if (++steps > MOST_STEPS) {
                    throw new IllegalStateException("The history of " + calls.size() + " calls is not decided after "
                            + MOST_STEPS + " steps; make it smaller or divide it.");
                }
                if (entry != null && isInvocation(entry)) {
                    Optional<S> after = model.onlyLooks(entry.call.operation())
                            ? Optional.empty()
                            : model.step(state, entry.call.operation());
                    if (after.isPresent() && isNew(entry, after.get())) {
                        taken.push(new Taken<>(entry, state, false));
                        take(entry);
                        state = after.get();
                        takeLooks(state);
                        entry = head.next;
                    } else {
                        entry = entry.next;
                    }
                } else {
                    remember(entry, state);
                    Taken<S, O> last = takeBack();
                    if (last == null) {
                        return Optional.of(describe(stuck));
                    }
                    state = last.before();
                    entry = last.entry().next;
                }
            }
            return Optional.empty();
        }

        /** Puts every open call here that only looks and sees this state: a later place could not be better. */
        private void takeLooks(S state) {
            Entry<O> entry = head.next;
            while (entry != null && isInvocation(entry)) {
                O operation = entry.call.operation();
                Entry<O> next = entry.next;
                if (model.onlyLooks(operation) && model.step(state, operation).isPresent()) {
                    next = next == null || next != entry.returning ? next : next.next;
                    taken.push(new Taken<>(entry, state, true));
                    take(entry);
                }
                entry = next;
            }
        }

        /** Undoes the last choice, and what followed from it; null if there was none. */
        private @Nullable Taken<S, O> takeBack() {
            while (!taken.isEmpty()) {
                Taken<S, O> last = taken.pop();
                putBack(last.entry());
                if (!last.settled()) {
                    return last;
                }
            }
            return null;
        }

        private boolean isInvocation(Entry<O> entry) {
            return entry.returning != null || entry.call.isUnknown();
        }

        private boolean isNew(Entry<O> entry, S after) {
            BitSet all = (BitSet) done.clone();
            all.set(entry.number);
            return visited.add(new Visited(all, after));
        }

        private void take(Entry<O> entry) {
            done.set(entry.number);
            entry.unlink();
            if (entry.returning != null) {
                entry.returning.unlink();
                knownDone++;
            }
        }

        private void putBack(Entry<O> entry) {
            done.clear(entry.number);
            if (entry.returning != null) {
                entry.returning.relink();
                knownDone--;
            }
            entry.relink();
        }

        private void remember(@Nullable Entry<O> entry, S state) {
            if (knownDone > mostDone && entry != null) {
                mostDone = knownDone;
                stuck = new Stuck<>(entry.call, (BitSet) done.clone(), state);
            }
        }

        private String describe(@Nullable Stuck<S, O> best) {
            if (best == null) {
                return "No order explains these calls.";
            }
            String open = IntStream.range(0, calls.size())
                    .filter(i -> !best.done().get(i))
                    .mapToObj(calls::get)
                    .filter(c -> c.invoked() <= best.call().returned()
                            && c.returned() >= best.call().invoked())
                    .map(c -> "[" + c.invoked() + ", " + (c.isUnknown() ? "?" : c.returned()) + "] " + c.operation())
                    .collect(Collectors.joining("\n  "));
            return "No order explains these calls. " + mostDone + " of " + known
                    + " were explained at best, which led to the state " + best.state()
                    + "; none of the open calls can come next:\n  " + open;
        }
    }
}
