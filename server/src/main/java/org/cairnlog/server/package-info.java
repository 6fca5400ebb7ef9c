// SPDX-License-Identifier: Apache-2.0
/**
 * The cairn command: one runnable jar, and the only place that prints. {@link org.cairnlog.server.Main} is its entry;
 * each verb is one class, and knows logs only by their URL and contract.
 */
@NullMarked
package org.cairnlog.server;

import org.jspecify.annotations.NullMarked;
