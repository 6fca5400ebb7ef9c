// SPDX-License-Identifier: Apache-2.0
/** The tests of the house itself: its architecture, its public surface, its documents, its order. */
@NullMarked
package org.cairnlog.house;

import org.jspecify.annotations.NullMarked;
