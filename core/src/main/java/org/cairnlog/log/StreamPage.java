// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.List;
import org.cairnlog.event.RecordedEvent;

/**
 * One page of a stream, read in one instant; for stores.
 *
 * @param events in the order of the read
 * @param version the stream's version, 0 if nobody has written to it
 * @param removedBefore the first version that was not removed; 1 if nothing was
 */
public record StreamPage(List<RecordedEvent> events, long version, long removedBefore) {}
