// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.sql.SubjectKeysFixture.NEW;
import static org.cairnlog.sql.SubjectKeysFixture.OLD;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.cairnlog.codec.MasterKey;
import org.cairnlog.codec.SubjectKey;
import org.cairnlog.codec.SubjectKeys;
import org.cairnlog.log.LogUnusable;
import org.cairnlog.sql.servers.PostgresServer;
import org.cairnlog.testkit.SubjectKeysContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keys in PostgreSQL. */
class PostgresSubjectKeysTest extends SubjectKeysContract {
    private final List<SqlSubjectKeys> opened = new ArrayList<>();
    private PostgresSite site;
    private String log;

    /** Where the keys are. */
    PostgresServer server() {
        return PostgresServer.newest();
    }

    private SqlSubjectKeys open(String user, MasterKey master, MasterKey... older) {
        SqlSubjectKeys keys = Postgres.subjectKeys(site.pool(user), site.options(log), master, older);
        opened.add(keys);
        return keys;
    }

    @Override
    protected SubjectKeys open() {
        site = PostgresSite.on(server());
        log = site.newLog();
        return open("maintainer", OLD);
    }

    @Override
    protected SubjectKeys again() {
        return open("maintainer", OLD);
    }

    @AfterEach
    void close() {
        opened.forEach(SqlSubjectKeys::close);
    }

    @Test
    void keys_are_wrapped_anew_by_another_master_key() {
        new SubjectKeysFixture(open("maintainer", OLD))
                .rotates(open("maintainer", NEW, OLD), () -> open("service", NEW), () -> open("service", OLD));
    }

    @Test
    void a_service_makes_and_finds_keys_and_cannot_forget() {
        SqlSubjectKeys service = open("service", OLD);
        SubjectKey key = service.of("customer:1");
        assertThat(open("consumer", OLD).find(key.id())).contains(key);
        SqlSubjectKeys appender = open("appender", OLD);
        assertThat(appender.of("customer:1")).isEqualTo(key);
        for (SqlSubjectKeys keys : List.of(service, appender, open("consumer", OLD))) {
            assertThatThrownBy(() -> keys.forget("customer:1")).isInstanceOf(LogUnusable.class);
            assertThatThrownBy(() -> open("consumer", OLD).of("customer:2")).isInstanceOf(LogUnusable.class);
        }
        open("maintainer", OLD).forget("customer:1");
        assertThat(open("service", OLD).find(key.id())).isEmpty();
    }

    @Test
    void keys_stand_in_the_database_wrapped_and_go_from_it_when_they_are_forgotten() {
        SqlSubjectKeys keys = open("maintainer", OLD);
        SubjectKey key = keys.of("customer:1");
        String wrapped = HexFormat.of().formatHex(new SubjectKeysFixture(keys).wrapped("customer:1"));
        assertThat(row())
                .contains(wrapped)
                .doesNotContain(HexFormat.of().formatHex(key.secret().getEncoded()));
        keys.forget("customer:1");
        assertThat(row())
                .doesNotContain(wrapped)
                .contains("customer:1")
                .contains(key.id().toString());
    }

    private String row() {
        return site.query("SELECT k::text FROM \"cairn\".subject_key k JOIN \"cairn\".log l ON l.key = k.log"
                + " WHERE l.name = '" + log + "'");
    }
}
