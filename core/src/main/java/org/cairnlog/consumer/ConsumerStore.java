// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.EventLog;
import org.cairnlog.log.MemoryEventLog;
import org.jspecify.annotations.Nullable;

/**
 * What a log keeps of its consumers: checkpoints, leases and parked events; for stores. Users meet {@link Consumers}.
 * Safe for use by many threads, and by many processes where the log is. All times are by the clock that the log takes
 * its recorded times from.
 *
 * <p>Whoever holds the lease of a consumer has a token, which grows with every claim. What changes a checkpoint names
 * the token and the cursor before, and either all of it happens or {@link LeaseLost} is thrown: a holder that was
 * stopped for longer than its lease changes nothing when it wakes up. Every call may throw
 * {@link org.cairnlog.log.LogUnavailable}.
 */
public interface ConsumerStore {
    /** A log that keeps the state of its consumers where it keeps its events; for stores. */
    interface Home {
        /**
         * The state of the log's consumers.
         *
         * @return the same for as long as the log is open
         */
        ConsumerStore consumers();
    }

    /**
     * The right to run a consumer.
     *
     * @param name the consumer
     * @param token larger than that of every earlier claim
     * @param cursor the checkpoint, read under the same lock; null if there is none yet
     */
    record Claim(String name, long token, @Nullable Cursor cursor) {}

    /**
     * How a holder is doing, as others are to see it.
     *
     * @param state what it does
     * @param lasting for how long
     * @param why the reason; empty if there is nothing to say
     * @param rate how many events it handles in a second
     */
    record Report(ConsumerStatus.State state, Duration lasting, String why, double rate) {}

    /**
     * A lease to be prolonged.
     *
     * @param claim what is held
     * @param report how the holder is doing
     */
    record Renewal(Claim claim, Report report) {}

    /**
     * Why nobody is to run a consumer.
     *
     * @param failed whether the consumer itself gave up; else somebody paused it
     * @param why the reason
     * @param since the time
     */
    record Halt(boolean failed, String why, Instant since) {}

    /**
     * Who holds a consumer, and until when.
     *
     * @param holder a name of the holder's choice
     * @param until when others may take over
     */
    record Lease(String holder, Instant until) {}

    /**
     * What is known of a consumer.
     *
     * @param name the consumer
     * @param partitions how many parts it is divided into, each known under its own name; 1 if it is not divided
     * @param token that of the last claim; 0 if it was never claimed
     * @param cursor the checkpoint; null if there is none yet
     * @param lease who holds it; null if nobody does
     * @param state what its last holder did
     * @param since from when on
     * @param why the reason
     * @param rate how many events it handled in a second
     * @param halt why it is not to run; null if it is
     * @param asks how often somebody has asked for something to be done with what is set aside, or for a rebuild
     * @param rebuilding whether it is to begin again from the beginning
     * @param replayUpTo up to where it had handled events before it began again; null if it never did
     * @param base the read model that it is a generation of; null if it is none
     * @param active whether its effects are those that count: it is no generation, or the one that readers see
     * @param switching whether it is to become the generation that readers see
     * @param parked how many events are parked
     * @param skipped how many events were skipped
     */
    record Known(
            String name,
            int partitions,
            long token,
            @Nullable Cursor cursor,
            @Nullable Lease lease,
            ConsumerStatus.State state,
            Instant since,
            String why,
            double rate,
            @Nullable Halt halt,
            long asks,
            boolean rebuilding,
            @Nullable Cursor replayUpTo,
            @Nullable String base,
            boolean active,
            boolean switching,
            long parked,
            long skipped) {}

    /**
     * A step of a consumer: what changes together with its checkpoint, or not at all.
     *
     * @param claim what is held
     * @param before the checkpoint as the holder knows it; null if there is none yet
     * @param after the checkpoint from now on
     * @param setAside events that are parked or skipped from now on
     */
    record Step(Claim claim, @Nullable Cursor before, Cursor after, List<ParkedEvent> setAside) {}

