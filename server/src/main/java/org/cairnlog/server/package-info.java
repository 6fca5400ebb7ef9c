// SPDX-License-Identifier: Apache-2.0
/** The cairn command: one runnable jar, and the only place that prints. */
@NullMarked
package org.cairnlog.server;

import org.jspecify.annotations.NullMarked;
