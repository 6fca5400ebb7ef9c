// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import org.cairnlog.testkit.AtomicLogFixture;
import org.cairnlog.testkit.ConcurrencyContract;

class SqliteConcurrencyTest extends ConcurrencyContract {
    @Override
    protected AtomicLogFixture open() {
        return new SqliteFixture();
    }
}
