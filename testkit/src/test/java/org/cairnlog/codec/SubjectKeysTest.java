// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.codec;

import org.cairnlog.testkit.SubjectKeysContract;

/** Keys in memory keep the contract. */
class SubjectKeysTest extends SubjectKeysContract {
    private SubjectKeys keys;

    @Override
    protected SubjectKeys open() {
        keys = SubjectKeys.inMemory();
        return keys;
    }

    @Override
    protected SubjectKeys again() {
        return keys;
    }
}
