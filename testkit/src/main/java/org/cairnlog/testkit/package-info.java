// SPDX-License-Identifier: Apache-2.0
/** Contracts for implementers of a log, and tools to test with one. */
@NullMarked
package org.cairnlog.testkit;

import org.jspecify.annotations.NullMarked;
