// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.cairnlog.codec.EventTypes;
import org.cairnlog.codec.KeyedHash;
import org.junit.jupiter.api.Test;

class KeyedHashTest {
    record Registered(String name) {}

    private static final byte[] KEY = new byte[32];

    @Test
    void the_same_value_has_the_same_tag_and_another_has_another() {
        KeyedHash hash = KeyedHash.of(KEY);
        assertThat(hash.tag("name", "ada")).isEqualTo(KeyedHash.of(KEY).tag("name", "ada"));
        assertThat(hash.tag("name", "ada")).matches("name:[A-Za-z0-9_-]{43}").isNotEqualTo(hash.tag("name", "eve"));
        assertThat(hash.tag("name", "ada").substring(5))
                .isNotEqualTo(hash.tag("mail", "ada").substring(5));
        byte[] other = KEY.clone();
        Arrays.fill(other, (byte) 1);
        assertThat(hash.tag("name", "ada")).isNotEqualTo(KeyedHash.of(other).tag("name", "ada"));
    }

    @Test
    void the_hash_is_that_of_other_tools() {
        // printf 'name\0ada' | openssl dgst -sha256 -mac HMAC -macopt hexkey:00...00 -binary | basenc --base64url
        assertThat(KeyedHash.of(KEY).tag("name", "ada")).isEqualTo("name:DA6yf8OlRjpVez-wTm_7x_uqreTr_Lonq7OU2o7MMSk");
    }

    @Test
    void an_event_can_be_found_by_a_tag_that_nobody_can_read() {
        KeyedHash hash = KeyedHash.of(KEY);
        var codec = Json.codec(EventTypes.of(Registered.class)
                .add("registered", Registered.class, type -> type.hashedTag("name", hash, Registered::name)));
        assertThat(codec.encode(new Registered("ada")).tags()).containsExactly(hash.tag("name", "ada"));
        assertThat(codec.encode(new Registered(null)).tags()).isEmpty();
        assertThat(codec.describe()).contains("    tag name: hashed\n");
    }

    @Test
    void a_short_key_is_refused() {
        assertThatThrownBy(() -> KeyedHash.of(new byte[31]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("31 bytes");
    }
}
