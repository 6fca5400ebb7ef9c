// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import org.cairnlog.decider.AtomicRepository;
import org.cairnlog.decider.Repository;
import org.cairnlog.decider.SnapshotPolicy;
import org.cairnlog.event.EventQuery;
import org.cairnlog.log.Append;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.TransactionalEventLog;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** What a repository costs on PostgreSQL, beside the same work by hand. */
final class Repositories {
    private static final int LENGTH = 1_000;
    private static final int CALLERS = 64;
    private static final int SNAPSHOT_EVERY = 10;

    private Repositories() {}

    static List<Workload> all() {
        return List.of(
                new Workload("load-1000", "PostgreSQL, load a state of 1,000 events, 1 caller", 1)
                        .side("Cairn's repository", Load::new)
                        .side("rows and Jackson by hand", ByHand::new)
                        .bar("Cairn's repository", "rows and Jackson by hand", 0.6),
                new Workload("execute-64", "PostgreSQL, execute a command with a fresh snapshot, callers: 64", CALLERS)
                        .side("Cairn's repository", Execute::new)
                        .side("bare append", site -> PostgresAppends.cairn(site, CALLERS, 1))
                        .bar("Cairn's repository", "bare append", 0.7));
    }

    private static void fill(TransactionalEventLog log, Events.Place place) {
        log.append(Append.to(
                place.stream(),
                ExpectedVersion.noStream(),
                Collections.nCopies(LENGTH, Deposited.EVENT).stream()
                        .map(Accounts.CODEC::encode)
                        .toList()));
    }

    private static final class Load implements Side {
        private final Site site;
        private final String url;
        private final TransactionalEventLog log;
        private final Events.Place place = new Events.Place();
        private final Repository<Deposited, Accounts.Balance, Deposited> repository;

        Load(Site site) throws SQLException {
            this.site = site;
            this.url = site.database(null);
            this.log = PostgresAppends.open(url);
            fill(log, place);
            repository = Repository.of(log, Events.CATEGORY, new Accounts(), Accounts.CODEC);
        }

        @Override
        public int units() {
            return LENGTH;
        }

        @Override
        public void once(int caller) {
            expect(repository.load(place.stream().id()).state());
        }

        @Override
        public void close() throws SQLException {
            log.close();
            site.drop(url);
        }
    }

    private static void expect(Accounts.Balance loaded) {
        if (loaded.cents() != LENGTH * Deposited.EVENT.cents()) {
            throw new IllegalStateException("A wrong state was loaded: " + loaded);
        }
    }

    /** Reads what {@link Reads.Row} has, and parses. */
    private static final class ByHand implements Side {
        private final Site site;
        private final String url;
        private final Events.Place place = new Events.Place();
        private final Connection connection;
        private final ObjectReader json = JsonMapper.builder().build().readerFor(Deposited.class);

        ByHand(Site site) throws SQLException {
            this.site = site;
            this.url = site.database(null);
            try (TransactionalEventLog log = PostgresAppends.open(url)) {
                fill(log, place);
            }
            connection = DriverManager.getConnection(url);
        }

        @Override
        public int units() {
            return LENGTH;
        }

        @Override
        public void once(int caller) throws SQLException {
            Accounts.Balance state = Accounts.Balance.NOTHING;
            try (PreparedStatement query = connection.prepareStatement(
                    Reads.COLUMNS + "WHERE s.log = 1 AND s.category = ? AND s.name = ? ORDER BY e.version")) {
                query.setString(1, place.stream().category());
                query.setString(2, place.stream().id());
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        Deposited event = json.readValue(Reads.Row.of(rows).payload());
                        state = state.plus(event);
                    }
                }
            }
            expect(state);
        }

        @Override
        public void close() throws SQLException {
            connection.close();
            site.drop(url);
        }
    }

    /** Each caller on a stream of its own. */
    private static final class Execute implements Side {
        private final Site site;
        private final String url;
        private final TransactionalEventLog log;
        private final AtomicRepository<Deposited, Accounts.Balance, Deposited> repository;
        private final Ledger acknowledged = new Ledger();

        Execute(Site site) throws SQLException {
            this.site = site;
            this.url = site.database(null);
            this.log = PostgresAppends.open(url);
            repository = Repository.of(log, Events.CATEGORY, new Accounts(), Accounts.CODEC)
                    .snapshots(Accounts.STATE, SnapshotPolicy.every(SNAPSHOT_EVERY));
        }

        @Override
        public void once(int caller) {
            String id = "caller-" + caller;
            acknowledged.add(
                    PeerStore.entry(id, repository.execute(id, Deposited.EVENT).version()));
        }

        @Override
        public void check() {
            var stored = new Ledger();
            log.read(EventQuery.all())
                    .forEach(event -> stored.add(PeerStore.entry(event.stream().id(), event.version())));
            acknowledged.check("Cairn's repository", stored);
        }

        @Override
        public String note() {
            return "a snapshot every " + SNAPSHOT_EVERY + " events, in PostgreSQL";
        }

        @Override
        public void close() throws SQLException {
            log.close();
            site.drop(url);
        }
    }
}
