// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.time.Instant;
import org.cairnlog.event.StreamId;

/**
 * That events were removed: what, why and when.
 *
 * @param number counts the removals of a log from 1
 * @param stream the stream
 * @param deletion whether the stream was deleted; otherwise it was truncated
 * @param before the events of the stream before this version are gone
 * @param events how many of them this removal turned into husks
 * @param reason why, in the words of who asked for it
 * @param at the log's time
 */
public record Removal(
        long number, StreamId stream, boolean deletion, long before, long events, String reason, Instant at) {}
