// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.codec;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes tags that can be searched for and not be read: a hash (HMAC-SHA-256) of what they stand for. Who has the key
 * can tell whether a value that he guesses is there, also after its subject has been forgotten; nobody else can. Tags
 * never change, so the key has to be kept for as long as the log. Safe for use by many threads.
 */
public final class KeyedHash {
    private final SecretKeySpec key;

    private KeyedHash(SecretKeySpec key) {
        this.key = key;
    }

    /**
     * Hashes with a key.
     *
     * @param key 32 bytes by chance or more, from where the application keeps its secrets
     * @return the hash
     * @throws IllegalArgumentException if the key is shorter
     */
    public static KeyedHash of(byte[] key) {
        if (key.length < 32) {
            throw new IllegalArgumentException(
                    "The key of the hash has " + key.length + " bytes; it needs 32 or more, made by chance.");
        }
        return new KeyedHash(new SecretKeySpec(key, "HmacSHA256"));
    }

    /**
     * The tag for a value.
     *
     * @param name what the tag is about, for example {@code user-name}; the same value under another name has another
     *     hash
     * @param value what it stands for, as it is to be found again: in one case and form
     * @return the name, a colon and 43 letters, digits, hyphens and underscores
     */
    public String tag(String name, String value) {
        return name + ":" + hash(name, value);
    }

    String hash(String name, String value) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            byte[] hash = mac.doFinal((name + '\0' + value).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HmacSHA256; this one does not.", e);
        }
    }

    @Override
    public String toString() {
        return "keyed hash";
    }
}
