// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.MemoryLogs;
import org.cairnlog.testkit.AtomicLogFixture;
import org.cairnlog.testkit.Failures;
import org.cairnlog.testkit.SnapshotsContract;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of snapshots under test: each mutant fails the test that was made for what it does wrong. */
class SnapshotMutantsTest {
    private static final ThreadLocal<Defect> UNDER_TEST = new ThreadLocal<>();

    /** What is wrong, and the test that was made for it. */
    enum Defect {
        NONE(""),
        PUTS_BACK_THE_OLDER("an_older_snapshot_never_replaces_a_newer_one"),
        MIXES_SCHEMAS("a_snapshot_of_another_schema_is_not_looked_at"),
        DISCARDS_WHATEVER_IS_THERE("only_the_snapshot_that_is_meant_is_discarded"),
        NEVER_DISCARDS("a_snapshot_of_another_history_is_ignored_and_replaced"),
        LOSES_EVERYTHING("a_load_begins_at_the_snapshot_and_goes_on_to_the_last_event"),
        DECIDES_ON_THE_SNAPSHOT_ALONE("a_decision_on_an_old_snapshot_knows_what_happened_since"),
        TRUSTS_EVERY_SNAPSHOT("a_snapshot_of_another_history_is_ignored_and_replaced"),
        TAKES_IT_BEFORE_THE_COMMIT("what_was_not_stored_leaves_no_snapshot"),
        FAILS_WITH_THE_STORE("what_fails_in_a_snapshot_fails_no_decision_and_is_counted");

        final String test;

        Defect(String test) {
            this.test = test;
        }
    }

    /** The contract, on what the calling thread has put under test. */
    static class Contract extends SnapshotsContract {
        @Override
        protected AtomicLogFixture open() {
            return MemoryLogs.fixture();
        }

        @Override
        protected SnapshotStore store() {
            return new Mutant(UNDER_TEST.get());
        }

        @Override
        protected <C, S, E> AtomicRepository<C, S, E> repository(
                AtomicEventLog log, Decider<C, S, E> decider, EventCodec<E> codec) {
            return new MutantReader<>(
                    UNDER_TEST.get(), log, Model.of("purse", decider, codec), Repository.Patience.STANDARD);
        }
    }

    private static final class Mutant extends MemorySnapshotStore {
        private final Defect defect;

        Mutant(Defect defect) {
            this.defect = defect;
        }

        @Override
        public Optional<Snapshot> latest(StreamId stream, String schema) {
            return switch (defect) {
                case LOSES_EVERYTHING -> Optional.empty();
                case MIXES_SCHEMAS ->
                    snapshots.values().stream()
                            .filter(snapshot -> snapshot.stream().equals(stream))
                            .findFirst();
                default -> super.latest(stream, schema);
            };
        }

        @Override
        public boolean save(Snapshot snapshot) {
            if (defect == Defect.PUTS_BACK_THE_OLDER) {
                snapshots.put(new Key(snapshot.stream(), snapshot.schema()), snapshot);
                return true;
            }
            return super.save(snapshot);
        }

        @Override
        public void discard(Snapshot snapshot) {
            if (defect == Defect.DISCARDS_WHATEVER_IS_THERE) {
                snapshots.remove(new Key(snapshot.stream(), snapshot.schema()));
            } else if (defect != Defect.NEVER_DISCARDS) {
                super.discard(snapshot);
            }
        }
    }

    /** A repository that reads its snapshots in a wrong way. */
    private static final class MutantReader<C, S, E> extends AtomicRepository<C, S, E> {
        private final Defect defect;

        MutantReader(Defect defect, AtomicEventLog log, Model<C, S, E> model, Patience patience) {
            super(log, model, patience, append -> append);
            this.defect = defect;
        }

        @Override
        AtomicRepository<C, S, E> with(Model<C, S, E> model, Patience patience) {
            return new MutantReader<>(defect, atomic, model, patience);
        }

        @Override
        Appended append(Append append) {
            Snapshots<S> snapshots = model.snapshots();
            if (snapshots != null && defect == Defect.TAKES_IT_BEFORE_THE_COMMIT) {
                Fold<S, E> seen = super.read(append.events().getFirst().stream());
                model.appended(seen, append, seen.version() + append.events().size(), seen.state());
            }
            return super.append(append);
        }

        @Override
        Fold<S, E> read(StreamId stream) {
            Snapshots<S> snapshots = model.snapshots();
            boolean bent = defect == Defect.DECIDES_ON_THE_SNAPSHOT_ALONE || defect == Defect.TRUSTS_EVERY_SNAPSHOT;
            if (snapshots != null && defect == Defect.FAILS_WITH_THE_STORE) {
                snapshots.latest(stream);
                if (snapshots.failures() > 0) {
                    throw new IllegalStateException("the mutant fails with its store");
                }
            }
            Optional<Snapshot> latest = snapshots != null && bent ? snapshots.latest(stream) : Optional.empty();
            Snapshots.Kept<S> kept = latest.isPresent() ? snapshots.read(latest.get()) : null;
            if (kept == null) {
                return super.read(stream);
            }
            Fold<S, E> fold = model.initial();
            fold.beginAt(kept);
            if (defect == Defect.TRUSTS_EVERY_SNAPSHOT) {
                for (RecordedEvent event : log.read(stream).from(kept.snapshot().version() + 1)) {
                    fold.ofStream(event);
                }
            } else {
                log.stream(stream).ifPresent(info -> fold.endsAt(info.version()));
            }
            return fold;
        }
    }

    @ParameterizedTest
    @EnumSource
    void every_mutant_fails_the_test_that_was_made_for_it(Defect defect) {
        Set<String> failures = failures(defect);
        if (defect == Defect.NONE) {
            assertThat(failures).isEmpty();
        } else {
            assertThat(failures).contains(defect.test);
        }
    }

    private static Set<String> failures(Defect defect) {
        UNDER_TEST.set(defect);
        return Failures.of(Contract.class).keySet();
    }
}
