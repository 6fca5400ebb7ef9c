// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

/**
 * One chunk of a deletion by label.
 *
 * @param streams how many streams were deleted
 * @param more whether some are left; call again
 */
public record DeletedStreams(long streams, boolean more) {}
