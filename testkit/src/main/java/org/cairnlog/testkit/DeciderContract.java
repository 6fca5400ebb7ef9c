// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import org.junit.jupiter.api.Nested;

/** Everything that a repository must do on a log. */
@SuppressWarnings("ClassCanBeStatic") // JUnit wants nested tests to be inner classes
public abstract class DeciderContract {
    /** For a store's test. */
    protected DeciderContract() {}

    /**
     * Makes a new, empty log.
     *
     * @return a fixture that the caller closes
     * @throws Exception if that is not possible, so that the test fails
     */
    protected abstract AtomicLogFixture open() throws Exception;

    @Nested
    class Decisions extends DecisionsContract {
        @Override
        protected AtomicLogFixture open() throws Exception {
            return DeciderContract.this.open();
        }
    }

    @Nested
    class States extends StatesContract {
        @Override
        protected AtomicLogFixture open() throws Exception {
            return DeciderContract.this.open();
        }
    }

    @Nested
    class Outcomes extends OutcomesContract {
        @Override
        protected AtomicLogFixture open() throws Exception {
            return DeciderContract.this.open();
        }
    }

    @Nested
    class WithSnapshots extends SnapshotsContract {
        @Override
        protected AtomicLogFixture open() throws Exception {
            return DeciderContract.this.open();
        }
    }

    @Nested
    class Roots extends AggregatesContract {
        @Override
        protected AtomicLogFixture open() throws Exception {
            return DeciderContract.this.open();
        }
    }

    @Nested
    class Handles extends StreamHandlesContract {
        @Override
        protected AtomicLogFixture open() throws Exception {
            return DeciderContract.this.open();
        }
    }

    @Nested
    class Transforms extends TransformsContract {
        @Override
        protected AtomicLogFixture open() throws Exception {
            return DeciderContract.this.open();
        }
    }
}
