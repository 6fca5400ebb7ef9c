// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.Committed;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.HistoryPage;
import org.cairnlog.log.JoinedTransaction;
import org.cairnlog.log.LogPage;
import org.cairnlog.log.LogRead;
import org.cairnlog.log.LogStatus;
import org.cairnlog.log.StreamInfo;
import org.cairnlog.log.StreamListing;
import org.cairnlog.log.StreamPage;
import org.cairnlog.log.StreamRead;
import org.cairnlog.log.TransactionBlock;
import org.cairnlog.log.TransactionalEventLog;

/** One log opened by two nodes, which serve the calls in turn; a transaction has one of them to itself. */
final class TwoNodes implements TransactionalEventLog {
    private final List<TransactionalEventLog> nodes;
    private final AtomicLong calls = new AtomicLong();
    private final ThreadLocal<TransactionalEventLog> own = new ThreadLocal<>();

    TwoNodes(TransactionalEventLog one, TransactionalEventLog other) {
        this.nodes = List.of(one, other);
    }

    private TransactionalEventLog next() {
        TransactionalEventLog mine = own.get();
        return mine != null ? mine : nodes.get((int) (calls.getAndIncrement() % 2));
    }

    @Override
    public Appended append(Append append) {
        return next().append(append);
    }

    @Override
    public <T, E extends Exception> Committed<T> commit(TransactionBlock<T, E> block) throws E {
        TransactionalEventLog outer = own.get();
        own.set(next());
        try {
            return own.get().commit(block);
        } finally {
            own.set(outer);
        }
    }

    @Override
    public JoinedTransaction join(Connection connection) {
        TransactionalEventLog node = next();
        JoinedTransaction joined = node.join(connection);
        return (JoinedTransaction) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {JoinedTransaction.class}, (proxy, method, arguments) -> {
                    own.set(method.getName().equals("afterCompletion") ? null : node);
                    try {
                        return method.invoke(joined, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
    }

    @Override
    public Optional<Appended> stored(Append append) {
        return next().stored(append);
    }

    @Override
    public Optional<StreamInfo> stream(StreamId stream) {
        return next().stream(stream);
    }

    @Override
    public void label(StreamId stream, String name, String value) {
        next().label(stream, name, value);
    }

    @Override
    public void unlabel(StreamId stream, String name) {
        next().unlabel(stream, name);
    }

    @Override
    public Cursor beginning() {
        return next().beginning();
    }

    @Override
    public Cursor head() {
        return next().head();
    }

    @Override
    public Cursor cursorAt(long position) {
        return next().cursorAt(position);
    }

    @Override
    public boolean awaitGrowth(Cursor seen, Duration timeout) throws InterruptedException {
        return next().awaitGrowth(seen, timeout);
    }

    @Override
    public HistoryPage history(Cursor after) {
        return next().history(after);
    }

    @Override
    public LogStatus status() {
        return next().status();
    }

    @Override
    public StreamPage page(StreamRead read) {
        return next().page(read);
    }

    @Override
    public LogPage page(LogRead read) {
        return next().page(read);
    }

    @Override
    public List<StreamInfo> page(StreamListing listing) {
        return next().page(listing);
    }

    @Override
    public void close() {
        nodes.forEach(TransactionalEventLog::close);
    }
}
