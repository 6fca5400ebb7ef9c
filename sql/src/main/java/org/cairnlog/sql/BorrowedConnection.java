// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A connection whose transaction its borrower cannot end: that would part the borrower's work from its appends. */
final class BorrowedConnection implements InvocationHandler {
    private final Connection connection;

    private BorrowedConnection(Connection connection) {
        this.connection = connection;
    }

    static Connection of(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                BorrowedConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                new BorrowedConnection(connection));
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a connection equals itself only
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        boolean plain = arguments == null;
        switch (method.getName()) {
            case "close" -> {
                // Its owner closes it; a helper that takes it for its own does no harm.
                return null;
            }
            case "commit", "abort", "setAutoCommit" -> throw owned(method);
            case "rollback" -> {
                if (plain) {
                    throw owned(method);
                }
            }
            case "equals" -> {
                return arguments != null && proxy == arguments[0];
            }
            default -> {}
        }
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }

    private static SQLException owned(Method method) {
        return new SQLException("The log ends this transaction, so " + method.getName()
                + "() is not for the block to call: return to commit, throw to roll back.");
    }
}
