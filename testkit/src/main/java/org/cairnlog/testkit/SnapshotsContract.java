// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import org.cairnlog.decider.AtomicRepository;
import org.cairnlog.decider.Executed;
import org.cairnlog.decider.Loaded;
import org.cairnlog.decider.Rejected;
import org.cairnlog.decider.Snapshot;
import org.cairnlog.decider.SnapshotPolicy;
import org.cairnlog.decider.SnapshotStore;
import org.cairnlog.decider.Snapshots;
import org.cairnlog.decider.StateCodec;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.Removal;
import org.cairnlog.log.VersionConflict;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A snapshot saves time and changes nothing: whatever is wrong with it, the state is that of the events. */
public abstract class SnapshotsContract extends RepositoryContract {
    private static final UUID ELSEWHERE = new UUID(1, 2);
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00.123456Z");

    private SnapshotStore store;

    /** For a store's test. */
    protected SnapshotsContract() {}

    /**
     * Makes the snapshots under test.
     *
     * @return those of the fixture's log
     */
    protected SnapshotStore store() {
        return SnapshotStore.of(log());
    }

    @BeforeEach
    void openStore() {
        store = store();
    }

    private static StateCodec<Purse.State> codec(String schema) {
        return StateCodec.of(
                schema, state -> (state.cents() + " " + state.moves()).getBytes(StandardCharsets.UTF_8), bytes -> {
                    String[] parts = new String(bytes, StandardCharsets.UTF_8).split(" ");
                    return new Purse.State(Long.parseLong(parts[0]), Integer.parseInt(parts[1]));
                });
    }

    private AtomicRepository<Purse.Command, Purse.State, Purse.Event> purses(Snapshots<Purse.State> snapshots) {
        return purses().snapshots(snapshots);
    }

    private AtomicRepository<Purse.Command, Purse.State, Purse.Event> purses(SnapshotPolicy policy) {
        return purses(Snapshots.of(store, codec("purse-1"), policy));
    }

    private long snapshotVersion() {
        return store.latest(PURSE, "purse-1").map(Snapshot::version).orElse(0L);
    }

    private static Snapshot snapshot(StreamId stream, String schema, long version, String state) {
        return new Snapshot(stream, schema, version, ELSEWHERE, TIME, state.getBytes(StandardCharsets.UTF_8));
    }

