// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Makes event ids. An instance gives UUIDs of version 7 (RFC 9562, method 3 with a 12-bit counter below the
 * millisecond): each is larger than the one before, also when the clock is set back. Safe for use by many threads.
 */
public final class EventIds implements Supplier<UUID> {
    private final InstantSource clock;
    private final RandomGenerator random;
    private long last;

    /**
     * Ids from the given time and chance; the same two give the same ids.
     *
     * @param clock where the time comes from
     * @param random where the lower 62 bits come from; used by one thread at a time
     */
    public EventIds(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /**
     * Where an event gets its id from if nobody chooses one: the system's clock, and chance that no other process
     * repeats.
     *
     * @return one source for the whole process, so that its ids rise
     */
    public static Supplier<UUID> system() {
        return SystemIds.V7;
    }

    @Override
    public synchronized UUID get() {
        last = Math.max(last + 1, clock.millis() << 12);
        long high = (last >>> 12) << 16 | 0x7000 | (last & 0xfff);
        long low = (random.nextLong() >>> 2) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    /**
     * The id of an event that comes from elsewhere, so that importing it again gives the same id: a UUID of version 5
     * (RFC 9562) over {@code org.cairnlog}, one zero byte, source, one zero byte and name.
     *
     * @param source who named the event, for example the source of a CloudEvent
     * @param name the event's name there, unique within the source
     * @return always the same id for the same two texts
     */
    public static UUID named(String source, String name) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(("org.cairnlog\0" + source + "\0" + name).getBytes(StandardCharsets.UTF_8));
            ByteBuffer hash = ByteBuffer.wrap(sha1.digest());
            long high = (hash.getLong() & ~0xf000L) | 0x5000L;
            long low = (hash.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
            return new UUID(high, low);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-1; this one does not.", e);
        }
    }
}
