// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.List;
import org.cairnlog.event.RecordedEvent;

/**
 * One page of a query, read in one instant; for stores.
 *
 * @param events in the order of the read
 * @param searched how far the page looked: forward, every match up to here is in this page or an earlier one; backward,
 *     every match beyond here is. At the end it is the end of the range
 * @param head the log's head in the same instant
 * @param husks how many husks matched, metadata aside, and were left out
 */
public record LogPage(List<RecordedEvent> events, Cursor searched, Cursor head, long husks) {}
