// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class GeneratedHistoryTest {
    private static List<Commit> history(long seed) {
        List<Commit> commits = new ArrayList<>();
        new GeneratedHistory(seed, 900, 4000).forEach(commits::add);
        return commits;
    }

    @Test
    void the_same_seed_gives_the_same_history() {
        assertThat(history(5)).isEqualTo(history(5)).isNotEqualTo(history(6));
    }

    @Test
    void it_has_the_shape_of_real_ones() {
        List<Commit> commits = history(5);
        Map<String, Integer> lengths = new HashMap<>();
        Set<String> types = new TreeSet<>();
        int backwards = 0;
        int largest = 0;
        for (int i = 0; i < commits.size(); i++) {
            largest = Math.max(largest, commits.get(i).changes().size());
            backwards +=
                    i > 0 && commits.get(i).time().isBefore(commits.get(i - 1).time()) ? 1 : 0;
            for (Commit.Change change : commits.get(i).changes()) {
                lengths.merge(change.path(), 1, Integer::sum);
                types.add(change.type());
            }
        }
        List<Integer> sorted =
                lengths.values().stream().sorted(Comparator.reverseOrder()).toList();
        assertThat(types).containsExactly(Commit.ADDED, Commit.DELETED, Commit.MODIFIED, Commit.RENAMED);
        assertThat(backwards).isBetween(10, 100);
        assertThat(largest).isGreaterThan(2000);
        assertThat(sorted.getFirst()).isGreaterThan(10 * sorted.get(sorted.size() / 2));
    }
}
