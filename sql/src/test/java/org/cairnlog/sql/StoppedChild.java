// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import org.cairnlog.event.EventData;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.JoinedTransaction;
import org.cairnlog.log.TransactionalEventLog;
import org.postgresql.ds.PGSimpleDataSource;

/** Joins a transaction, stores its append, says which session it is, and commits when it is told to. */
final class StoppedChild {
    private StoppedChild() {}

    public static void main(String[] args) throws Exception {
        var dataSource = new PGSimpleDataSource();
        dataSource.setUrl(args[0]);
        try (TransactionalEventLog log = Postgres.open(dataSource);
                Connection connection = DriverManager.getConnection(args[0]);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            String pid;
            try (ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
                row.next();
                pid = row.getString(1);
            }
            JoinedTransaction joined = log.join(connection);
            joined.append(StreamId.of("stopped", "1"), ExpectedVersion.noStream(), EventData.json("stopped", "{}"));
            joined.beforeCommit();
            System.out.println(pid);
            new BufferedReader(new InputStreamReader(System.in, UTF_8)).readLine();
            connection.commit();
            joined.afterCompletion(true);
        }
    }
}
