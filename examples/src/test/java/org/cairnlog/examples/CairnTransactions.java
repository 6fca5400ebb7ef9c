// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import jakarta.persistence.EntityManagerFactory;
import java.sql.Connection;
import java.util.Objects;
import javax.sql.DataSource;
import org.cairnlog.log.JoinedTransaction;
import org.cairnlog.log.LogTransaction;
import org.cairnlog.log.TransactionalEventLog;
import org.springframework.dao.support.DataAccessUtils;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.orm.jpa.EntityManagerFactoryInfo;
import org.springframework.orm.jpa.EntityManagerFactoryUtils;
import org.springframework.orm.jpa.JpaDialect;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Makes appends a part of the Spring transaction that is under way: one commit for them and all else that it does. */
// tag::hook
final class CairnTransactions {
    private final TransactionalEventLog log;
    private final EntityManagerFactory entities;
    private final DataSource dataSource;
    private final JpaDialect dialect;

    CairnTransactions(TransactionalEventLog log, EntityManagerFactory entities) {
        this.log = log;
        this.entities = entities;
        var info = (EntityManagerFactoryInfo) entities;
        this.dataSource = Objects.requireNonNull(info.getDataSource());
        this.dialect = Objects.requireNonNull(info.getJpaDialect());
    }

    /** What appends of this thread's transaction are buffered in. */
    LogTransaction current() {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException("No transaction is under way here.");
        }
        var joined = (Joined) TransactionSynchronizationManager.getResource(this);
        if (joined == null) {
            joined = new Joined();
            TransactionSynchronizationManager.registerSynchronization(joined);
            TransactionSynchronizationManager.bindResource(this, joined);
        }
        return joined.transaction;
    }

    private final class Joined implements TransactionSynchronization {
        private final Connection connection = DataSourceUtils.getConnection(dataSource);
        private final JoinedTransaction transaction = log.join(connection);

        @Override
        public void beforeCommit(boolean readOnly) {
            runOwnStatements(); // first, so that all other statements have run when the log is locked
            transaction.beforeCommit();
        }

        private void runOwnStatements() {
            var manager = EntityManagerFactoryUtils.getTransactionalEntityManager(entities);
            if (manager != null) {
                try {
                    manager.flush();
                } catch (RuntimeException e) {
                    throw DataAccessUtils.translateIfNecessary(e, dialect); // as Spring does when it commits
                }
            }
        }

        @Override
        public void suspend() { // for another transaction on this thread
            TransactionSynchronizationManager.unbindResource(CairnTransactions.this);
        }

        @Override
        public void resume() {
            TransactionSynchronizationManager.bindResource(CairnTransactions.this, this);
        }

        @Override
        public void afterCompletion(int status) {
            TransactionSynchronizationManager.unbindResourceIfPossible(CairnTransactions.this);
            transaction.afterCompletion(status == STATUS_COMMITTED);
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }
}
// end::hook
