// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.AEADBadTagException;
import org.cairnlog.event.RecordedEvent;
import org.jspecify.annotations.Nullable;

/**
 * Seals personal fields and opens them. A sealed field holds an object with the one field {@code $sealed}: in Base64
 * the id of the key and what {@link AesGcm} made of the value, bound to the event's id and type and the field. An
 * empty one stands for a subject that has been forgotten, in fixtures.
 */
final class Sealing {
    static final String MARK = "$sealed";

    private static final byte[] MARK_BYTES = MARK.getBytes(StandardCharsets.UTF_8);
    private static final int ID = 16;
    // The value stands in an object, because a format writes fields.
    private static final String VALUE = "v";

    private final SubjectKeys keys;
    private final PayloadFormat format;

    Sealing(SubjectKeys keys, PayloadFormat format) {
        this.keys = keys;
        this.format = format;
    }

    /** Whether the payload may hold sealed fields. */
    static boolean mayBeIn(byte[] payload) {
        int length = MARK_BYTES.length;
        for (int i = 0; i + length <= payload.length; i++) {
            if (payload[i] == MARK_BYTES[0] && Arrays.equals(payload, i, i + length, MARK_BYTES, 0, length)) {
                return true;
            }
        }
        return false;
    }

    void seal(Map<String, @Nullable Object> fields, String field, String subject, UUID event, String type) {
        Object value = fields.get(field);
        if (value == null) {
            return;
        }
        SubjectKey key = keys.of(subject);
        byte[] sealed = AesGcm.seal(key.secret(), format.write(Map.of(VALUE, value)), bound(event, type, field));
        byte[] all = ByteBuffer.allocate(ID + sealed.length)
                .putLong(key.id().getMostSignificantBits())
                .putLong(key.id().getLeastSignificantBits())
                .put(sealed)
                .array();
        fields.put(field, Map.of(MARK, Base64.getEncoder().encodeToString(all)));
    }

    /** Opens what is sealed among the fields; true if anything was. */
    boolean open(RecordedEvent stored, Map<String, @Nullable Object> fields) {
        boolean opened = false;
        for (String field : List.copyOf(fields.keySet())) {
            if (fields.get(field) instanceof Map<?, ?> object
                    && object.size() == 1
                    && object.get(MARK) instanceof String sealed) {
                fields.put(field, opened(stored, field, sealed));
                opened = true;
            }
        }
        return opened;
    }

    private @Nullable Object opened(RecordedEvent stored, String field, String sealed) {
        if (sealed.isEmpty()) {
            return Forgotten.FIELD;
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(sealed));
            if (bytes.remaining() < ID) {
                throw new AEADBadTagException("It is too short.");
            }
            Optional<SubjectKey> key = keys.find(new UUID(bytes.getLong(), bytes.getLong()));
            return key.isEmpty()
                    ? Forgotten.FIELD
                    : format.fields(AesGcm.open(key.get().secret(), bytes, bound(stored.id(), stored.type(), field)))
                            .get(VALUE);
        } catch (AEADBadTagException e) {
            throw new UndecodableEvent(
                    stored, "opening the field \"" + field + "\", which is not what was sealed for this event,", e);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new UndecodableEvent(stored, "opening the field \"" + field + "\"", e);
        }
    }

    private static byte[] bound(UUID event, String type, String field) {
        return (event + "\0" + type + "\0" + field).getBytes(StandardCharsets.UTF_8);
    }
}
