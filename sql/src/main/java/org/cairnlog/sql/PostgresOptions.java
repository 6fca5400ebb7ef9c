// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.cairnlog.event.EventIds;
import org.cairnlog.event.Limits;

/**
 * How a log in PostgreSQL is opened. Immutable; {@link #defaults} fits most.
 *
 * @param schema the schema that holds the tables, any name that PostgreSQL allows
 * @param log the name of the log in the schema, which may hold many
 * @param migrate whether schema and log are made or brought up to date at the opening; needs the owner's rights
 * @param timeout how long an append waits for its turn before it fails with {@link org.cairnlog.log.LogBusy}
 * @param idleTimeout how long a joined transaction may do nothing before the database ends it
 * @param direct where the connections come from that Cairn keeps to itself: one to write, one to listen, one to wake;
 *     empty = where all come from. Past a pooler in transaction mode, such as PgBouncer, they can listen
 * @param ids where the ids of the log itself and of Cairn's own events come from
 */
public record PostgresOptions(
        String schema,
        String log,
        boolean migrate,
        Duration timeout,
        Duration idleTimeout,
        Optional<DataSource> direct,
        Supplier<UUID> ids) {
    private static final int NAME_BYTES = 63;

    /**
     * Checks the names.
     *
     * @throws IllegalArgumentException if a name is empty or too long, or a time is negative
     */
    public PostgresOptions {
        Limits.text("name of the schema", schema, NAME_BYTES);
        Limits.text("name of the log", log, Limits.STANDARD.nameBytes());
        if (timeout.isNegative() || idleTimeout.isNegative()) {
            throw new IllegalArgumentException(
                    "The timeouts are " + timeout + " and " + idleTimeout + "; neither may be negative.");
        }
    }

    /**
     * The log named "default" in the schema named "cairn", which must be there, 30 seconds of patience, and as long for
     * idle transactions.
     *
     * @return the options
     */
    public static PostgresOptions defaults() {
        return new PostgresOptions(
                "cairn",
                "default",
                false,
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Optional.empty(),
                new EventIds(SystemTime.CLOCK, SystemTime.RANDOM));
    }

    /**
     * In another schema.
     *
     * @param schema its name
     * @return changed options
     */
    public PostgresOptions schema(String schema) {
        return new PostgresOptions(schema, log, migrate, timeout, idleTimeout, direct, ids);
    }

    /**
     * Another log in the schema.
     *
     * @param log its name
     * @return changed options
     */
    public PostgresOptions log(String log) {
        return new PostgresOptions(schema, log, migrate, timeout, idleTimeout, direct, ids);
    }

    /**
     * Make what is missing: the schema, newer migrations, the log.
     *
     * @return changed options
     */
    public PostgresOptions migrating() {
        return new PostgresOptions(schema, log, true, timeout, idleTimeout, direct, ids);
    }

    /**
     * With another patience.
     *
     * @param timeout how long an append waits for its turn
     * @return changed options
     */
    public PostgresOptions timeout(Duration timeout) {
        return new PostgresOptions(schema, log, migrate, timeout, idleTimeout, direct, ids);
    }

    /**
     * With another bound on idle transactions.
     *
     * @param idleTimeout how long a joined transaction may do nothing; zero = for ever
     * @return changed options
     */
    public PostgresOptions idleTimeout(Duration idleTimeout) {
        return new PostgresOptions(schema, log, migrate, timeout, idleTimeout, direct, ids);
    }

    /**
     * With the connections that Cairn keeps to itself from elsewhere, for example past a pooler.
     *
     * @param direct gives connections to the same database
     * @return changed options
     */
    public PostgresOptions direct(DataSource direct) {
        return new PostgresOptions(schema, log, migrate, timeout, idleTimeout, Optional.of(direct), ids);
    }

    /**
     * With other ids.
     *
     * @param ids where the ids of the log itself and of Cairn's own events come from
     * @return changed options
     */
    public PostgresOptions ids(Supplier<UUID> ids) {
        return new PostgresOptions(schema, log, migrate, timeout, idleTimeout, direct, ids);
    }
}
