// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.util.Set;

/** Lets tests of other packages see how soon the model notices a broken log. */
public final class ModelProbe {
    private ModelProbe() {}

    /** The number of the operation that was answered differently; 0 if none was. */
    public static int operationsUntilNoticed(AtomicLogFixture fixture, long seed, int most) {
        try (fixture) {
            ModelRun.Result result = new ModelRun(seed).run(fixture, most, Set.of());
            return result.difference().isPresent() ? result.operations() : 0;
        }
    }
}