    /** A state that the events do not make, so that it is seen where a load began. */
    private void plant(long version, String state) {
        UUID event = log().read(PURSE).from(version).iterator().next().id();
        store.save(new Snapshot(PURSE, "purse-1", version, event, TIME, state.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void a_snapshot_comes_back_byte_for_byte() {
        byte[] bytes = new byte[100_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        StreamId odd = StreamId.of("a/b 'c\"", "\u00e9 % * > .");
        for (byte[] state : List.of(new byte[0], bytes)) {
            var snapshot = new Snapshot(odd, "s", 3, ELSEWHERE, TIME, state);
            assertThat(store.save(snapshot)).isTrue();
            assertThat(store.latest(odd, "s")).contains(snapshot);
        }
        assertThat(store.latest(odd, "t")).isEmpty();
        assertThat(store.latest(PURSE, "s")).isEmpty();
    }

    @Test
    void an_older_snapshot_never_replaces_a_newer_one() {
        assertThat(store.save(snapshot(PURSE, "s", 5, "five"))).isTrue();
        assertThat(store.save(snapshot(PURSE, "s", 4, "four"))).isFalse();
        assertThat(store.latest(PURSE, "s")).contains(snapshot(PURSE, "s", 5, "five"));
        assertThat(store.save(snapshot(PURSE, "s", 5, "again"))).isTrue();
        assertThat(store.latest(PURSE, "s")).contains(snapshot(PURSE, "s", 5, "again"));
        assertThat(store.save(snapshot(PURSE, "t", 1, "other schema"))).isTrue();
        assertThat(store.save(snapshot(OTHER, "s", 1, "other stream"))).isTrue();
    }

    @Test
    void the_newest_of_many_at_once_stays() throws Exception {
        Crowd.run(8, thread -> {
            for (int i = 0; i < 10; i++) {
                store.save(snapshot(PURSE, "s", 1 + (i * 7 + thread * 13) % 80, "x"));
            }
        });
        assertThat(store.latest(PURSE, "s").orElseThrow().version()).isEqualTo(80);
    }

    @Test
    void only_the_snapshot_that_is_meant_is_discarded() {
        store.save(snapshot(PURSE, "s", 5, "five"));
        store.save(snapshot(PURSE, "t", 5, "five"));
        store.save(snapshot(OTHER, "s", 5, "five"));
        store.discard(snapshot(PURSE, "s", 4, "four"));
        store.discard(new Snapshot(PURSE, "s", 5, new UUID(3, 4), TIME, new byte[0]));
        assertThat(store.latest(PURSE, "s")).isPresent();
        store.discard(snapshot(PURSE, "s", 5, "five"));
        assertThat(store.latest(PURSE, "s")).isEmpty();
        assertThat(store.latest(PURSE, "t")).isPresent();
        store.save(snapshot(PURSE, "s", 5, "five"));
        store.discard(PURSE);
        assertThat(store.latest(PURSE, "s")).isEmpty();
        assertThat(store.latest(PURSE, "t")).isEmpty();
        assertThat(store.latest(OTHER, "s")).isPresent();
    }

    @Test
    void a_snapshot_is_taken_whenever_another_multiple_is_passed() {
        var purses = purses(SnapshotPolicy.every(3));
        List<Long> versions = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            purses.execute("p", new Purse.PutTwice(10));
            versions.add(snapshotVersion());
        }
        assertThat(versions).containsExactly(0L, 4L, 6L, 6L);
        assertThat(purses.load("p")).isEqualTo(new Loaded<>(purse(40, 8), 8, true));
    }

    @Test
    void a_load_begins_at_the_snapshot_and_goes_on_to_the_last_event() {
        gain(PURSE, 10);
        gain(PURSE, 10);
        plant(2, "1000 50");
        gain(PURSE, 1);
        var purses = purses(SnapshotPolicy.every(1000));
        assertThat(purses.load("p")).isEqualTo(new Loaded<>(purse(1001, 51), 3, true));
        assertThat(purses.load("p", 2).state()).isEqualTo(purse(1000, 50));
        assertThat(purses.load("p", 1).state()).isEqualTo(purse(10, 1));
        refused(Rejected.class, () -> purses.execute("p", new Purse.Take(1002)));
        Executed<Purse.State, Purse.Event> executed = purses.execute("p", new Purse.Take(1001));
        assertThat(executed.version()).isEqualTo(4);
        assertThat(executed.state()).isEqualTo(purse(0, 52));
    }

    @Test
    void a_decision_on_an_old_snapshot_knows_what_happened_since() {
        gain(PURSE, 10);
        plant(1, "10 1");
        log().append(PURSE, any(), lost(10));
        refusedWithoutTrace(
                Rejected.class, () -> purses(SnapshotPolicy.every(1)).execute("p", new Purse.Take(1)));
    }

    @Test
    void what_cannot_be_read_is_ignored_and_replaced() {
        gain(PURSE, 10);
        plant(1, "nonsense");
        Snapshots<Purse.State> snapshots = Snapshots.of(store, codec("purse-1"), SnapshotPolicy.every(1000));
        assertThat(purses(snapshots).load("p").state()).isEqualTo(purse(10, 1));
        assertThat(snapshots.failures()).isEqualTo(1);
        purses(snapshots).execute("p", new Purse.Put(1));
        assertThat(store.latest(PURSE, "purse-1").orElseThrow().version()).isEqualTo(2);
        assertThat(purses(snapshots).load("p").state()).isEqualTo(purse(11, 2));
        assertThat(snapshots.taken()).isEqualTo(1);
    }

    @Test
    void a_snapshot_of_another_schema_is_not_looked_at() {
        gain(PURSE, 10);
        plant(1, "1000 50");
        var purses = purses(Snapshots.of(store, codec("purse-2"), SnapshotPolicy.every(1)));
        assertThat(purses.load("p").state()).isEqualTo(purse(10, 1));
        purses.execute("p", new Purse.Put(1));
        assertThat(store.latest(PURSE, "purse-2").orElseThrow().version()).isEqualTo(2);
        assertThat(snapshotVersion()).isEqualTo(1);
    }

    @Test
    void a_snapshot_of_another_history_is_ignored_and_replaced() {
        gain(PURSE, 10);
        gain(PURSE, 10);
        for (long version : new long[] {2, 10}) {
            store.save(snapshot(PURSE, "purse-1", version, "1000 50"));
            var purses = purses(SnapshotPolicy.every(1000));
            long cents = purses().load("p").state().cents();
            assertThat(purses.load("p").state().cents()).isEqualTo(cents);
            long version2 = purses.execute("p", new Purse.Put(1)).version();
            assertThat(snapshotVersion()).isEqualTo(version2);
            assertThat(purses.load("p").state().cents()).isEqualTo(cents + 1);
            store.discard(PURSE);
        }
    }

    @Test
    void a_snapshot_whose_event_was_removed_is_ignored() {
        gain(PURSE, 10);
        gain(PURSE, 10);
        log().append(PURSE, any(), Purse.CODEC.encode(new Purse.Counted(20, 2)).asBaseline());
        UUID second = log().read(PURSE).from(2).iterator().next().id();
        fixture.maintenance().truncate(PURSE, 3, "test");
        store.save(new Snapshot(PURSE, "purse-1", 2, second, TIME, "1000 50".getBytes(StandardCharsets.UTF_8)));
        assertThat(purses(SnapshotPolicy.every(1)).load("p")).isEqualTo(new Loaded<>(purse(20, 2), 3, true));
    }

    @Test
    void what_fails_in_a_snapshot_fails_no_decision_and_is_counted() {
        SnapshotStore broken = new SnapshotStore() {
            @Override
            public Optional<Snapshot> latest(StreamId stream, String schema) {
                throw new IllegalStateException("broken by the test");
            }

            @Override
            public boolean save(Snapshot snapshot) {
                throw new IllegalStateException("broken by the test");
            }

            @Override
            public void discard(Snapshot snapshot) {
                throw new IllegalStateException("broken by the test");
            }

            @Override
            public void discard(StreamId stream) {
                throw new IllegalStateException("broken by the test");
            }
        };
        Snapshots<Purse.State> lost = Snapshots.of(broken, codec("purse-1"), SnapshotPolicy.every(1));
        assertThat(purses(lost).execute("p", new Purse.Put(1)).version()).isEqualTo(1);
        assertThat(lost.failures()).isEqualTo(2);

        Snapshots<Purse.State> undecided = Snapshots.of(store, codec("purse-1"), moment -> {
            throw new IllegalStateException("broken by the test");
        });
        assertThat(purses(undecided).execute("p", new Purse.Put(1)).version()).isEqualTo(2);
        assertThat(undecided.failures()).isEqualTo(1);

        Snapshots<Purse.State> refused = Snapshots.of(store, codec("purse-1"), SnapshotPolicy.every(1))
                .inBackground(task -> {
                    throw new RejectedExecutionException("full, says the test");
                });
        assertThat(purses(refused).execute("p", new Purse.Put(1)).version()).isEqualTo(3);
        assertThat(refused.failures()).isEqualTo(1);
        assertThat(refused.taken()).isZero();
        assertThat(snapshotVersion()).isZero();
    }

    @Test
    void what_was_not_stored_leaves_no_snapshot() {
        gain(PURSE, 10);
        Snapshots<Purse.State> snapshots = Snapshots.of(store, codec("purse-1"), SnapshotPolicy.every(1));
        var purses = purses(log(), rival(99, () -> gain(PURSE, 1)))
                .retryingConflicts(1)
                .snapshots(snapshots);
        refused(VersionConflict.class, () -> purses.execute("p", new Purse.Put(5)));
        assertThat(snapshotVersion()).isZero();
        purses.execute("p", new Purse.Leave());
        assertThat(snapshots.taken()).isZero();
        assertThat(snapshots.failures()).isZero();
    }

    @Test
    void a_snapshot_in_the_background_is_taken_after_the_answer() {
        List<Runnable> tasks = new ArrayList<>();
        Snapshots<Purse.State> later =
                Snapshots.of(store, codec("purse-1"), SnapshotPolicy.every(1)).inBackground(tasks::add);
        purses(later).execute("p", new Purse.Put(1));
        purses(later).execute("p", new Purse.Put(1));
        assertThat(snapshotVersion()).isZero();
        tasks.get(1).run();
        tasks.get(0).run();
        assertThat(snapshotVersion()).isEqualTo(2);
        assertThat(later.taken()).isEqualTo(1);
    }

    @Test
    void policies_go_by_types_bytes_and_age_and_by_each_other() {
        var clock = ControllableClock.at(TIME);
        List<SnapshotPolicy.Moment> moments = new ArrayList<>();
        SnapshotPolicy noting = moment -> moments.add(moment);
        var purses = purses(Snapshots.of(store, codec("purse-1"), noting).clock(clock));
        purses.execute("p", new Purse.Put(7));
        clock.advance(Duration.ofHours(2));
        purses.execute("p", new Purse.PutTwice(7));
        SnapshotPolicy.Moment first = moments.get(0);
        SnapshotPolicy.Moment second = moments.get(1);
        assertThat(first).isEqualTo(new SnapshotPolicy.Moment(PURSE, 0, 1, List.of("gained"), 1, 1, Optional.empty()));
        assertThat(second)
                .isEqualTo(new SnapshotPolicy.Moment(
                        PURSE, 1, 3, List.of("gained", "gained"), 2, 2, Optional.of(Duration.ofHours(2))));
        SnapshotPolicy never = moment -> false;
        SnapshotPolicy always = moment -> true;
        assertThat(SnapshotPolicy.onTypes("lost", "gained").wants(first)).isTrue();
        assertThat(SnapshotPolicy.onTypes("lost").wants(first)).isFalse();
        assertThat(SnapshotPolicy.afterBytes(2).wants(first)).isFalse();
        assertThat(SnapshotPolicy.afterBytes(2).wants(second)).isTrue();
        assertThat(SnapshotPolicy.olderThan(Duration.ofHours(2)).wants(second)).isTrue();
        assertThat(SnapshotPolicy.olderThan(Duration.ofHours(3)).wants(second)).isFalse();
        assertThat(SnapshotPolicy.olderThan(Duration.ofHours(3)).wants(first)).isTrue();
        assertThat(SnapshotPolicy.anyOf(never, always).wants(first)).isTrue();
        assertThat(SnapshotPolicy.allOf(never, always).wants(first)).isFalse();
        refused(IllegalArgumentException.class, () -> SnapshotPolicy.every(0));
    }

    @Test
    void closed_books_carry_the_state_and_nothing_else_is_left() {
        var purses = purses(SnapshotPolicy.every(2));
        for (int i = 0; i < 5; i++) {
            purses.execute("p", new Purse.Put(10));
        }
        Cursor open = log().head();
        Removal removal = purses.closeTheBooks("p", SnapshotsContract::counted, fixture.maintenance(), "year's end")
                .orElseThrow();
        assertThat(removal.before()).isEqualTo(6);
        assertThat(removal.events()).isEqualTo(5);
        assertThat(typesOf(PURSE)).containsExactly("counted");
        assertThat(purses.load("p")).isEqualTo(new Loaded<>(purse(50, 5), 6, true));
        // What it was then nobody can tell any more.
        refusedWithoutTrace(IllegalArgumentException.class, () -> purses.load("p", open));
        assertThat(purses.execute("p", new Purse.Take(50)).version()).isEqualTo(7);
    }

    @Test
    void closing_again_goes_on_where_it_was_cut_off() {
        gain(PURSE, 10);
        log().append(PURSE, any(), Purse.CODEC.encode(new Purse.Counted(10, 1)).asBaseline());
        purses().closeTheBooks("p", SnapshotsContract::counted, fixture.maintenance(), "again");
        assertThat(typesOf(PURSE)).containsExactly("counted");
        assertThat(log().stream(PURSE).orElseThrow().version()).isEqualTo(2);
        assertThat(purses().closeTheBooks("nobody", SnapshotsContract::counted, fixture.maintenance(), "none"))
                .isEmpty();
    }

    @Test
    void a_baseline_that_does_not_carry_the_state_removes_nothing() {
        gain(PURSE, 10);
        gain(PURSE, 10);
        refusedWithoutTrace(
                IllegalArgumentException.class,
                () -> purses().closeTheBooks("p", state -> new Purse.Counted(20, 1), fixture.maintenance(), "wrong"));
        assertThat(purses().load("p").state()).isEqualTo(purse(20, 2));
    }

    private static Purse.Event counted(Purse.State state) {
        return new Purse.Counted(state.cents(), state.moves());
    }
}
