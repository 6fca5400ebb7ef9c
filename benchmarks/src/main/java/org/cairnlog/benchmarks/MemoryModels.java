// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What JMH calls: an account is loaded from a store in memory, and one event appended. */
@State(Scope.Benchmark)
public class MemoryModels {
    private static final int ACCOUNTS = 10;

    /** A store, with the way in which its project loads and appends. */
    interface Model {
        /** Loads the account and deposits into it. */
        void deposit(String account);
    }

    /** The sides, as JMH takes them for a parameter. */
    enum Kind {
        CAIRN("Cairn"),
        AXON("Axon Framework 5"),
        OCCURRENT("Occurrent");

        final String side;

        Kind(String side) {
            this.side = side;
        }

        Model open() {
            return switch (this) {
                case CAIRN -> new CairnModel();
                case AXON -> new AxonModel();
                case OCCURRENT -> new OccurrentModel();
            };
        }
    }

    /** Which one. */
    @Param("CAIRN")
    public String store = "";

    /** For JMH. */
    public MemoryModels() {}

    /** Ten accounts, each with ten events in the end, in a store that begins empty. */
    @Benchmark
    @OperationsPerInvocation(ACCOUNTS * Events.STREAM_LENGTH)
    public void loadAndAppend() {
        Model model = Kind.valueOf(store).open();
        for (int event = 0; event < Events.STREAM_LENGTH; event++) {
            for (int account = 0; account < ACCOUNTS; account++) {
                model.deposit("account-" + account);
            }
        }
    }
}
