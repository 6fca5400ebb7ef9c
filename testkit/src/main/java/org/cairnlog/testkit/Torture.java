// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.cairnlog.event.CairnException;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.HistoryPage;
import org.cairnlog.log.LogMaintenance;
import org.jspecify.annotations.Nullable;

/**
 * Kills processes in the middle of their appends and checks what they left behind: nothing acknowledged is lost or
 * moved, nothing is there in part, nothing is there that nobody wrote, positions and versions have no gaps, and an
 * append whose outcome is unknown is settled by repeating it. Every third time two processes append to the log at once,
 * and the second must go on when the first is killed.
 *
 * <p>SIGKILL takes the process but not the machine: what the operating system was handed but has not yet put on disk
 * survives. That acknowledgements wait for the disk needs another proof.
 */
public final class Torture {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long PROGRESS_NANOS = Duration.ofSeconds(5).toNanos();
    private static final int CHECK_WHOLE_EVERY = 20;
    private static final int MOST_DAMAGE = 20;

    private final Supplier<? extends AtomicEventLog> log;
    private final Supplier<? extends LogMaintenance> maintenance;
    private final Start start;
    private final Consumer<String> printer;
    private final RandomGenerator random;
    private final Map<StreamId, Long> versions = new HashMap<>();
    private final List<Acknowledged> ledger = new ArrayList<>();
    private final List<String> damage = new ArrayList<>();
    private @Nullable Cursor checked;
    private long kills;
    private long killsInFlight;
    private long stored;
    private long notStored;
    private long events;

    /** Starts a process that writes. */
    @FunctionalInterface
    public interface Start {
        /**
         * Starts a process that calls {@link Torture#child} with this seed, the same log, and its standard input and
         * output, which must be pipes to this process.
         *
         * @param seed what the process is to append
         * @return the process
         * @throws IOException if it cannot be started
         */
        Process start(long seed) throws IOException;
    }

    /**
     * What a torture found.
     *
     * @param kills how many processes were killed
     * @param killsInFlight how many of them while appends were under way
     * @param stored how many appends with an unknown outcome turned out to be stored
     * @param notStored how many turned out not to be
     * @param acknowledged how many appends were acknowledged
     * @param events how many events the log holds
     * @param damage what must not be; empty if the log kept its promises
     */
    public record Report(
            long kills,
            long killsInFlight,
            long stored,
            long notStored,
            long acknowledged,
            long events,
            List<String> damage) {
        /**
         * Appends of which the writer could not tell whether they were stored.
         *
         * @return stored or not
         */
        public long unknown() {
            return stored + notStored;
        }

        @Override
        public String toString() {
            return String.format(
                    "%,d kills, %,d of them with appends in flight; %,d unknown outcomes (%,d were stored, %,d not);"
                            + " %,d appends acknowledged, %,d events; %s",
                    kills,
                    killsInFlight,
                    unknown(),
                    stored,
                    notStored,
                    acknowledged,
                    events,
                    damage.isEmpty() ? "no damage" : "DAMAGE: " + String.join("; ", damage));
        }
    }

    private record Acknowledged(long seed, int client, int number, long position) {}

    private record Prepared(TortureVictim victim, int client, int number, Append append) {
        @Override
        public String toString() {
            return "append " + victim.seed + "/" + client + "/" + number;
        }
    }

    /**
     * A torture that has not begun.
     *
     * @param log opens the log
     * @param maintenance opens the check of the log
     * @param start starts a process that writes to it
     * @param printer takes a line of progress every few seconds
     * @param random when to kill, and what is written
     */
    public Torture(
            Supplier<? extends AtomicEventLog> log,
            Supplier<? extends LogMaintenance> maintenance,
            Start start,
            Consumer<String> printer,
            RandomGenerator random) {
        this.log = log;
        this.maintenance = maintenance;
        this.start = start;
        this.printer = printer;
        this.random = random;
    }

    /**
     * The writing process: waits for a byte of input, opens the log, and appends from several threads until it is
     * killed or its input ends.
     *
     * @param seed what to append, from {@link Start}
     * @param log opens the log
     * @param in where the parent speaks, a pipe
     * @param out where the parent listens, a pipe and unbuffered, so that each line leaves before the next step
     * @throws IOException if the parent cannot be heard
     */
    public static void child(long seed, Supplier<? extends AtomicEventLog> log, InputStream in, OutputStream out)
            throws IOException {
        new TortureVictim.Writer(seed, out).run(log, in);
    }

