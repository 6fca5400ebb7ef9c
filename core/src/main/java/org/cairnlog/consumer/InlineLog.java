// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.cairnlog.event.EventData;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.AlreadyAppended;
import org.cairnlog.log.Append;
import org.cairnlog.log.AppendInterrupted;
import org.cairnlog.log.Appended;
import org.cairnlog.log.Committed;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.EventLog;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.HistoryPage;
import org.cairnlog.log.JoinedTransaction;
import org.cairnlog.log.LogBusy;
import org.cairnlog.log.LogPage;
import org.cairnlog.log.LogRead;
import org.cairnlog.log.LogStatus;
import org.cairnlog.log.LogTransaction;
import org.cairnlog.log.LogUnavailable;
import org.cairnlog.log.OutcomeUnknown;
import org.cairnlog.log.StaleTransaction;
import org.cairnlog.log.StreamInfo;
import org.cairnlog.log.StreamListing;
import org.cairnlog.log.StreamPage;
import org.cairnlog.log.StreamRead;
import org.cairnlog.log.TransactionBlock;
import org.cairnlog.log.TransactionOutcomeUnknown;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.log.VersionConflict;
import org.jspecify.annotations.Nullable;

/** A log in whose appends projections take part. Everything else is passed on. */
class InlineLog implements TransactionalEventLog {
    private static final int RETRIES = 10;
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final ExpectedVersion NEVER = ExpectedVersion.exactly(Long.MAX_VALUE);

    final TransactionalEventLog log;
    final List<InlineProjection<?>> projections;

    InlineLog(TransactionalEventLog log, List<InlineProjection<?>> projections) {
        this.log = log;
        this.projections = projections;
    }

    @Override
    public EventLog undecorated() {
        return log.undecorated();
    }

    @Override
    public Appended append(Append append) {
        if (!isWanted(append)) {
            return log.append(append);
        }
        long started = System.nanoTime();
        for (int failed = 0; ; failed++) {
            try {
                return commit(transaction -> transaction.append(append))
                        .appended()
                        .getFirst();
            } catch (AlreadyAppended stored) {
                return stored.first();
            } catch (TransactionOutcomeUnknown unknown) {
                throw new OutcomeUnknown(append, unknown);
            } catch (StaleTransaction stale) {
                // All of it is here to be done again: the ids are fixed, and the handlers' rows are rolled back.
                if (failed >= RETRIES) {
                    throw new LogBusy(
                            "the database gave the append up " + (failed + 1) + " times for the sake of others",
                            Duration.ofNanos(System.nanoTime() - started),
                            stale);
                }
            }
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LONGEST_PAUSE_NANOS));
        }
    }

    private boolean isWanted(Append append) {
        return append.events().stream()
                .map(event -> new RecordedEvent(0, event.stream(), 1, Instant.EPOCH, event.event()))
                .anyMatch(event -> projections.stream().anyMatch(projection -> projection.wants(event)));
    }

    InlineTransaction in(LogTransaction transaction) {
        return new InlineTransaction(transaction, projections);
    }

    @Override
    public <T extends @Nullable Object, E extends Exception> Committed<T> commit(TransactionBlock<T, E> block)
            throws E {
        InlineTransaction[] inline = new InlineTransaction[1];
        try {
            return log.commit(transaction -> {
                inline[0] = in(transaction);
                T value = block.run(inline[0]);
                inline[0].checkProjected();
                return value;
            });
        } catch (InlineFailed failed) {
            checkAppends(inline[0].appends(), failed);
            throw failed;
        }
    }

    /**
     * Throws what the log has against appends, if anything: a handler may have failed because of it, for example at a
     * row that the winner of a race has written, or the first of two repeats. They are checked together with a last one
     * that the log surely refuses, so that nothing is stored.
     */
    void checkAppends(List<Append> appends, InlineFailed failed) {
        StreamId stream = failed.stream();
        try {
            log.commit(transaction -> {
                appends.forEach(transaction::append);
                return transaction.append(stream, NEVER, EventData.json("never-stored", ""));
            });
        } catch (VersionConflict conflict) {
            if (conflict.mismatches().stream()
                    .noneMatch(mismatch -> mismatch.expected().equals(NEVER))) {
                throw conflict;
            }
        } catch (LogBusy | LogUnavailable | AppendInterrupted | TransactionOutcomeUnknown notTold) {
            // Whether a conflict was behind it stays open; nothing was stored in any case.
            failed.addSuppressed(notTold);
        }
    }

    @Override
    public JoinedTransaction join(Connection connection) {
        return new Joined(log.join(connection));
    }

    /** A transaction whose owner commits. */
    private final class Joined extends InlineTransaction implements JoinedTransaction {
        private final JoinedTransaction joined;

        Joined(JoinedTransaction joined) {
            super(joined, InlineLog.this.projections);
            this.joined = joined;
        }

        @Override
        public List<Appended> beforeCommit() {
            checkProjected();
            return joined.beforeCommit();
        }

        @Override
        public void afterCompletion(boolean committed) {
            joined.afterCompletion(committed);
        }
    }

    @Override
    public Optional<Appended> stored(Append append) {
        return log.stored(append);
    }

    @Override
    public Optional<StreamInfo> stream(StreamId stream) {
        return log.stream(stream);
    }

    @Override
    public void label(StreamId stream, String name, String value) {
        log.label(stream, name, value);
    }

    @Override
    public void unlabel(StreamId stream, String name) {
        log.unlabel(stream, name);
    }

    @Override
    public Cursor beginning() {
        return log.beginning();
    }

    @Override
    public Cursor head() {
        return log.head();
    }

    @Override
    public Cursor cursorAt(long position) {
        return log.cursorAt(position);
    }

    @Override
    public boolean awaitGrowth(Cursor seen, Duration timeout) throws InterruptedException {
        return log.awaitGrowth(seen, timeout);
    }

    @Override
    public HistoryPage history(Cursor after) {
        return log.history(after);
    }

    @Override
    public LogStatus status() {
        return log.status();
    }

    @Override
    public StreamPage page(StreamRead read) {
        return log.page(read);
    }

    @Override
    public LogPage page(LogRead read) {
        return log.page(read);
    }

    @Override
    public List<StreamInfo> page(StreamListing listing) {
        return log.page(listing);
    }

    @Override
    public void close() {
        log.close();
    }
}
