// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import javax.crypto.AEADBadTagException;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.cairnlog.event.Limits;

/**
 * What the keys of subjects are wrapped with before a store keeps them. It comes from outside, and never goes into
 * the database. Whoever keeps it in a vault that does not give it away implements this interface by calls to that
 * vault. Safe for use by many threads.
 */
public interface MasterKey {
    /**
     * What it is called, beside each key that it wraps.
     *
     * @return a name that stays; another key has another
     */
    String name();

    /**
     * Wraps the key of a subject.
     *
     * @param key the key
     * @return bytes that only this master key unwraps, and only for a key of the same id
     */
    byte[] wrap(SubjectKey key);

    /**
     * Unwraps the key of a subject.
     *
     * @param id what the key is called
     * @param wrapped what {@link #wrap} made of it
     * @return the key
     * @throws IllegalStateException if this master key did not wrap it
     */
    SubjectKey unwrap(UUID id, byte[] wrapped);

    /**
     * A master key that this process knows: AES-GCM with 256 bits.
     *
     * @param name what it is called
     * @param key 32 bytes by chance, from where the application keeps its secrets
     * @return the master key
     * @throws IllegalArgumentException if the key has another length
     */
    static MasterKey aes(String name, byte[] key) {
        Limits.text("name of a master key", name, Limits.STANDARD.nameBytes());
        if (key.length != 32) {
            throw new IllegalArgumentException(
                    "The master key \"" + name + "\" has " + key.length + " bytes; it needs 32, made by chance.");
        }
        return new Aes(name, new SecretKeySpec(key, "AES"));
    }

    /**
     * The master key that {@link #aes} makes.
     *
     * @param name what it is called
     * @param key the key itself
     */
    record Aes(String name, SecretKey key) implements MasterKey {
        @Override
        public byte[] wrap(SubjectKey key) {
            return AesGcm.seal(this.key, key.secret().getEncoded(), bound(key.id()));
        }

        @Override
        public SubjectKey unwrap(UUID id, byte[] wrapped) {
            try {
                return SubjectKey.of(id, AesGcm.open(key, ByteBuffer.wrap(wrapped), bound(id)));
            } catch (AEADBadTagException e) {
                throw new IllegalStateException(
                        "The master key \"" + name + "\" does not unwrap the key " + id
                                + ". Give it the bytes that it had when it wrapped it.",
                        e);
            }
        }

        private static byte[] bound(UUID id) {
            return id.toString().getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return "master key " + name;
        }
    }
}
