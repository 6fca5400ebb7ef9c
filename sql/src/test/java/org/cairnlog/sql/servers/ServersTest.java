// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql.servers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServersTest {
    @ParameterizedTest
    @ValueSource(strings = {"14", "18"})
    void a_server_of_each_version_waits_for_the_disk(String version) {
        PostgresServer server = version.equals("14") ? PostgresServer.oldest() : PostgresServer.newest();
        String database = server.createDatabase();
        assertThat(server.version()).startsWith(version + ".");
        assertThat(server.query(database, "show server_version")).startsWith(version + ".");
        assertThat(server.query(database, "show fsync")).isEqualTo("on");
        assertThat(server.query(database, "show synchronous_commit")).isEqualTo("on");
        assertThat(server.query(database, "show server_encoding")).isEqualTo("UTF8");
        assertThat(server.createDatabase()).isNotEqualTo(database);
    }

    @Test
    void a_killed_server_starts_again_with_what_was_committed() {
        try (PostgresServer server = PostgresServer.start(PostgresBinaries.newest(), "work_mem=1MB")) {
            String database = server.createDatabase();
            server.execute(database, "create table kept (id int)");
            server.execute(database, "insert into kept values (1)");
            long pid = server.pid();
            server.kill();
            assertThat(ProcessHandle.of(pid).filter(Commands::runs)).isEmpty();
            server.restart();
            assertThat(server.query(database, "select count(*) from kept")).isEqualTo("1");
            assertThat(server.query(database, "show work_mem")).isEqualTo("1MB");
            assertThat(server.logTail()).contains("automatic recovery in progress");
        }
    }
}
