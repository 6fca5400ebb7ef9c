// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;

import java.util.List;
import java.util.UUID;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.codec.EventTransform;
import org.cairnlog.codec.UndecodableEvent;
import org.cairnlog.decider.AggregateRoot;
import org.cairnlog.decider.Aggregates;
import org.cairnlog.decider.StreamHandle;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventIds;
import org.junit.jupiter.api.Test;

/** Transforms stand on every way between an event and the log, in their order, and move no id and no place. */
public abstract class TransformsContract extends RepositoryContract {
    /** Ten times as much is written. */
    private static final EventTransform<Purse.Event> TENFOLD = new EventTransform<>() {
        @Override
        public Purse.Event onWrite(Purse.Event event) {
            return event instanceof Purse.Gained gained ? new Purse.Gained(gained.cents() * 10) : event;
        }

        @Override
        public List<Purse.Event> onRead(Purse.Event event) {
            return List.of(event instanceof Purse.Gained gained ? new Purse.Gained(gained.cents() / 10) : event);
        }
    };

    /** Three more are written. */
    private static final EventTransform<Purse.Event> THREE_MORE = new EventTransform<>() {
        @Override
        public Purse.Event onWrite(Purse.Event event) {
            return event instanceof Purse.Gained gained ? new Purse.Gained(gained.cents() + 3) : event;
        }

        @Override
        public List<Purse.Event> onRead(Purse.Event event) {
            return List.of(event instanceof Purse.Gained gained ? new Purse.Gained(gained.cents() - 3) : event);
        }
    };

    /** What was lost is read as two halves, and what was counted not at all. */
    private static final EventTransform<Purse.Event> HALVES = new EventTransform<>() {
        @Override
        public List<Purse.Event> onRead(Purse.Event event) {
            return switch (event) {
                case Purse.Gained gained -> List.of(gained);
                case Purse.Lost lost -> List.of(new Purse.Lost(lost.cents() / 2), new Purse.Lost(lost.cents() / 2));
                case Purse.Counted counted -> List.of();
            };
        }
    };

    /** For a store's test. */
    protected TransformsContract() {}

    /**
     * Puts transforms around a codec.
     *
     * @param codec a codec
     * @param transforms which
     * @param <E> the root of the events
     * @return the codec under test
     */
    protected <E> EventCodec<E> around(EventCodec<E> codec, List<EventTransform<E>> transforms) {
        EventCodec<E> around = codec;
        for (EventTransform<E> transform : transforms.reversed()) {
            around = EventTransform.around(around, transform);
        }
        return around;
    }

    private EventCodec<Purse.Event> codec() {
        return around(Purse.CODEC, List.of(TENFOLD, THREE_MORE));
    }

    @Test
    void what_is_written_goes_through_them_in_order_and_what_is_read_the_other_way_round() {
        var purses = repository(log(), new Purse(), codec());
        var executed = purses.execute("p", new Purse.Put(5));
        assertThat(executed.events()).as("the decision stays as it was").containsExactly(new Purse.Gained(5));
        assertThat(log().read(PURSE).toList().getFirst().payloadText()).isEqualTo("53");
        assertThat(purses.load("p").state()).isEqualTo(purse(5, 1));
        assertThat(purses.execute("p", new Purse.Take(5)).state()).isEqualTo(purse(0, 2));
        assertThat(typesOf(PURSE)).containsExactly("gained", "lost");
    }

    @Test
    void several_transforms_atOnce_are_the_same_as_one_around_the_other() {
        var atOnce = EventTransform.around(Purse.CODEC, TENFOLD, THREE_MORE);
        assertThat(new String(atOnce.encode(new Purse.Gained(5)).payload(), UTF_8))
                .isEqualTo("53");
        gain(PURSE, 53);
        assertThat(atOnce.decode(log().read(PURSE).toList().getFirst())).containsExactly(new Purse.Gained(5));
    }

    @Test
    void roots_and_handles_go_through_them_too() {
        var roots = Aggregates.of(log(), "purse", AggregatesContract.PurseRoot::new, codec());
        var root = new AggregatesContract.PurseRoot();
        root.put(5);
        roots.save("p", root);
        StreamHandle<Purse.Event> handle = StreamHandle.open(log(), PURSE, codec());
        assertThat(handle.read().getFirst().event()).isEqualTo(new Purse.Gained(5));
        handle.append(new Purse.Gained(6));
        assertThat(log().read(PURSE).toList().stream().map(event -> event.payloadText()))
                .containsExactly("53", "63");
        AggregateRoot<Purse.Event> loaded = roots.load("p").state();
        assertThat(loaded.version()).isEqualTo(2);
    }

    @Test
    void one_event_is_read_as_several_or_none_and_the_version_stays_that_of_what_is_stored() {
        var purses = repository(log(), new Purse(), around(Purse.CODEC, List.of(HALVES, TENFOLD)));
        purses.execute("p", new Purse.Put(8));
        purses.execute("p", new Purse.Take(8));
        log().append(PURSE, any(), Purse.CODEC.encode(new Purse.Counted(1, 1)));
        assertThat(purses.load("p").state()).isEqualTo(purse(0, 3));
        assertThat(purses.load("p").version()).isEqualTo(3);
        assertThat(purses.execute("p", new Purse.Put(1)).version()).isEqualTo(4);
    }

    @Test
    void an_id_that_was_chosen_is_kept_so_that_a_repeat_is_one() {
        UUID id = EventIds.named("purse", "1");
        EventData first = codec().encode(new Purse.Gained(5), id);
        assertThat(first.id()).isEqualTo(id);
        log().append(PURSE, any(), first);
        EventData again = codec().encode(new Purse.Gained(5), id);
        assertThat(log().append(PURSE, any(), again).repeated()).isTrue();
        assertThat(codec().knows("gained")).isTrue();
        assertThat(codec().knows("unheard-of")).isFalse();
    }

    @Test
    void a_transform_that_fails_names_the_event() {
        gain(PURSE, 5);
        EventTransform<Purse.Event> broken = new EventTransform<>() {
            @Override
            public List<Purse.Event> onRead(Purse.Event event) {
                throw new IllegalStateException("broken by the test");
            }
        };
        var purses = repository(log(), new Purse(), around(Purse.CODEC, List.of(broken)));
        UndecodableEvent failed = refused(UndecodableEvent.class, () -> purses.load("p"));
        assertThat(failed.stored().version()).isEqualTo(1);
        assertThat(failed).hasMessageContaining("transform").hasMessageContaining("purse/p");
    }
}
