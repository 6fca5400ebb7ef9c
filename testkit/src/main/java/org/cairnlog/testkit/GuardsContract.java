// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.exactly;
import static org.cairnlog.log.ExpectedVersion.exists;
import static org.cairnlog.log.ExpectedVersion.noStream;

import java.util.List;
import java.util.Map;
import org.cairnlog.log.Append;
import org.cairnlog.log.VersionConflict;
import org.cairnlog.log.VersionConflict.Mismatch;
import org.junit.jupiter.api.Test;

/** Guards: beliefs about streams that an append does not write to, and conflicts about several streams. */
public abstract class GuardsContract extends AtomicLogContract {
    @Test
    void an_append_goes_through_if_its_guards_are_true() {
        given(A, "E");
        given(B, "E", "E");
        Append append = Append.to(C, any(), event("F"))
                .guard(A, exists())
                .guard(B, exactly(2))
                .guard(stream("unknown"), noStream());
        assertThat(log().append(append).versions()).isEqualTo(Map.of(C, 1L));
    }

    @Test
    void an_append_is_refused_if_a_guard_is_wrong() {
        given(A, "E", "E");
        Append append = Append.to(C, any(), event("F")).guard(A, exactly(1));
        assertThat(conflict(append)).containsExactly(new Mismatch(A, exactly(1), 2));
    }

    @Test
    void a_guard_on_an_unknown_stream_finds_version_0() {
        Append append = Append.to(C, any(), event("F")).guard(A, exactly(1));
        assertThat(conflict(append)).containsExactly(new Mismatch(A, exactly(1), 0));
    }

    @Test
    void a_guard_that_no_stream_is_there_is_wrong_about_an_existing_one() {
        given(A, "E");
        Append append = Append.to(C, any(), event("F")).guard(A, noStream());
        assertThat(conflict(append)).containsExactly(new Mismatch(A, noStream(), 1));
    }

    @Test
    void a_guard_makes_no_stream() {
        log().append(Append.to(C, any(), event("F")).guard(A, noStream()).guard(B, any()));
        assertThat(log().stream(A)).isEmpty();
        assertThat(log().stream(B)).isEmpty();
        assertThat(log().streams().toList()).hasSize(1);
    }

    @Test
    void a_conflict_names_every_wrong_belief_in_their_order_and_no_other() {
        given(A, "E");
        given(B, "E", "E");
        given(C, "E");
        Append append = Append.to(B, noStream(), event("F"))
                .guard(C, exactly(1))
                .guard(stream("unknown"), exactly(1))
                .guard(stream("absent"), noStream())
                .and(A, noStream(), event("F"));
        assertThat(conflict(append))
                .containsExactly(
                        new Mismatch(B, noStream(), 2),
                        new Mismatch(stream("unknown"), exactly(1), 0),
                        new Mismatch(A, noStream(), 1));
    }

    private List<Mismatch> conflict(Append append) {
        return refusedWithoutTrace(VersionConflict.class, () -> log().append(append))
                .mismatches();
    }
}
