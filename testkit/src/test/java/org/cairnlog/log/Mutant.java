// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The log in memory with one decision changed.
 *
 * @param name what it does wrong
 * @param guarantee the contract that must notice, and no other may
 * @param fixture makes one
 */
record Mutant(String name, String guarantee, Supplier<MemoryFixture> fixture) {
    static Mutant of(String guarantee, String name, MemoryFixture.Maker maker) {
        return new Mutant(name, guarantee, () -> new MemoryFixture(maker));
    }

    static List<Mutant> all() {
        List<Mutant> all = new ArrayList<>();
        all.addAll(AppendMutants.all());
        all.addAll(CheckMutants.all());
        all.addAll(ReadMutants.all());
        all.addAll(KeepingMutants.all());
        return all;
    }
}
