// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.List;
import org.cairnlog.event.StoredEntry;

/**
 * Some appends in order, husks included.
 *
 * @param appends each with its entries in position order
 * @param cursor the point after the last of them; where it was asked to go on if there are none
 */
public record HistoryPage(List<List<StoredEntry>> appends, Cursor cursor) {}
