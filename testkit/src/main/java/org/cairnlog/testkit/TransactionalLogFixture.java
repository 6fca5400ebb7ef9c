// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import org.cairnlog.log.TransactionalEventLog;

/** A fixture for a log that lives in a database together with tables of its users. */
public interface TransactionalLogFixture extends AtomicLogFixture {
    @Override
    TransactionalEventLog log();

    /**
     * Opens a connection to the database of the log, as its user would, with tables made by others in reach. Contracts
     * make tables of their own with it, under names that are new.
     *
     * @return a connection that commits each statement by itself; the caller closes it
     * @throws SQLException if that is not possible, so that the test fails
     */
    Connection connect() throws SQLException;
}
