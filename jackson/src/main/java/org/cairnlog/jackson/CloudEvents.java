// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.jackson;

import org.cairnlog.event.EventData;
import org.cairnlog.event.EventIds;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;

/**
 * Reads and writes events as CloudEvents 1.0 in JSON, one object a line. Stateless; safe for use by many threads.
 *
 * <p>The source is the category and the subject the id of the stream; {@code time} is when it happened. Extension
 * attributes are metadata: text, whole number or boolean. The id is a {@linkplain EventIds#named name-based} one, so
 * that reading twice gives the same event; source and id themselves stay in the metadata under {@link #SOURCE} and
 * {@link #ID}. Payloads in JSON are kept byte for byte as they stand in the line.
 *
 * <p>Writing is the inverse. What CloudEvents has no word for goes into extension attributes of Cairn's own, only where
 * needed: {@code cairnid} (the id of an event that was not read from a CloudEvent; its id stays that one when it is
 * read), {@code cairnschema} (a schema version above 1), {@code cairntags} (with spaces between the tags; a space or
 * percent sign in a tag is %20 or %25), {@code cairnbaseline}, and {@code cairnmeta} (metadata whose key or type is no
 * extension attribute, in the text form of {@link org.cairnlog.event.Metadata#toString}). A payload that is not JSON on
 * one line goes into {@code data_base64}. So an event that was written, read and written again gives the same line.
 */
public final class CloudEvents {
    /** The metadata key of a CloudEvent's source. */
    public static final String SOURCE = "$source";

    /** The metadata key of a CloudEvent's id. */
    public static final String ID = "$id";

    /** The metadata key of a CloudEvent's data schema. */
    public static final String DATA_SCHEMA = "$dataschema";

    static final String JSON = "application/json";

    private CloudEvents() {}

    /**
     * An event and the stream that it belongs to.
     *
     * @param stream the source as category, the subject as id
     * @param event the event
     */
    public record Incoming(StreamId stream, EventData event) {}

    /**
     * Reads one CloudEvent.
     *
     * @param json one JSON object in UTF-8
     * @return the event and its stream
     * @throws InvalidCloudEvent if an attribute is missing or wrong, or the text is no JSON object
     */
    public static Incoming read(byte[] json) {
        return new CloudEventReader(json).read();
    }

    /**
     * Writes one event on one line, without a line feed.
     *
     * @param event the event; Cairn's own, whose type begins with {@code $}, cannot be read back
     * @return one JSON object in UTF-8
     */
    public static byte[] write(RecordedEvent event) {
        return CloudEventWriter.write(event);
    }
}