    /**
     * The state of a log's consumers.
     *
     * @param log a log that is in memory, or whose store keeps it
     * @return the same for every caller
     * @throws IllegalArgumentException if the log keeps none
     */
    static ConsumerStore of(EventLog log) {
        if (log.undecorated() instanceof Home home) {
            return home.consumers();
        }
        if (log.undecorated() instanceof MemoryEventLog memory) {
            return memory.beside(MemoryConsumerStore.class, MemoryConsumerStore::new);
        }
        throw new IllegalArgumentException(
                "The log " + log.id() + " (" + log.getClass().getName()
                        + ") keeps no checkpoints. Use a log whose class implements ConsumerStore.Home.");
    }

    /**
     * The time by the log's clock.
     *
     * @return to the microsecond
     */
    Instant now();

    /**
     * The names under which the parts of a consumer are kept.
     *
     * @param name the consumer
     * @param partitions how many parts it is divided into, from 1
     * @return one for each; the consumer's own if it is not divided
     */
    static List<String> partitions(String name, int partitions) {
        return Partition.all(partitions).stream().map(part -> part.nameIn(name)).toList();
    }

    /**
     * Fails if a consumer is no generation; for stores.
     *
     * @param name the consumer
     * @param base the read model that it is a generation of; null if it is none
     * @throws IllegalArgumentException if it is none
     */
    static void checkGeneration(String name, @Nullable String base) {
        if (base == null) {
            throw new IllegalArgumentException("The consumer \"" + name + "\" is no generation of a read model, so"
                    + " there is nothing to switch. Say generation(n) of its projection.");
        }
    }

    /**
     * Fails if a consumer is divided otherwise than somebody wants; for stores.
     *
     * @param name the consumer
     * @param known how many parts it is divided into
     * @param wanted how many it is to be divided into
     * @throws IllegalArgumentException if these differ
     */
    static void checkDivision(String name, int known, int wanted) {
        if (known != wanted) {
            throw new IllegalArgumentException("The consumer \"" + name + "\" is divided into " + known
                    + (known == 1 ? " partition" : " partitions") + ", and not into " + wanted + ". Each partition has"
                    + " a checkpoint of its own, so the number stays: say partitions(" + known + "), or choose another"
                    + " name and begin anew.");
        }
    }

    /**
     * Makes a consumer known, if it is not, and each of its {@link #partitions}.
     *
     * @param name the consumer
     * @param partitions how many parts it is divided into; 1 if it is not divided
     * @throws IllegalArgumentException if it is known and divided otherwise; nothing has changed
     */
    void register(String name, int partitions);

    /**
     * Says that a process runs a consumer that is divided, so that others leave it its share.
     *
     * @param name the consumer
     * @param member the process; unique
     * @param lease for how long from now this holds
     * @return all for which it holds now, this one included
     */
    Set<String> join(String name, String member, Duration lease);

    /**
     * Says that a process does not run a consumer any more.
     *
     * @param name the consumer
     * @param member the process
     */
    void leave(String name, String member);

    /**
     * Every consumer that was registered.
     *
     * @return in byte order of their names
     */
    List<Known> consumers();

    /**
     * What is known of a consumer.
     *
     * @param name the consumer
     * @return empty if it was never registered
     */
    Optional<Known> consumer(String name);

    /**
     * Takes the lease of a registered consumer, if nobody holds it, or the holder's time is over.
     *
     * @param name the consumer
     * @param holder who takes it
     * @param lease for how long
     * @return the claim; empty if somebody else holds the consumer, the same holder included
     */
    Optional<Claim> claim(String name, String holder, Duration lease);

    /**
     * Prolongs leases, also one that is over if nobody has taken it meanwhile.
     *
     * @param renewals what is held
     * @param lease for how long from now
     * @return the names of those that are still held
     */
    Set<String> renew(Collection<Renewal> renewals, Duration lease);

    /**
     * Gives a lease back. Does nothing if it is lost.
     *
     * @param renewal what was held, and how it ended
     */
    void release(Renewal renewal);

    /**
     * Takes a step.
     *
     * @param step what changes
     * @throws LeaseLost if the token or the cursor is another one; nothing has changed
     */
    void advance(Step step);

