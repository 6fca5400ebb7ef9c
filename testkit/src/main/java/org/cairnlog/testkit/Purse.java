// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.util.List;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.codec.UndecodableEvent;
import org.cairnlog.codec.UnknownEventType;
import org.cairnlog.decider.Decider;
import org.cairnlog.decider.Rejected;
import org.cairnlog.event.EventData;
import org.cairnlog.event.RecordedEvent;

/** What contracts decide: a purse from which nobody takes more than there is. */
class Purse implements Decider<Purse.Command, Purse.State, Purse.Event> {
    sealed interface Command {}

    record Put(long cents) implements Command {}

    record Take(long cents) implements Command {}

    /** Puts the first half, then the second. */
    record PutTwice(long cents) implements Command {}

    record Leave() implements Command {}

    sealed interface Event {}

    record Gained(long cents) implements Event {}

    record Lost(long cents) implements Event {}

    /** Carries the whole state. */
    record Counted(long cents, int moves) implements Event {}

    record State(long cents, int moves) {}

    static final EventCodec<Event> CODEC = new Codec();

    @Override
    public State initial() {
        return new State(0, 0);
    }

    @Override
    public State evolve(State state, Event event) {
        return switch (event) {
            case Gained gained -> new State(state.cents() + gained.cents(), state.moves() + 1);
            case Lost lost -> new State(state.cents() - lost.cents(), state.moves() + 1);
            case Counted counted -> new State(state.cents() + counted.cents(), state.moves() + counted.moves());
        };
    }

    @Override
    public List<Event> decide(Command command, State state) {
        return switch (command) {
            case Put put -> List.of(new Gained(put.cents()));
            case PutTwice put -> List.of(new Gained(put.cents() / 2), new Gained(put.cents() - put.cents() / 2));
            case Leave leave -> List.of();
            case Take take -> {
                if (take.cents() > state.cents()) {
                    throw new Rejected("too-little", "there are " + state.cents());
                }
                yield List.of(new Lost(take.cents()));
            }
        };
    }

    /** An event of a type that became two events, or none, over the years. */
    static EventData old(String type, long cents) {
        return EventData.json(type, Long.toString(cents));
    }

    private static final class Codec implements EventCodec<Event> {
        @Override
        public EventData encode(Event event) {
            return switch (event) {
                case Gained gained -> old("gained", gained.cents());
                case Lost lost -> old("lost", lost.cents());
                case Counted counted -> EventData.json("counted", counted.cents() + " " + counted.moves());
            };
        }

        @Override
        public List<Event> decode(RecordedEvent stored) {
            try {
                return switch (stored.type()) {
                    case "gained" -> List.of(new Gained(cents(stored)));
                    case "lost" -> List.of(new Lost(cents(stored)));
                    case "swapped" -> List.of(new Lost(cents(stored)), new Gained(cents(stored)));
                    case "admired" -> List.of();
                    case "counted" -> {
                        String[] parts = stored.payloadText().split(" ");
                        yield List.of(new Counted(Long.parseLong(parts[0]), Integer.parseInt(parts[1])));
                    }
                    default -> throw new UnknownEventType(stored);
                };
            } catch (NumberFormatException e) {
                throw new UndecodableEvent(stored, "decode", e);
            }
        }

        private static long cents(RecordedEvent stored) {
            return Long.parseLong(stored.payloadText());
        }

        @Override
        public boolean knows(String type) {
            return List.of("gained", "lost", "swapped", "admired", "counted").contains(type);
        }
    }
}
