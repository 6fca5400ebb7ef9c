// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import org.cairnlog.testkit.InlineProjectionsContract;
import org.cairnlog.testkit.TransactionalLogFixture;

class SqliteInlineProjectionsTest extends InlineProjectionsContract {
    @Override
    protected TransactionalLogFixture open() {
        return new SqliteFixture();
    }
}
