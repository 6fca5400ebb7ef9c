// SPDX-License-Identifier: Apache-2.0
/** JSON with Jackson 3, on a mapper of its own, never the application's. */
@NullMarked
package org.cairnlog.jackson;

import org.jspecify.annotations.NullMarked;
