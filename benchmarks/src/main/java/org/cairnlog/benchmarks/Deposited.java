// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

/**
 * What the events say, for those who take objects: 200 bytes of JSON.
 *
 * @param account which account
 * @param cents how much
 * @param note a text
 */
record Deposited(String account, long cents, String note) {
    static final Deposited EVENT = new Deposited("4711-0815-42", 129_900, "x".repeat(146));
}
