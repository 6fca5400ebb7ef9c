// SPDX-License-Identifier: Apache-2.0
/**
 * The event model: what a writer hands over ({@link org.cairnlog.event.EventData}), what a log gives back
 * ({@link org.cairnlog.event.RecordedEvent}), and how events are chosen ({@link org.cairnlog.event.EventQuery}).
 * Values only; this package knows no I/O, no clock and no log.
 */
@NullMarked
package org.cairnlog.event;

import org.jspecify.annotations.NullMarked;