    /**
     * Takes a step as part of a transaction in the log's database.
     *
     * @param connection with the transaction, which the caller commits at once afterwards
     * @param step what changes
     * @throws LeaseLost if the token or the cursor is another one; the transaction must be rolled back
     * @throws IllegalStateException if this store has no database
     */
    void advance(Connection connection, Step step);

    /**
     * What is set aside for a consumer, in the order in which that happened.
     *
     * @param name the consumer
     * @return parked and skipped events
     */
    List<ParkedEvent> setAside(String name);

    /**
     * The streams of which at least one event is parked.
     *
     * @param name the consumer
     * @return the streams
     */
    Set<StreamId> parkedStreams(String name);

    /**
     * Asks the holder to do something with what is set aside.
     *
     * @param name the consumer
     * @param events the ids of the events; empty = all parked ones
     * @param wish what to do
     * @return how many events this is about
     */
    long ask(String name, Set<UUID> events, ParkedEvent.Wish wish);

    /**
     * Writes down that trying again has failed, which settles the wish.
     *
     * @param claim what is held
     * @param event as it is from now on; its id tells which
     * @throws LeaseLost if the token is another one; nothing has changed
     */
    void park(Claim claim, ParkedEvent event);

    /**
     * Forgets an event that was set aside, because it was handled or is to be discarded.
     *
     * @param claim what is held
     * @param event its id
     * @throws LeaseLost if the token is another one; nothing has changed
     */
    void settle(Claim claim, UUID event);

    /**
     * Forgets an event that was set aside, as part of a transaction in the log's database.
     *
     * @param connection with the transaction, which the caller commits at once afterwards
     * @param claim what is held
     * @param event its id
     * @throws LeaseLost if the token is another one; the transaction must be rolled back
     * @throws IllegalStateException if this store has no database
     */
    void settle(Connection connection, Claim claim, UUID event);

    /**
     * Says that nobody is to run a consumer.
     *
     * @param name the consumer
     * @param failed whether the consumer itself gave up
     * @param why the reason
     */
    void halt(String name, boolean failed, String why);

    /**
     * Says that a consumer is to run again. A rebuild or switch that was asked for and not done is forgotten.
     *
     * @param name the consumer
     */
    void resume(String name);

    /**
     * Asks the holder to begin again from the beginning.
     *
     * @param name the consumer
     */
    void askRebuild(String name);

    /**
     * Makes a consumer a generation of a read model. The first one of a read model is the active one.
     *
     * @param name the consumer, registered and not divided
     * @param base the read model
     */
    void registerGeneration(String name, String base);

    /**
     * Asks the holder of a generation to become the active one.
     *
     * @param name the consumer
     * @throws IllegalArgumentException if it is no generation
     */
    void askSwitch(String name);

    /**
     * Holds up the generation that is active, until the transaction ends, and says where it is.
     *
     * @param connection with a transaction in the log's database; null if the log has none
     * @param claim of the generation that is to become the active one
     * @return the checkpoint; null if there is none yet
     */
    @Nullable Cursor holdUp(@Nullable Connection connection, Claim claim);

    /**
     * Makes a generation the active one, at the place where the one before is. That one loses its lease, so that its
     * holder learns of it before it handles anything more.
     *
     * @param connection with a transaction in the log's database, which the caller commits at once afterwards; null for
     *     a transaction of the store's own
     * @param step to the checkpoint of the generation that is active so far
     * @throws LeaseLost if the token or the cursor is another one, or the active generation is elsewhere; a given
     *     transaction must be rolled back
     */
    void switchTo(@Nullable Connection connection, Step step);

    /**
     * Begins again from the beginning: the checkpoint goes back, and nothing is set aside any more.
     *
     * @param connection with a transaction in the log's database, which the caller commits at once afterwards; null for
     *     a transaction of the store's own
     * @param step to the beginning
     * @param replayUpTo up to where events were handled before; null if none were
     * @throws LeaseLost if the token or the cursor is another one; a given transaction must be rolled back
     * @throws IllegalStateException if a connection is given, and this store has no database
     */
    void restart(@Nullable Connection connection, Step step, @Nullable Cursor replayUpTo);
}
