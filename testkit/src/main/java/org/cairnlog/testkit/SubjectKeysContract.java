// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.cairnlog.codec.SubjectForgotten;
import org.cairnlog.codec.SubjectKey;
import org.cairnlog.codec.SubjectKeys;
import org.cairnlog.event.EventData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of subject keys does: one key for each subject, found again, and gone for good once forgotten. */
public abstract class SubjectKeysContract {
    private static final int THREADS = 8;

    private SubjectKeys keys;

    /**
     * Opens a store.
     *
     * @return keys that hold nothing yet
     */
    protected abstract SubjectKeys open();

    /**
     * Opens the store of the last {@link #open} once more, as another process does.
     *
     * @return the same keys; they may be the same object if there can be no other
     */
    protected abstract SubjectKeys again();

    @BeforeEach
    void openKeys() {
        keys = open();
    }

    @Test
    void a_subject_has_one_key() {
        SubjectKey key = keys.of("customer:1");
        assertThat(keys.of("customer:1")).isEqualTo(key);
        assertThat(again().of("customer:1")).isEqualTo(key);
        assertThat(key.secret().getEncoded()).hasSize(32);
    }

    @Test
    void two_subjects_have_two_keys() {
        SubjectKey one = keys.of("customer:1");
        SubjectKey two = keys.of("customer:10");
        assertThat(one.id()).isNotEqualTo(two.id());
        assertThat(one.secret()).isNotEqualTo(two.secret());
    }

    @Test
    void a_key_is_found_by_its_id() {
        SubjectKey key = keys.of("customer:1");
        assertThat(keys.find(key.id())).contains(key);
        assertThat(again().find(key.id())).contains(key);
    }

    @Test
    void an_id_that_was_never_given_is_an_error_and_not_forgotten() {
        keys.of("customer:1");
        assertThatThrownBy(() -> keys.find(new UUID(1, 2)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(new UUID(1, 2).toString());
    }

    @Test
    void a_forgotten_key_is_not_found() {
        SubjectKey key = keys.of("customer:1");
        keys.find(key.id());
        keys.forget("customer:1");
        assertThat(keys.find(key.id())).isEmpty();
        assertThat(again().find(key.id())).isEmpty();
    }

    @Test
    void a_forgotten_subject_gets_no_other_key() {
        keys.of("customer:1");
        keys.forget("customer:1");
        for (SubjectKeys each : List.of(keys, again())) {
            assertThatThrownBy(() -> each.of("customer:1"))
                    .isInstanceOfSatisfying(
                            SubjectForgotten.class,
                            forgotten -> assertThat(forgotten.subject()).isEqualTo("customer:1"));
        }
    }

    @Test
    void a_subject_can_be_forgotten_before_anything_was_written_about_it() {
        keys.forget("customer:1");
        assertThatThrownBy(() -> keys.of("customer:1")).isInstanceOf(SubjectForgotten.class);
    }

    @Test
    void forgetting_again_changes_nothing() {
        SubjectKey key = keys.of("customer:1");
        keys.forget("customer:1");
        keys.forget("customer:1");
        assertThat(keys.find(key.id())).isEmpty();
    }

    @Test
    void others_are_not_forgotten() {
        keys.of("customer:1");
        SubjectKey other = keys.of("customer:10");
        keys.forget("customer:1");
        assertThat(keys.of("customer:10")).isEqualTo(other);
        assertThat(again().find(other.id())).contains(other);
    }

    @Test
    void any_text_can_be_a_subject() {
        Set<SubjectKey> different = new HashSet<>();
        List<String> subjects = List.of("a", "A", " a", "ä", "😀", "'; --", "%", "x".repeat(1024));
        subjects.forEach(subject -> different.add(keys.of(subject)));
        assertThat(different).hasSize(subjects.size());
        assertThatThrownBy(() -> keys.of("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> keys.of("x".repeat(1025))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> keys.forget("a\0")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void who_comes_at_once_gets_the_same_key() throws Exception {
        for (int round = 0; round < 20; round++) {
            String subject = "customer:" + round;
            var got = new ConcurrentLinkedQueue<SubjectKey>();
            atOnce(() -> got.add(keys.of(subject)));
            assertThat(new HashSet<>(got)).as(subject).hasSize(1);
        }
    }

    @Test
    void once_it_is_forgotten_nobody_gets_a_key_that_can_be_found() throws Exception {
        for (int round = 0; round < 20; round++) {
            String subject = "customer:" + round;
            var got = new ConcurrentLinkedQueue<SubjectKey>();
            var first = new CountDownLatch(1);
            atOnce(() -> {
                if (first.getCount() == 0) {
                    return;
                }
                try {
                    got.add(keys.of(subject));
                    keys.forget(subject);
                    first.countDown();
                } catch (SubjectForgotten forgotten) {
                    first.countDown();
                }
            });
            assertThat(got).allSatisfy(key -> assertThat(keys.find(key.id())).isEmpty());
            assertThatThrownBy(() -> keys.of(subject)).isInstanceOf(SubjectForgotten.class);
        }
    }

    @Test
    void the_fact_is_appended_once_the_key_is_gone_and_under_one_id() {
        SubjectKey key = keys.of("customer:1");
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            keys.forget("customer:1", EventData.json("customer-forgotten", "{}"), fact -> {
                assertThat(keys.find(key.id())).isEmpty();
                ids.add(fact.id());
            });
        }
        keys.forget("customer:2", EventData.json("customer-forgotten", "{}"), fact -> ids.add(fact.id()));
        assertThat(ids).hasSize(3);
        assertThat(ids.get(0)).isEqualTo(ids.get(1)).isNotEqualTo(ids.get(2));
    }

    private static void atOnce(Runnable work) throws Exception {
        var gate = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                running.add(threads.submit(() -> {
                    gate.await();
                    work.run();
                    return null;
                }));
            }
            gate.countDown();
            for (Future<?> each : running) {
                each.get();
            }
        }
    }
}
