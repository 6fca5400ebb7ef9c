// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import org.cairnlog.decider.Repository;
import org.cairnlog.log.EventLog;

/** Cairn's repository on its log in memory, events in JSON. */
final class CairnModel implements MemoryModels.Model {
    private final Repository<Deposited, Accounts.Balance, Deposited> repository =
            Repository.of(EventLog.inMemory(), Events.CATEGORY, new Accounts(), Accounts.CODEC);

    @Override
    public void deposit(String account) {
        repository.execute(account, Deposited.EVENT);
    }
}
