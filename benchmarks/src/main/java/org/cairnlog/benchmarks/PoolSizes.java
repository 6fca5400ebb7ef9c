// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tries which size of a pool serves so many callers best, so that a floor is as high as it can be. */
final class PoolSizes {
    private static final List<Integer> SIZES = List.of(8, 16, 32, 64, 128);

    private PoolSizes() {}

    /** Opens a side on a pool of so many connections. */
    interface Opening {
        Side open(int connections) throws Exception;
    }

    /** A side on the best pool; its note says which one that is. */
    static Side best(Site site, int callers, Opening opening) throws Exception {
        // With more connections than callers, the rest would be idle.
        List<Integer> sizes = new ArrayList<>(SIZES.stream()
                .filter(size -> size.equals(SIZES.getFirst()) || size <= callers)
                .toList());
        if (sizes.size() == 1) {
            return new Chosen(opening.open(sizes.getFirst()), "");
        }
        Map<Integer, Double> rates = new LinkedHashMap<>();
        rate(opening, sizes.getFirst(), callers, site.trial());
        // Up and down again, so that what is tried late has no advantage.
        for (List<Integer> order : List.of(List.copyOf(sizes), sizes.reversed())) {
            for (int size : order) {
                rates.merge(size, rate(opening, size, callers, site.trial()), Double::sum);
            }
        }
        int best = rates.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
        return new Chosen(opening.open(best), "a pool of " + best + " connections, the fastest of " + sizes);
    }

    private static double rate(Opening opening, int size, int callers, Duration time) throws Exception {
        try (Side side = opening.open(size)) {
            return Callers.run(side, side.callers(callers), time).perSecond();
        }
    }

    private record Chosen(Side side, String note) implements Side {
        @Override
        public void beginRound() throws Exception {
            side.beginRound();
        }

        @Override
        public void once(int caller) throws Exception {
            side.once(caller);
        }

        @Override
        public int units() {
            return side.units();
        }

        @Override
        public int callers(int ofWorkload) {
            return side.callers(ofWorkload);
        }

        @Override
        public void check() throws Exception {
            side.check();
        }

        @Override
        public void close() throws Exception {
            side.close();
        }
    }
}
