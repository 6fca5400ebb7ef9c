// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeenUnitsTest {
    @Test
    void each_unit_is_remembered_with_its_line_however_many_there_are() {
        try (var seen = new SeenUnits()) {
            for (int i = 1; i <= 100_000; i++) {
                assertThat(seen.seen("unit " + i, i)).isZero();
            }
            for (int i = 1; i <= 100_000; i += 997) {
                assertThat(seen.seen("unit " + i, 200_000)).isEqualTo(i);
            }
        }
    }
}
