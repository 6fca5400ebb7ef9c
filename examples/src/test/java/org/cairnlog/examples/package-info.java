// SPDX-License-Identifier: Apache-2.0
/** Programs that a user would type, each of them a test. The documents quote them. */
@NullMarked
package org.cairnlog.examples;

import org.jspecify.annotations.NullMarked;
