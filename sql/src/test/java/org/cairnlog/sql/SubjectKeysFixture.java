// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.cairnlog.codec.MasterKey;
import org.cairnlog.codec.SubjectKey;
import org.cairnlog.log.LogUnusable;

/** What the keys in a database have in common, beyond the contract. */
record SubjectKeysFixture(SqlSubjectKeys keys) {
    static final MasterKey OLD =
            MasterKey.aes("2025", "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8));
    static final MasterKey NEW =
            MasterKey.aes("2026", "abcdef0123456789abcdef0123456789".getBytes(StandardCharsets.UTF_8));

    /** The bytes that stand in the database for a subject. */
    byte[] wrapped(String subject) {
        return keys.table()
                .find(new SubjectKeyTable.Row(subject, SubjectKey.create().id(), null, null))
                .wrapped();
    }

    void rotates(SqlSubjectKeys both, Supplier<SqlSubjectKeys> newOnly, Supplier<SqlSubjectKeys> oldOnly) {
        List<SubjectKey> before = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            before.add(keys.of("customer:" + i));
        }
        keys.forget("customer:7");
        SubjectKey fresh = both.of("customer:new");
        assertThatThrownBy(() -> newOnly.get().of("customer:1"))
                .isInstanceOf(LogUnusable.class)
                .hasMessageContaining("\"2025\"; given are [2026]");

        assertThat(both.rewrap()).isEqualTo(249);
        assertThat(both.rewrap()).isZero();

        SqlSubjectKeys after = newOnly.get();
        assertThat(after.of("customer:new")).isEqualTo(fresh);
        assertThat(after.find(before.get(7).id())).isEmpty();
        for (int i = 0; i < 250; i++) {
            if (i != 7) {
                assertThat(after.of("customer:" + i)).isEqualTo(before.get(i));
            }
        }
        assertThatThrownBy(() -> oldOnly.get().of("customer:1"))
                .isInstanceOf(LogUnusable.class)
                .hasMessageContaining("\"2026\"; given are [2025]");
    }
}
