// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

/**
 * The state of one stream. That there is none is an answer too.
 *
 * @param state the state after all events that were asked for; the initial one if there are none
 * @param version the version that it is the state of; 0 if nobody had written to the stream
 * @param found whether there was anything: false if nobody had written to the stream, or it was deleted
 * @param <S> the state
 */
public record Loaded<S>(S state, long version, boolean found) {}
