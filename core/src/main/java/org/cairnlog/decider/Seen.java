// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import org.cairnlog.log.Cursor;

/**
 * The state that the events of a query make.
 *
 * @param state the state after all of them; the initial one if there are none
 * @param cursor the point up to which no match is missing
 * @param found whether there was an event
 * @param <S> the state
 */
public record Seen<S>(S state, Cursor cursor, boolean found) {}
