// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.HistoryPage;
import org.cairnlog.log.LogPage;
import org.cairnlog.log.LogRead;
import org.cairnlog.log.LogStatus;
import org.cairnlog.log.StreamInfo;
import org.cairnlog.log.StreamListing;
import org.cairnlog.log.StreamPage;
import org.cairnlog.log.StreamRead;

/** A log whose appends and pages somebody stands before, to fail or to look. */
class InterceptedLog implements AtomicEventLog {
    final AtomicEventLog log;

    InterceptedLog(AtomicEventLog log) {
        this.log = log;
    }

    /** A log with something in front of its appends, one after the other; the last one stays. */
    static InterceptedLog appending(AtomicEventLog log, Attempt... attempts) {
        return new InterceptedLog(log) {
            private int done;

            @Override
            public Appended append(Append append) {
                return attempts[Math.min(done++, attempts.length - 1)].append(log, append);
            }
        };
    }

    /** What happens to an append. */
    interface Attempt {
        Appended append(AtomicEventLog log, Append append);
    }

    @Override
    public Appended append(Append append) {
        return log.append(append);
    }

    @Override
    public Optional<StreamInfo> stream(StreamId stream) {
        return log.stream(stream);
    }

    @Override
    public void label(StreamId stream, String name, String value) {
        log.label(stream, name, value);
    }

    @Override
    public void unlabel(StreamId stream, String name) {
        log.unlabel(stream, name);
    }

    @Override
    public Cursor beginning() {
        return log.beginning();
    }

    @Override
    public Cursor head() {
        return log.head();
    }

    @Override
    public Cursor cursorAt(long position) {
        return log.cursorAt(position);
    }

    @Override
    public boolean awaitGrowth(Cursor seen, Duration timeout) throws InterruptedException {
        return log.awaitGrowth(seen, timeout);
    }

    @Override
    public HistoryPage history(Cursor after) {
        return log.history(after);
    }

    @Override
    public LogStatus status() {
        return log.status();
    }

    @Override
    public StreamPage page(StreamRead read) {
        return log.page(read);
    }

    @Override
    public LogPage page(LogRead read) {
        return log.page(read);
    }

    @Override
    public List<StreamInfo> page(StreamListing listing) {
        return log.page(listing);
    }

    @Override
    public void close() {
        log.close();
    }
}
