// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import org.junit.jupiter.api.Nested;

/**
 * Everything that an {@link org.cairnlog.log.EventLog} must do. A store extends it once and runs every contract of the
 * rung:
 *
 * <pre>{@code
 * class MyEventLogTest extends EventLogContract {
 *     @Override
 *     protected LogFixture open() {
 *         return new MyFixture();
 *     }
 * }
 * }</pre>
 *
 * <p>A store that promises less extends the contracts one by one, and says in its documentation which it leaves out.
 */
@SuppressWarnings("ClassCanBeStatic") // JUnit wants nested tests to be inner classes
public abstract class EventLogContract {
    /**
     * Makes a new, empty log.
     *
     * @return a fixture that the caller closes
     * @throws Exception if that is not possible, so that the test fails
     */
    protected abstract LogFixture open() throws Exception;

    @Nested
    class Order extends OrderContract {
        @Override
        protected LogFixture open() throws Exception {
            return EventLogContract.this.open();
        }
    }

    @Nested
    class ExpectedVersions extends ExpectedVersionsContract {
        @Override
        protected LogFixture open() throws Exception {
            return EventLogContract.this.open();
        }
    }

    @Nested
    class Bytes extends BytesContract {
        @Override
        protected LogFixture open() throws Exception {
            return EventLogContract.this.open();
        }
    }

    @Nested
    class LargePayloads extends LargePayloadsContract {
        @Override
        protected LogFixture open() throws Exception {
            return EventLogContract.this.open();
        }
    }

    @Nested
    class Limits extends LimitsContract {
        @Override
        protected LogFixture open() throws Exception {
            return EventLogContract.this.open();
        }
    }

    @Nested
    class StreamReads extends StreamReadsContract {
        @Override
        protected LogFixture open() throws Exception {
            return EventLogContract.this.open();
        }
    }

    @Nested
    class StreamPages extends StreamPagesContract {
        @Override
        protected LogFixture open() throws Exception {
            return EventLogContract.this.open();
        }
    }

    @Nested
    class QueryReads extends QueryReadsContract {
        @Override
        protected LogFixture open() throws Exception {
            return EventLogContract.this.open();
        }
    }

    @Nested
    class QueryPages extends QueryPagesContract {
        @Override
        protected LogFixture open() throws Exception {
            return EventLogContract.this.open();
        }
    }

    @Nested
    class Growth extends GrowthContract {
        @Override
        protected LogFixture open() throws Exception {
            return EventLogContract.this.open();
        }
    }

    @Nested
    class Tail extends TailContract {
        @Override
        protected LogFixture open() throws Exception {
            return EventLogContract.this.open();
        }
    }

    @Nested
    class Truncation extends TruncationContract {
        @Override
        protected LogFixture open() throws Exception {
            return EventLogContract.this.open();
        }
    }

    @Nested
    class RemovalRecord extends RemovalRecordContract {
        @Override
        protected LogFixture open() throws Exception {
            return EventLogContract.this.open();
        }
    }

    @Nested
    class Verification extends VerificationContract {
        @Override
        protected LogFixture open() throws Exception {
            return EventLogContract.this.open();
        }
    }

    @Nested
    class Closing extends ClosingContract {
        @Override
        protected LogFixture open() throws Exception {
            return EventLogContract.this.open();
        }
    }

    @Nested
    class Interrupts extends InterruptsContract {
        @Override
        protected LogFixture open() throws Exception {
            return EventLogContract.this.open();
        }
    }
}
