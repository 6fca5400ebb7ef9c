// SPDX-License-Identifier: Apache-2.0
/**
 * Commands: a {@link org.cairnlog.command.CommandBus} takes them from wherever they come, sends them through what
 * stands before every command, has them decided once, and answers a repeat with the first reply. It decides nothing
 * itself: a handler names the repository that does.
 */
@NullMarked
package org.cairnlog.command;

import org.jspecify.annotations.NullMarked;
