// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import org.cairnlog.testkit.AtomicLogFixture;
import org.cairnlog.testkit.ModelContract;

class SqliteModelTest extends ModelContract {
    @Override
    protected AtomicLogFixture open() {
        return new SqliteFixture();
    }
}
