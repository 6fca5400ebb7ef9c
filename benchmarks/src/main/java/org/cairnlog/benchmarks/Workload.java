// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The same work for several sides.
 *
 * @param name what {@code --only} takes, for example "append-64"
 * @param title a line of the table
 * @param callers how many call at the same time
 * @param sides what opens each side, by its name, in the order of the table
 * @param bars what is asked of the ratio of two sides
 * @param absent why a side that belongs here is not measured, by its name
 */
record Workload(
        String name,
        String title,
        int callers,
        Map<String, Opening> sides,
        List<Bar> bars,
        Map<String, String> absent) {
    /** Opens a side on a fresh place to work in. */
    interface Opening {
        Side open(Site site) throws Exception;
    }

    /**
     * What is asked of a ratio of rates.
     *
     * @param side whose rate is divided
     * @param by by whose; of several the fastest
     * @param least what the ratio is to reach
     */
    record Bar(String side, List<String> by, double least) {}

    Workload(String name, String title, int callers) {
        this(name, title, callers, new LinkedHashMap<>(), new ArrayList<>(), new LinkedHashMap<>());
    }

    Workload side(String side, Opening opening) {
        sides.put(side, opening);
        return this;
    }

    Workload bar(String side, String by, double least) {
        return bar(side, List.of(by), least);
    }

    Workload bar(String side, List<String> byFastest, double least) {
        bars.add(new Bar(side, byFastest, least));
        return this;
    }
}
