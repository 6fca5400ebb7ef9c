// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

class MemoryModelTest extends ModelContract {
    @Override
    protected AtomicLogFixture open() {
        return new MemoryFixture();
    }
}
