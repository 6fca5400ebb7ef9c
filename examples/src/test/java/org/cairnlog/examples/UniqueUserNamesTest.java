// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.event.EventQuery.tags;
import static org.cairnlog.log.ExpectedVersion.any;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.codec.EventTypes;
import org.cairnlog.codec.KeyedHash;
import org.cairnlog.codec.SubjectKeys;
import org.cairnlog.event.StreamId;
import org.cairnlog.jackson.Json;
import org.cairnlog.log.Append;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.ConditionFailed;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** User names are unique, and nobody who reads the log can read them. */
class UniqueUserNamesTest {
    // tag::names
    record Registered(String user, String name) {}

    private final KeyedHash hash = KeyedHash.of(secret());
    private final SubjectKeys keys = SubjectKeys.inMemory();
    private final EventCodec<Registered> codec = Json.codec(
            EventTypes.of(Registered.class)
                    .add(
                            "user-registered",
                            Registered.class,
                            type -> type.personal(Registered::user, "name")
                                    .hashedTag("user-name", hash, registered -> canonical(registered.name()))),
            keys);

    static String canonical(String name) {
        return name.strip().toLowerCase(Locale.ROOT);
    }

    /** Throws ConditionFailed if the name is taken. */
    void register(AtomicEventLog log, String user, String name) {
        log.append(Append.to(StreamId.of("user", user), any(), codec.encode(new Registered(user, name)))
                .unless(tags(hash.tag("user-name", canonical(name)))));
    }
    // end::names

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void a_name_is_taken_once_and_stands_nowhere(Store store) {
        try (AtomicEventLog log = store.open(folder.resolve("users.db"))) {
            register(log, "7", "Lovelace");
            assertThatThrownBy(() -> register(log, "8", " lovelace")).isInstanceOf(ConditionFailed.class);
            register(log, "8", "Eve");

            var found = log.read(tags(hash.tag("user-name", "lovelace"))).toList();
            assertThat(found).hasSize(1);
            assertThat(codec.decode(found.getFirst())).containsExactly(new Registered("7", "Lovelace"));
            assertThat(found.getFirst().tags().toString() + found.getFirst().payloadText())
                    .doesNotContainIgnoringCase("lovelace")
                    .matches("(?s)\\[user-name:[\\w-]{43}].*");

            keys.forget("7");
            assertThatThrownBy(() -> register(log, "9", "Lovelace")).isInstanceOf(ConditionFailed.class); // still taken
        }
    }

    private static byte[] secret() {
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) 7);
        return secret;
    }
}
