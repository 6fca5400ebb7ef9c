// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.JournalProtocol;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.PersistentEnvelope;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.jdbc.query.javadsl.JdbcReadJournal;
import org.apache.pekko.persistence.journal.Tagged;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.apache.pekko.stream.javadsl.Source;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Pekko Persistence JDBC, its journal asked as a persistent actor asks it, without the actor and its recovery. One
 * shared pool; batches of the journal as they come. It reads everything only by a tag, so only where that is measured
 * the events have one.
 */
final class PekkoJdbc implements PeerStore {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String TAG = "all";

    private final Site site;
    private final String url;
    private final boolean tagged;
    private final ActorSystem system;
    private final ActorRef journal;
    private final JdbcReadJournal queries;

    PekkoJdbc(Site site, int connections, boolean tagged) throws SQLException, IOException {
        this.site = site;
        this.url = site.database(null);
        this.tagged = tagged;
        for (String statement : schema().split(";")) {
            if (!statement.isBlank()) {
                Site.execute(url, statement);
            }
        }
        this.system = ActorSystem.create("peer", config(connections));
        this.journal = Persistence.get(system).journalFor("jdbc-journal", ConfigFactory.empty());
        this.queries =
                PersistenceQuery.get(system).getReadJournalFor(JdbcReadJournal.class, JdbcReadJournal.Identifier());
    }

    private static String schema() throws IOException {
        try (InputStream schema = Objects.requireNonNull(
                JdbcReadJournal.class.getResourceAsStream("/schema/postgres/postgres-create-schema.sql"))) {
            return new String(schema.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Config config(int connections) {
        Map<String, Object> config = new HashMap<>();
        config.put("pekko.loglevel", "OFF");
        config.put("pekko.stdout-loglevel", "OFF");
        config.put("pekko.coordinated-shutdown.run-by-jvm-shutdown-hook", "off");
        config.put("pekko.persistence.journal.plugin", "jdbc-journal");
        config.put("jdbc-journal.use-shared-db", "slick");
        config.put("jdbc-read-journal.use-shared-db", "slick");
        String slick = "pekko-persistence-jdbc.shared-databases.slick.";
        config.put(slick + "profile", "slick.jdbc.PostgresProfile$");
        config.put(slick + "db.url", url);
        config.put(slick + "db.driver", "org.postgresql.Driver");
        // Slick wants as many threads as connections.
        for (String size : List.of("numThreads", "maxConnections", "minConnections")) {
            config.put(slick + "db." + size, connections);
        }
        return ConfigFactory.parseMap(config).withFallback(ConfigFactory.load());
    }

    @Override
    public void append(Events.Place place, int events) throws Exception {
        List<PersistentRepr> all = new ArrayList<>(events);
        String writer = UUID.randomUUID().toString();
        Object payload = tagged ? new Tagged(Events.PAYLOAD, Set.of(TAG)) : Events.PAYLOAD;
        for (int i = 1; i <= events; i++) {
            all.add(PersistentRepr.apply(
                    payload, place.version() + i, place.stream().toString(), "", false, ActorRef.noSender(), writer));
        }
        Seq<PersistentEnvelope> write = seq(List.of(new AtomicWrite(seq(all))));
        Object answer = Patterns.askWithReplyTo(
                        journal, (ActorRef replyTo) -> new JournalProtocol.WriteMessages(write, replyTo, 1), PATIENCE)
                .toCompletableFuture()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (!JournalProtocol.WriteMessagesSuccessful$.MODULE$.equals(answer)) {
            throw new IllegalStateException("The journal answered " + answer);
        }
    }

    private static <T> Seq<T> seq(List<T> list) {
        return CollectionConverters.asScala(list).toList();
    }

    @Override
    public int read(Events.Place place) throws Exception {
        return count(queries.currentEventsByPersistenceId(place.stream().toString(), 0, Long.MAX_VALUE));
    }

    @Override
    public int readAll() throws Exception {
        return count(queries.currentEventsByTag(TAG, Offset.noOffset()));
    }

    private int count(Source<EventEnvelope, NotUsed> events) throws Exception {
        return events.runFold(0, (found, event) -> found + (event.event() == null ? 0 : 1), system)
                .toCompletableFuture()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void stored(Ledger ledger) throws SQLException {
        PeerStore.stored(ledger, url, "SELECT persistence_id, sequence_number FROM event_journal");
    }

    @Override
    public void close() throws Exception {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        site.drop(url);
    }
}
