// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

class MemoryConcurrencyTest extends ConcurrencyContract {
    @Override
    protected AtomicLogFixture open() {
        return new MemoryFixture();
    }
}
