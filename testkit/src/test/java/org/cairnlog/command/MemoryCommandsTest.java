// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.command;

import org.cairnlog.log.MemoryLogs;
import org.cairnlog.testkit.AtomicLogFixture;
import org.cairnlog.testkit.CommandsContract;

class MemoryCommandsTest extends CommandsContract {
    @Override
    protected AtomicLogFixture open() {
        return MemoryLogs.fixture();
    }
}
