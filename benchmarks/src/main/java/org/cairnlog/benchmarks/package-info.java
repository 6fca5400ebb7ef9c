// SPDX-License-Identifier: Apache-2.0
/**
 * Cairn beside its floors and its peers, in one run. {@link org.cairnlog.benchmarks.Bench} is the command; a {@code
 * Workload} has sides that do the same work, and every side keeps a ledger of what was acknowledged to it.
 */
@org.jspecify.annotations.NullMarked
package org.cairnlog.benchmarks;
