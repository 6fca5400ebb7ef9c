// SPDX-License-Identifier: Apache-2.0
/**
 * The log: one append-only order of events, its contract and the log in memory. {@link org.cairnlog.log.EventLog} is
 * what every store can do, {@link org.cairnlog.log.AtomicEventLog} what those with transactions can.
 *
 * <p>A reader that has seen a position never later meets a new event at or below it. This package knows no codec and
 * no class of the user's.
 */
@NullMarked
package org.cairnlog.log;

import org.jspecify.annotations.NullMarked;
