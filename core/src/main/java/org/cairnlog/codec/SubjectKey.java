// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.codec;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.UUID;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key that seals what is personal about one subject.
 *
 * @param id what the key is called in the fields that it seals; says nothing about the subject
 * @param secret for AES, 256 bits
 */
public record SubjectKey(UUID id, SecretKey secret) {
    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * A new key, by chance.
     *
     * @return a key that nobody else has
     */
    public static SubjectKey create() {
        byte[] id = new byte[16];
        byte[] secret = new byte[32];
        RANDOM.nextBytes(id);
        RANDOM.nextBytes(secret);
        ByteBuffer bytes = ByteBuffer.wrap(id);
        long high = (bytes.getLong() & ~0xf000L) | 0x4000L;
        long low = (bytes.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return of(new UUID(high, low), secret);
    }

    /**
     * A key that a store has kept.
     *
     * @param id what it is called
     * @param secret 32 bytes
     * @return the key
     */
    public static SubjectKey of(UUID id, byte[] secret) {
        if (secret.length != 32) {
            throw new IllegalArgumentException("The key " + id + " has " + secret.length + " bytes, not 32.");
        }
        return new SubjectKey(id, new SecretKeySpec(secret, "AES"));
    }

    @Override
    public String toString() {
        return "key " + id;
    }
}
