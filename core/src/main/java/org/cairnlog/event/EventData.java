// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.event;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event as its writer hands it over. Immutable; every {@code with} method gives a changed copy.
 *
 * <p>The id is fixed here and not by the log: appending the same value again, after whatever went wrong, is recognised
 * as a repeat.
 *
 * @param id unique within the log
 * @param type what happened, as a stable name and not that of a class; at most 255 UTF-8 bytes. Types that begin with
 *     {@code $} are Cairn's own
 * @param schemaVersion which shape of this type the payload has, from 1
 * @param occurredAt when it happened as the writer knows it, to the microsecond; null if that is not known
 * @param contentType the media type of the payload
 * @param payload the bytes that come back unchanged, at most 16 MiB; may be empty
 * @param metadata what is said beside the payload
 * @param tags opaque texts for queries and conditions, at most 64, in byte order
 * @param baseline whether the payload carries the whole state of its stream up to here, so that the events before it
 *     may be removed
 */
@SuppressWarnings("ArrayRecordComponent") // copied in and out, and compared by content
public record EventData(
        UUID id,
        String type,
        int schemaVersion,
        @Nullable Instant occurredAt,
        String contentType,
        byte[] payload,
        Metadata metadata,
        Set<String> tags,
        boolean baseline) {
    /** The type of the event that deletes a stream. */
    public static final String DELETED = "$deleted";

    private static final Instant EARLIEST = Instant.EPOCH.plus(Long.MIN_VALUE, ChronoUnit.MICROS);
    private static final Instant LATEST = Instant.EPOCH.plus(Long.MAX_VALUE, ChronoUnit.MICROS);
    private static final String REASON = "$reason";

    /**
     * For stores that rebuild what they kept, Cairn's own types included; a writer begins with {@link #of} or
     * {@link #json}.
     *
     * @throws IllegalArgumentException if a part breaks a limit
     */
    public EventData {
        Objects.requireNonNull(id, "id");
        Limits limits = Limits.STANDARD;
        Limits.text("event type", type, limits.nameBytes());
        if (schemaVersion < 1) {
            throw new IllegalArgumentException(
                    "The schema version of \"" + type + "\" is " + schemaVersion + "; it counts from 1.");
        }
        occurredAt = occurredAt == null ? null : occurredAt.truncatedTo(ChronoUnit.MICROS);
        if (occurredAt != null) {
            checkRange(occurredAt);
        }
        Limits.text("content type", contentType, limits.nameBytes());
        if (payload.length > limits.payloadBytes()) {
            throw new IllegalArgumentException("The payload of \"" + type + "\" has " + payload.length
                    + " bytes; at most " + limits.payloadBytes() + " are allowed. Keep large content elsewhere and"
                    + " name it in the event.");
        }
        payload = payload.clone();
        tags = tagSet(tags);
        if (tags.size() > limits.tags()) {
            throw new IllegalArgumentException(
                    "\"" + type + "\" has " + tags.size() + " tags; at most " + limits.tags() + " are allowed.");
        }
    }

    /**
     * An event with a new id, schema version 1 and content type {@code application/octet-stream}.
     *
     * @param type what happened
     * @param payload the bytes to keep
     * @return the event
     * @throws IllegalArgumentException if type or payload breaks a limit
     */
    public static EventData of(String type, byte[] payload) {
        return made(type, "application/octet-stream", payload);
    }

    /**
     * An event with a new id, schema version 1 and content type {@code application/json}.
     *
     * @param type what happened
     * @param json the payload; kept as it is, not parsed
     * @return the event
     * @throws IllegalArgumentException if type or payload breaks a limit
     */
    public static EventData json(String type, String json) {
        return made(type, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    private static EventData made(String type, String contentType, byte[] payload) {
        if (type.startsWith("$")) {
            throw new IllegalArgumentException(
                    "The event type \"" + type + "\" begins with $, which is kept for Cairn itself.");
        }
        return new EventData(
                SystemIds.V7.get(), type, 1, null, contentType, payload, Metadata.empty(), Set.of(), false);
    }

    /**
     * The event that a log appends when a stream is deleted; for stores.
     *
     * @param id the id of the new event
     * @param reason why the stream was deleted
     * @return an event of type {@link #DELETED} with an empty payload
     */
    public static EventData deletion(UUID id, String reason) {
        Metadata why = Metadata.empty().withReserved(REASON, reason);
        return new EventData(id, DELETED, 1, null, "application/octet-stream", new byte[0], why, Set.of(), false);
    }

    /**
     * With another id, for those who choose it themselves.
     *
     * @param id unique within the log
     * @return a changed copy
     */
    public EventData withId(UUID id) {
        return new EventData(id, type, schemaVersion, occurredAt, contentType, payload, metadata, tags, baseline);
    }

    /**
     * With another schema version.
     *
     * @param schemaVersion from 1
     * @return a changed copy
     */
    public EventData withSchemaVersion(int schemaVersion) {
        return new EventData(id, type, schemaVersion, occurredAt, contentType, payload, metadata, tags, baseline);
    }

    /**
     * With the time at which it happened.
     *
     * @param occurredAt the writer's time; finer parts than a microsecond are cut off
     * @return a changed copy
     */
    public EventData withOccurredAt(Instant occurredAt) {
        return new EventData(id, type, schemaVersion, occurredAt, contentType, payload, metadata, tags, baseline);
    }

    /**
     * With another content type.
     *
     * @param contentType a media type
     * @return a changed copy
     */
    public EventData withContentType(String contentType) {
        return new EventData(id, type, schemaVersion, occurredAt, contentType, payload, metadata, tags, baseline);
    }

    /**
     * With this metadata in place of the old.
     *
     * @param metadata what is said beside the payload
     * @return a changed copy
     */
    public EventData withMetadata(Metadata metadata) {
        return new EventData(id, type, schemaVersion, occurredAt, contentType, payload, metadata, tags, baseline);
    }

    /**
     * With these tags in place of the old.
     *
     * @param tags at most 64; a tag named twice counts once
     * @return a changed copy
     */
    public EventData withTags(String... tags) {
        return withTags(Arrays.asList(tags));
    }

    /**
     * With these tags in place of the old.
     *
     * @param tags at most 64; a tag named twice counts once
     * @return a changed copy
     */
    public EventData withTags(Collection<String> tags) {
        return new EventData(
                id, type, schemaVersion, occurredAt, contentType, payload, metadata, tagSet(tags), baseline);
    }

    /**
     * Marked as a baseline: its payload carries the whole state of its stream, and the events before it may be removed.
     *
     * @return a changed copy
     */
    public EventData asBaseline() {
        return new EventData(id, type, schemaVersion, occurredAt, contentType, payload, metadata, tags, true);
    }

    /**
     * The payload.
     *
     * @return a copy
     */
    @Override
    public byte[] payload() {
        return payload.clone();
    }

    /**
     * The payload as text.
     *
     * @return the bytes read as UTF-8
     */
    public String payloadText() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /**
     * What the event counts against the limits of an append and a page.
     *
     * @return the size of payload and metadata, in bytes
     */
    public int size() {
        return payload.length + metadata.size();
    }

    private static Set<String> tagSet(Collection<String> tags) {
        if (tags.isEmpty()) {
            return Set.of();
        }
        Set<String> sorted = new TreeSet<>(Limits.BYTE_ORDER);
        for (String tag : tags) {
            sorted.add(Limits.text("tag", tag, Limits.STANDARD.nameBytes()));
        }
        return Collections.unmodifiableSet(sorted);
    }

    private static void checkRange(Instant time) {
        if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
            throw new IllegalArgumentException("The time " + time
                    + " is too far away to be kept in microseconds since 1970; it must lie between " + EARLIEST
                    + " and " + LATEST + ".");
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EventData that
                && id.equals(that.id)
                && type.equals(that.type)
                && schemaVersion == that.schemaVersion
                && Objects.equals(occurredAt, that.occurredAt)
                && contentType.equals(that.contentType)
                && Arrays.equals(payload, that.payload)
                && metadata.equals(that.metadata)
                && tags.equals(that.tags)
                && baseline == that.baseline;
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return type + " " + id + " (" + payload.length + " bytes)";
    }
}
