// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.event;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/**
 * What removal leaves of an event: its place and what queries and conditions go by, but nothing of its content.
 *
 * @param position the place in the log, from 1
 * @param stream the stream
 * @param version the place in the stream, from 1
 * @param recordedAt when the log took the event in
 * @param id the event's id
 * @param type the event's type
 * @param tags the event's tags
 */
public record Husk(
        long position, StreamId stream, long version, Instant recordedAt, UUID id, String type, Set<String> tags)
        implements StoredEntry {}
