// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.cairnlog.codec.MasterKey;
import org.cairnlog.codec.SubjectForgotten;
import org.cairnlog.codec.SubjectKey;
import org.cairnlog.codec.SubjectKeys;
import org.cairnlog.event.Limits;
import org.cairnlog.log.LogUnusable;
import org.jspecify.annotations.Nullable;

/**
 * The keys of subjects in the database of their log, each wrapped by a master key that is not in it. To be closed. Safe
 * for use by many threads.
 *
 * <p>Keys that were used are remembered for a minute. So when one process forgets a subject, another one may still read
 * what it knows already for that long. The rows are made in transactions of their own, so in a block on a SQLite log
 * encode before the first write, or keep the keys in a file of their own.
 */
public final class SqlSubjectKeys implements SubjectKeys, AutoCloseable {
    private static final Duration REMEMBERED = Duration.ofMinutes(1);
    private static final int MOST = 10_000;
    private static final int CHUNK = 100;

    private record Known(Optional<SubjectKey> key, Instant until) {}

    private final SubjectKeyTable table;
    private final MasterKey master;
    private final Map<String, MasterKey> masters = new LinkedHashMap<>();
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Object, Known> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Known> eldest) {
            return size() > MOST;
        }
    };
    private long forgets;

    SqlSubjectKeys(Supplier<SubjectKeyTable> table, InstantSource clock, MasterKey master, MasterKey... older) {
        this.clock = clock;
        this.master = master;
        List<MasterKey> all = new ArrayList<>(List.of(older));
        all.addFirst(master);
        for (MasterKey each : all) {
            if (masters.put(each.name(), each) != null) {
                throw new IllegalArgumentException("Two master keys are called \"" + each.name() + "\".");
            }
        }
        this.table = table.get();
    }

    @Override
    public SubjectKey of(String subject) {
        Limits.text("subject", subject, Limits.STANDARD.streamIdBytes());
        return remembered(subject, () -> {
                    SubjectKey fresh = SubjectKey.create();
                    return table.find(new SubjectKeyTable.Row(subject, fresh.id(), master.name(), master.wrap(fresh)));
                })
                .orElseThrow(() -> new SubjectForgotten(subject));
    }

    @Override
    public Optional<SubjectKey> find(UUID id) {
        return remembered(id, () -> {
            SubjectKeyTable.Row row = table.find(id);
            if (row == null) {
                throw new IllegalStateException("There has never been a key " + id
                        + " here; these are the keys of another log, or older than it.");
            }
            return row;
        });
    }

    private interface Source {
        SubjectKeyTable.Row get();
    }

    private Optional<SubjectKey> remembered(Object name, Source source) {
        Instant now = clock.instant();
        long before;
        lock.lock();
        try {
            Known found = known.get(name);
            if (found != null && now.isBefore(found.until())) {
                return found.key();
            }
            before = forgets;
        } finally {
            lock.unlock();
        }
        Optional<SubjectKey> key = unwrapped(source.get());
        lock.lock();
        try {
            if (forgets == before) {
                known.put(name, new Known(key, now.plus(REMEMBERED)));
            }
            return key;
        } finally {
            lock.unlock();
        }
    }

    private Optional<SubjectKey> unwrapped(SubjectKeyTable.Row row) {
        byte[] wrapped = row.wrapped();
        return wrapped == null ? Optional.empty() : Optional.of(by(row.master()).unwrap(row.id(), wrapped));
    }

    private MasterKey by(@Nullable String name) {
        MasterKey found = masters.get(name);
        if (found == null) {
            throw new LogUnusable(
                    "A key of a subject is wrapped by the master key \"" + name + "\"; given are " + masters.keySet()
                            + ". Open the keys with that one among the older ones.",
                    null);
        }
        return found;
    }

    @Override
    public void forget(String subject) {
        Limits.text("subject", subject, Limits.STANDARD.streamIdBytes());
        table.forget(subject, SubjectKey.create().id());
        lock.lock();
        try {
            forgets++;
            known.clear();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Wraps every key that an older master key has wrapped with the current one, so that the older ones can be given
     * up. Others may go on meanwhile, if they know the current one; if it is interrupted, do it again.
     *
     * @return how many keys were wrapped anew
     */
    public long rewrap() {
        long changed = 0;
        String after = "";
        List<SubjectKeyTable.Row> rows;
        do {
            rows = table.notWrappedBy(master.name(), after, CHUNK);
            for (SubjectKeyTable.Row row : rows) {
                SubjectKey key = unwrapped(row).orElseThrow();
                changed += table.replace(row, master.name(), master.wrap(key)) ? 1 : 0;
                after = row.subject();
            }
        } while (!rows.isEmpty());
        return changed;
    }

    SubjectKeyTable table() {
        return table;
    }

    @Override
    public void close() {
        table.close();
    }
}
