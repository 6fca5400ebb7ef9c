// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.sql.SubjectKeysFixture.NEW;
import static org.cairnlog.sql.SubjectKeysFixture.OLD;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.cairnlog.codec.MasterKey;
import org.cairnlog.codec.SubjectKey;
import org.cairnlog.codec.SubjectKeys;
import org.cairnlog.testkit.ControllableClock;
import org.cairnlog.testkit.SubjectKeysContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys in a SQLite file. */
class SqliteSubjectKeysTest extends SubjectKeysContract {
    @TempDir
    Path folder;

    private final List<SqlSubjectKeys> opened = new ArrayList<>();

    private SqlSubjectKeys open(MasterKey master, MasterKey... older) {
        SqlSubjectKeys keys = Sqlite.subjectKeys(folder.resolve("keys.db"), master, older);
        opened.add(keys);
        return keys;
    }

    @Override
    protected SubjectKeys open() {
        return open(OLD);
    }

    @Override
    protected SubjectKeys again() {
        return open(OLD);
    }

    @AfterEach
    void close() {
        opened.forEach(SqlSubjectKeys::close);
    }

    @Test
    void keys_stand_in_the_file_wrapped_and_go_from_it_when_they_are_forgotten() throws IOException {
        SqlSubjectKeys keys = open(OLD);
        SubjectKey key = keys.of("customer:1");
        assertThat(bytes()).doesNotContain(hex(key.secret().getEncoded()));
        byte[] wrapped = new SubjectKeysFixture(keys).wrapped("customer:1");
        assertThat(bytes()).contains(hex(wrapped));
        keys.forget("customer:1");
        assertThat(bytes()).doesNotContain(hex(wrapped)).contains(hex("customer:1".getBytes(StandardCharsets.UTF_8)));
    }

    private String bytes() throws IOException {
        var all = new StringBuilder();
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                all.append(hex(Files.readAllBytes(file)));
            }
        }
        return all.toString();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void keys_are_wrapped_anew_by_another_master_key() {
        new SubjectKeysFixture(open(OLD)).rotates(open(NEW, OLD), () -> open(NEW), () -> open(OLD));
    }

    @Test
    void another_process_reads_what_it_knows_for_a_minute_and_no_longer() {
        var clock = ControllableClock.at(Instant.parse("2024-02-29T12:00:00Z"));
        SqlSubjectKeys here = open(OLD);
        SqlSubjectKeys there = Sqlite.subjectKeys(folder.resolve("keys.db"), o -> o.clock(clock), OLD);
        opened.add(there);
        SubjectKey key = there.of("customer:1");
        assertThat(there.find(key.id())).contains(key);
        here.forget("customer:1");
        assertThat(here.find(key.id())).isEmpty();
        clock.advance(Duration.ofSeconds(59));
        assertThat(there.find(key.id())).contains(key);
        clock.advance(Duration.ofSeconds(1));
        assertThat(there.find(key.id())).isEmpty();
    }

    @Test
    void two_master_keys_of_one_name_are_refused() {
        assertThatThrownBy(() -> open(OLD, OLD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"2025\"");
        assertThatThrownBy(() -> MasterKey.aes("short", new byte[16])).hasMessageContaining("16 bytes");
    }

    @Test
    void two_logs_in_one_file_have_keys_of_their_own() {
        SubjectKey key = open(OLD).of("customer:1");
        SqlSubjectKeys other = Sqlite.subjectKeys(folder.resolve("keys.db"), o -> o.log("other"), OLD);
        opened.add(other);
        assertThat(other.of("customer:1")).isNotEqualTo(key);
        assertThatThrownBy(() -> other.find(key.id())).isInstanceOf(IllegalStateException.class);
    }
}
