// SPDX-License-Identifier: Apache-2.0
/**
 * Decisions: a {@link org.cairnlog.decider.Decider} says what happens when a command meets a state, and a
 * {@link org.cairnlog.decider.Repository} loads the state, asks it and appends. A decider is pure and knows no log;
 * what a repository does is stored as a whole or not at all.
 */
@NullMarked
package org.cairnlog.decider;

import org.jspecify.annotations.NullMarked;
