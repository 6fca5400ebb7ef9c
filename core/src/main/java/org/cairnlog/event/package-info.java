// SPDX-License-Identifier: Apache-2.0
/** What an event is: its data, its place, its stream, and the errors that name what to do next. */
@NullMarked
package org.cairnlog.event;

import org.jspecify.annotations.NullMarked;
