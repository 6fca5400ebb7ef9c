// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.testkit.Torture;

/** Like {@link TortureChild}, but its log answers first and appends afterwards. */
final class EagerChild {
    private EagerChild() {}

    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]);
        Torture.child(
                Long.parseLong(args[1]),
                () -> eager(Sqlite.open(file)),
                System.in,
                new FileOutputStream(FileDescriptor.out));
    }

    private static AtomicEventLog eager(AtomicEventLog log) {
        ExecutorService later = Executors.newSingleThreadExecutor();
        var head = new long[] {log.head().places().getFirst().position()};
        return (AtomicEventLog) Proxy.newProxyInstance(
                EagerChild.class.getClassLoader(),
                new Class<?>[] {AtomicEventLog.class},
                (proxy, method, arguments) -> {
                    if (arguments != null && arguments[0] instanceof Append append) {
                        synchronized (head) {
                            later.execute(() -> log.append(append));
                            long first = head[0] + 1;
                            head[0] += append.events().size();
                            return new Appended(first, log.beginning(), Map.of(), false);
                        }
                    }
                    try {
                        return method.invoke(log, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
