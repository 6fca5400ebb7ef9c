// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;
import org.cairnlog.event.EventIds;
import org.cairnlog.event.Limits;

/**
 * How a log in a SQLite file is opened. Immutable; {@link #defaults} fits most.
 *
 * @param log the name of the log in the file, which may hold many
 * @param create whether file and log are made if they are missing
 * @param timeout how long an append or an opening waits for its turn before it fails with
 *     {@link org.cairnlog.log.LogBusy}
 * @param clock where recorded times come from
 * @param ids where the ids of the log itself and of Cairn's own events come from
 */
public record SqliteOptions(String log, boolean create, Duration timeout, InstantSource clock, Supplier<UUID> ids) {
    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if the name is empty or too long, or the timeout is negative
     */
    public SqliteOptions {
        Limits.text("name of the log", log, Limits.STANDARD.nameBytes());
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("The timeout is " + timeout + "; it must not be negative.");
        }
    }

    /**
     * The log named "default", made if it is missing, 30 seconds of patience, and the system's clock.
     *
     * @return the options
     */
    public static SqliteOptions defaults() {
        return new SqliteOptions(
                "default",
                true,
                Duration.ofSeconds(30),
                SystemTime.CLOCK,
                new EventIds(SystemTime.CLOCK, SystemTime.RANDOM));
    }

    /**
     * Another log in the file.
     *
     * @param log its name
     * @return changed options
     */
    public SqliteOptions log(String log) {
        return new SqliteOptions(log, create, timeout, clock, ids);
    }

    /**
     * Open only what is there; a missing file or log is an error.
     *
     * @return changed options
     */
    public SqliteOptions mustExist() {
        return new SqliteOptions(log, false, timeout, clock, ids);
    }

    /**
     * With another patience.
     *
     * @param timeout how long to wait for a turn
     * @return changed options
     */
    public SqliteOptions timeout(Duration timeout) {
        return new SqliteOptions(log, create, timeout, clock, ids);
    }

    /**
     * On another clock.
     *
     * @param clock where recorded times come from
     * @return changed options
     */
    public SqliteOptions clock(InstantSource clock) {
        return new SqliteOptions(log, create, timeout, clock, ids);
    }

    /**
     * With other ids.
     *
     * @param ids where the ids of the log itself and of Cairn's own events come from
     * @return changed options
     */
    public SqliteOptions ids(Supplier<UUID> ids) {
        return new SqliteOptions(log, create, timeout, clock, ids);
    }
}