    /**
     * Goes on until so many processes were killed, or damage is found.
     *
     * @param kills how many
     * @return what was found
     * @throws IOException if a process cannot be started
     * @throws InterruptedException if this thread is interrupted
     */
    public Report run(int kills) throws IOException, InterruptedException {
        return run(() -> this.kills < kills);
    }

    /**
     * Goes on for a time, or until damage is found.
     *
     * @param time how long
     * @return what was found
     * @throws IOException if a process cannot be started
     * @throws InterruptedException if this thread is interrupted
     */
    public Report run(Duration time) throws IOException, InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        return run(() -> System.nanoTime() - end < 0);
    }

    private Report run(BooleanSupplier more) throws IOException, InterruptedException {
        long printed = System.nanoTime();
        // The next processes start while the present ones work, and wait for their signal before they open the log.
        List<TortureVictim> next = startSome(1);
        int round = 0;
        try {
            while (more.getAsBoolean() && damage.isEmpty()) {
                List<TortureVictim> victims = next;
                round++;
                next = startSome(round % 3 == 0 ? 2 : 1);
                kill(victims);
                checkReopened(victims, round % CHECK_WHOLE_EVERY == 0);
                if (System.nanoTime() - printed > PROGRESS_NANOS) {
                    printed = System.nanoTime();
                    printer.accept(report().toString());
                }
            }
        } finally {
            for (TortureVictim unused : next) {
                unused.kill();
            }
        }
        try {
            checkWhole();
        } catch (CairnException e) {
            expect(false, "at the end the log said: " + e);
        }
        return report();
    }

    private Report report() {
        return new Report(kills, killsInFlight, stored, notStored, ledger.size(), events, List.copyOf(damage));
    }

    private List<TortureVictim> startSome(int count) throws IOException {
        List<TortureVictim> victims = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long seed = random.nextLong() & Long.MAX_VALUE;
            victims.add(new TortureVictim(seed, start.start(seed)));
        }
        return victims;
    }

    private void kill(List<TortureVictim> victims) throws IOException, InterruptedException {
        for (TortureVictim victim : victims) {
            victim.go();
        }
        for (TortureVictim victim : victims) {
            // Now and then right at the start, while the log is being opened and recovered.
            if (random.nextInt(8) > 0) {
                victim.awaitAcknowledged(1 + random.nextInt(30), PATIENCE);
            }
            LockSupport.parkNanos(random.nextInt(3_000_000));
            kills++;
            victim.kill();
            // What the killed process held must not hold up the others.
            for (TortureVictim other : victims.subList(victims.indexOf(victim) + 1, victims.size())) {
                other.awaitAcknowledged(other.acknowledged() + TortureLoad.CLIENTS + 1, PATIENCE);
            }
        }
        for (TortureVictim victim : victims) {
            damage.addAll(victim.complaints());
            if (victim.inFlight() > 0) {
                killsInFlight++;
            }
        }
    }

    private void checkReopened(List<TortureVictim> victims, boolean whole) {
        try {
            check(victims, whole);
        } catch (CairnException e) {
            expect(false, "after the kill the log said: " + e);
        }
    }

    private void check(List<TortureVictim> victims, boolean whole) {
        Map<UUID, Prepared> invoked = new HashMap<>();
        for (TortureVictim victim : victims) {
            for (int client = 0; client < TortureLoad.CLIENTS; client++) {
                for (int number = 1; number <= victim.invoked(client); number++) {
                    Append append = TortureLoad.prepared(victim.seed, client, number);
                    invoked.put(append.ids().getFirst(), new Prepared(victim, client, number, append));
                }
            }
        }
        try (AtomicEventLog reopened = log.get()) {
            Map<UUID, Long> places = scan(reopened, invoked);
            for (Prepared prepared : invoked.values()) {
                Long place = places.get(prepared.append().ids().getFirst());
                long acknowledged = prepared.victim().acknowledgedAt(prepared.client(), prepared.number());
                if (acknowledged > 0) {
                    ledger.add(new Acknowledged(
                            prepared.victim().seed, prepared.client(), prepared.number(), acknowledged));
                    expect(
                            place != null && place == acknowledged,
                            prepared + " was acknowledged at position " + acknowledged + " and is "
                                    + (place == null ? "lost" : "at " + place));
                } else {
                    settle(reopened, prepared, place);
                }
            }
            Map<UUID, Long> settled = scan(reopened, invoked);
            expect(
                    settled.keySet().stream().noneMatch(places::containsKey),
                    "an append that was stored is stored again after its repeat");
        }
        if (whole) {
            verify();
        }
    }

    /** Reads what is new since the last scan, and gives the first position of each append in it. */
    private Map<UUID, Long> scan(AtomicEventLog reopened, Map<UUID, Prepared> invoked) {
        Map<UUID, Long> places = new HashMap<>();
        Cursor from = checked == null ? reopened.beginning() : checked;
        HistoryPage page = reopened.history(from);
        while (!page.appends().isEmpty()) {
            for (List<StoredEntry> append : page.appends()) {
                places.put(append.getFirst().id(), append.getFirst().position());
                checkAppend(append, invoked.get(append.getFirst().id()));
            }
            from = page.cursor();
            page = reopened.history(from);
        }
        expect(from.equals(reopened.head()), "the history ends at " + from + " but the head is " + reopened.head());
        checked = from;
        return places;
    }

    private void checkAppend(List<StoredEntry> entries, @Nullable Prepared prepared) {
        if (prepared == null) {
            expect(
                    false,
                    "position " + entries.getFirst().position() + " begins with an event that nobody wrote: "
                            + entries.getFirst());
            return;
        }
        List<Append.NewEvent> written = prepared.append().events();
        expect(
                written.size() == entries.size(),
                prepared + " has " + written.size() + " events, of which " + entries.size() + " are stored together");
        for (int i = 0; i < Math.min(written.size(), entries.size()); i++) {
            StoredEntry entry = entries.get(i);
            events++;
            long version = versions.merge(entry.stream(), 1L, Long::sum);
            expect(
                    entry instanceof RecordedEvent event
                            && event.data().equals(written.get(i).event())
                            && event.stream().equals(written.get(i).stream()),
                    prepared + " differs from what is stored at position " + entry.position());
            expect(
                    entry.position() == events && entry.version() == version,
                    "position " + entry.position() + " with version " + entry.version() + " of " + entry.stream()
                            + " stands where position " + events + " with version " + version + " belongs");
        }
    }

    private void settle(AtomicEventLog reopened, Prepared prepared, @Nullable Long place) {
        if (place == null) {
            notStored++;
        } else {
            stored++;
        }
        Appended first = reopened.append(prepared.append());
        Appended second = reopened.append(prepared.append());
        expect(
                first.repeated() == (place != null) && (place == null || first.firstPosition() == place),
                prepared + (place == null ? " was not stored" : " was stored at position " + place)
                        + ", but repeating it gave " + first);
        expect(
                second.repeated()
                        && second.firstPosition() == first.firstPosition()
                        && second.cursor().equals(first.cursor())
                        && second.versions().equals(first.versions()),
                prepared + " was settled with " + first + ", but repeating it gave " + second);
    }

    private void checkWhole() {
        verify();
        Map<Long, UUID> there = new HashMap<>();
        try (AtomicEventLog reopened = log.get()) {
            HistoryPage page = reopened.history(reopened.beginning());
            while (!page.appends().isEmpty()) {
                page.appends()
                        .forEach(a ->
                                there.put(a.getFirst().position(), a.getFirst().id()));
                page = reopened.history(page.cursor());
            }
        }
        for (Acknowledged ack : ledger) {
            Append append = TortureLoad.prepared(ack.seed(), ack.client(), ack.number());
            expect(
                    append.ids().getFirst().equals(there.get(ack.position())),
                    "append " + ack.seed() + "/" + ack.client() + "/" + ack.number() + " was acknowledged at position "
                            + ack.position() + " and is not there at the end");
        }
    }

    private void verify() {
        try (LogMaintenance check = maintenance.get()) {
            check.verify(position -> {})
                    .damage()
                    .ifPresent(found -> expect(false, "verify found at " + found.position() + ": " + found.what()));
        }
    }

    private void expect(boolean fact, String otherwise) {
        if (!fact && damage.size() < MOST_DAMAGE) {
            damage.add(otherwise);
        }
    }
}
