// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import static org.cairnlog.log.ExpectedVersion.exactly;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.event.EventData;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.AppendInterrupted;
import org.cairnlog.log.Appended;
import org.cairnlog.log.Conflict;
import org.cairnlog.log.EventLog;
import org.cairnlog.log.LogBusy;
import org.cairnlog.log.LogUnavailable;
import org.cairnlog.log.OutcomeUnknown;
import org.cairnlog.log.StreamDeleted;

/**
 * Loads and saves {@linkplain AggregateRoot roots}, each from and to a stream of one category. Snapshots and decisions
 * over queries are for a {@link Repository}. Immutable and safe for use by many threads; the roots are not.
 *
 * @param <A> the roots
 * @param <E> the root of the events
 */
public class Aggregates<A extends AggregateRoot<E>, E> {
    final Repository<A, A, E> repository;

    Aggregates(Repository<A, A, E> repository) {
        this.repository = repository;
    }

    /** Roots as states, which change themselves. */
    private record Roots<A extends AggregateRoot<E>, E>(Supplier<A> make) implements Decider<A, A, E> {
        @Override
        public A initial() {
            return make.get();
        }

        @Override
        public A evolve(A root, E event) {
            root.apply(event);
            return root;
        }

        @Override
        public List<E> decide(A root, A before) {
            return root.pending();
        }
    }

    /**
     * The roots of a category's streams.
     *
     * @param log where their events are
     * @param category the category of the streams
     * @param make makes a root to which nothing has happened, a new one each time
     * @param codec knows every type of event that such a stream may hold
     * @param <A> the roots
     * @param <E> the root of the events
     * @return what loads and saves them
     */
    public static <A extends AggregateRoot<E>, E> Aggregates<A, E> of(
            EventLog log, String category, Supplier<A> make, EventCodec<E> codec) {
        return new Aggregates<>(repository(log, category, make, codec));
    }

    static <A extends AggregateRoot<E>, E> Repository<A, A, E> repository(
            EventLog log, String category, Supplier<A> make, EventCodec<E> codec) {
        return Repository.of(log, category, new Roots<>(make), codec);
    }

    /**
     * A root as it is now.
     *
     * @param id which of the category's streams
     * @return the root; that nobody has written to the stream is an answer and no error
     * @throws org.cairnlog.codec.UnknownEventType if the stream holds what the codec does not know
     * @throws org.cairnlog.codec.UndecodableEvent if the stream holds what the codec cannot read
     */
    public Loaded<A> load(String id) {
        return loaded(repository.load(id));
    }

    /**
     * A root as it was at a version. To save something that happens to it is a conflict, unless that is the last one.
     *
     * @param id which of the category's streams
     * @param version as for {@link Repository#load(String, long)}
     * @return the root, and the version that it is of
     */
    public Loaded<A> load(String id, long version) {
        return loaded(repository.load(id, version));
    }

    private Loaded<A> loaded(Loaded<A> loaded) {
        loaded.state().loaded(loaded.version());
        return loaded;
    }

    /**
     * Appends what is pending, unless somebody else has appended since the root was loaded. If it fails, everything is
     * still pending, and the same save may be tried again: what was stored unnoticed is stored once.
     *
     * @param id which of the category's streams
     * @param root as it is to be saved
     * @return what was stored; nothing if nothing was pending
     * @throws Conflict if somebody else was faster. This root cannot be saved any more: load it and do the work again,
     *     or let {@link #execute} do that
     * @throws StreamDeleted if the stream was deleted
     * @throws OutcomeUnknown if nobody can tell whether the events are stored; save the root again to find out
     * @throws LogBusy if the log had no time for it; nothing was stored
     * @throws AppendInterrupted if the thread was interrupted while the append waited; nothing was stored
     */
    public Executed<A, E> save(String id, A root) {
        settle(root);
        StreamId stream = repository.model.stream(id);
        List<E> events = root.pending();
        if (events.isEmpty()) {
            return new Executed<>(root, events, root.version(), repository.log.head(), 0);
        }
        List<EventData> encoded = root.encoded(repository.model::encode);
        try {
            Appended appended = repository.append(Append.to(stream, exactly(root.version()), encoded));
            root.saved(events.size(), appended.version(stream));
            return new Executed<>(root, events, root.version(), appended.cursor(), 0);
        } catch (OutcomeUnknown unknown) {
            root.unknown(unknown);
            throw unknown;
        }
    }

    /** Finds out what became of the last save. What has happened to the root since is an append of its own. */
    private void settle(A root) {
        OutcomeUnknown unknown = root.unknown();
        if (unknown == null) {
            return;
        }
        List<Append.NewEvent> events = unknown.append().events();
        try {
            Appended appended = repository.log.repeat(unknown);
            root.saved(events.size(), appended.version(events.getFirst().stream()));
        } catch (Conflict | StreamDeleted settled) {
            root.unknown(null);
            throw settled;
        } catch (OutcomeUnknown | LogUnavailable | LogBusy | AppendInterrupted still) {
            unknown.addSuppressed(still);
            throw unknown;
        }
    }

    /**
     * Loads a root, lets it do something, and saves it; after a conflict all of it again, up to 10 times.
     *
     * @param id which of the category's streams
     * @param work what the root is to do; it may run more than once, each time on a new root
     * @return what came of it
     * @throws Conflict if somebody else was faster the last time too
     * @throws StreamDeleted as {@link #save}
     * @throws OutcomeUnknown as {@link Repository#execute}
     * @throws LogBusy as {@link #save}
     * @throws AppendInterrupted as {@link #save}
     */
    public Executed<A, E> execute(String id, Consumer<A> work) {
        Repository.Patience patience = repository.patience;
        for (int retries = 0; ; retries++) {
            A root = load(id).state();
            work.accept(root);
            try {
                Executed<A, E> saved = save(id, root);
                return new Executed<>(root, saved.events(), saved.version(), saved.cursor(), retries);
            } catch (Conflict conflict) {
                patience.tryAgain(retries + 1, patience.retries(), conflict);
            }
        }
    }
}
