// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import org.junit.jupiter.api.Nested;

/**
 * Everything that an {@link org.cairnlog.log.AtomicEventLog} must do: the contracts of {@link EventLogContract}, and
 * those of appends to many streams, conditions, unlimited idempotency, removal and restore. A store that outlives its
 * process adds {@link PersistenceContract}.
 */
@SuppressWarnings("ClassCanBeStatic") // JUnit wants nested tests to be inner classes
public abstract class AtomicEventLogContract extends EventLogContract {
    /**
     * Makes a new, empty log.
     *
     * @return a fixture that the caller closes
     * @throws Exception if that is not possible, so that the test fails
     */
    @Override
    protected abstract AtomicLogFixture open() throws Exception;

    @Nested
    class Contiguity extends ContiguityContract {
        @Override
        protected AtomicLogFixture open() throws Exception {
            return AtomicEventLogContract.this.open();
        }
    }

    @Nested
    class Atomicity extends AtomicityContract {
        @Override
        protected AtomicLogFixture open() throws Exception {
            return AtomicEventLogContract.this.open();
        }
    }

    @Nested
    class Guards extends GuardsContract {
        @Override
        protected AtomicLogFixture open() throws Exception {
            return AtomicEventLogContract.this.open();
        }
    }

    @Nested
    class Idempotency extends IdempotencyContract {
        @Override
        protected AtomicLogFixture open() throws Exception {
            return AtomicEventLogContract.this.open();
        }
    }

    @Nested
    class CheckOrder extends CheckOrderContract {
        @Override
        protected AtomicLogFixture open() throws Exception {
            return AtomicEventLogContract.this.open();
        }
    }

    @Nested
    class Conditions extends ConditionsContract {
        @Override
        protected AtomicLogFixture open() throws Exception {
            return AtomicEventLogContract.this.open();
        }
    }

    @Nested
    class Races extends RacesContract {
        @Override
        protected AtomicLogFixture open() throws Exception {
            return AtomicEventLogContract.this.open();
        }
    }

    @Nested
    class Cursors extends CursorsContract {
        @Override
        protected AtomicLogFixture open() throws Exception {
            return AtomicEventLogContract.this.open();
        }
    }

    @Nested
    class Directory extends DirectoryContract {
        @Override
        protected AtomicLogFixture open() throws Exception {
            return AtomicEventLogContract.this.open();
        }
    }

    @Nested
    class Labels extends LabelsContract {
        @Override
        protected AtomicLogFixture open() throws Exception {
            return AtomicEventLogContract.this.open();
        }
    }

    @Nested
    class Deletion extends DeletionContract {
        @Override
        protected AtomicLogFixture open() throws Exception {
            return AtomicEventLogContract.this.open();
        }
    }

    @Nested
    class Husks extends HusksContract {
        @Override
        protected AtomicLogFixture open() throws Exception {
            return AtomicEventLogContract.this.open();
        }
    }

    @Nested
    class Restore extends RestoreContract {
        @Override
        protected AtomicLogFixture open() throws Exception {
            return AtomicEventLogContract.this.open();
        }
    }
}
