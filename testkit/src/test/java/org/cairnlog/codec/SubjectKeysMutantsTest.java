// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.cairnlog.event.EventData;
import org.cairnlog.testkit.Failures;
import org.cairnlog.testkit.SubjectKeysContract;
import org.junit.jupiter.api.Test;

/** The contract of subject keys under test: each mutant does one thing wrong, and fails the test made for that. */
class SubjectKeysMutantsTest {
    private static final ThreadLocal<Supplier<SubjectKeys>> UNDER_TEST = new ThreadLocal<>();

    /** The contract, on what the calling thread has put under test. */
    static class Contract extends SubjectKeysContract {
        private SubjectKeys keys;

        @Override
        protected SubjectKeys open() {
            keys = UNDER_TEST.get().get();
            return keys;
        }

        @Override
        protected SubjectKeys again() {
            return keys;
        }
    }

    /** Keys in memory that a mutant changes in one place. */
    private static class Changed implements SubjectKeys {
        final SubjectKeys keys = SubjectKeys.inMemory();

        @Override
        public SubjectKey of(String subject) {
            return keys.of(subject);
        }

        @Override
        public Optional<SubjectKey> find(UUID id) {
            return keys.find(id);
        }

        @Override
        public void forget(String subject) {
            keys.forget(subject);
        }
    }

    private static final Map<String, Supplier<SubjectKeys>> MUTANTS = new LinkedHashMap<>();

    static {
        MUTANTS.put("a_subject_has_one_key", () -> new Changed() {
            @Override
            public SubjectKey of(String subject) {
                super.of(subject);
                return super.of(subject + " " + SubjectKey.create().id()); // another each time
            }
        });
        MUTANTS.put("two_subjects_have_two_keys", () -> new Changed() {
            @Override
            public SubjectKey of(String subject) {
                return super.of(subject.startsWith("customer:1") ? "customer:1" : subject);
            }
        });
        MUTANTS.put("a_key_is_found_by_its_id", () -> new Changed() {
            @Override
            public Optional<SubjectKey> find(UUID id) {
                return super.find(id).map(key -> SubjectKey.of(id, new byte[32]));
            }
        });
        MUTANTS.put("an_id_that_was_never_given_is_an_error_and_not_forgotten", () -> new Changed() {
            @Override
            public Optional<SubjectKey> find(UUID id) {
                try {
                    return super.find(id);
                } catch (IllegalStateException e) {
                    return Optional.empty();
                }
            }
        });
        MUTANTS.put("a_forgotten_key_is_not_found", () -> new Changed() {
            private final Map<UUID, Optional<SubjectKey>> remembered = new ConcurrentHashMap<>();

            @Override
            public Optional<SubjectKey> find(UUID id) {
                return remembered.computeIfAbsent(id, super::find);
            }
        });
        MUTANTS.put("a_forgotten_subject_gets_no_other_key", () -> new Changed() {
            private final Map<String, Integer> times = new HashMap<>();

            @Override
            public synchronized SubjectKey of(String subject) {
                Integer forgotten = times.get(subject);
                return super.of(forgotten == null ? subject : subject + "'" + forgotten);
            }

            @Override
            public synchronized void forget(String subject) {
                super.forget(subject);
                times.merge(subject, 1, Integer::sum);
            }
        });
        MUTANTS.put("a_subject_can_be_forgotten_before_anything_was_written_about_it", () -> new Changed() {
            private final Set<String> known = ConcurrentHashMap.newKeySet();

            @Override
            public SubjectKey of(String subject) {
                known.add(subject);
                return super.of(subject);
            }

            @Override
            public void forget(String subject) {
                if (known.contains(subject) || subject.contains("\0")) {
                    super.forget(subject);
                }
            }
        });
        MUTANTS.put("forgetting_again_changes_nothing", () -> new Changed() {
            private final Set<String> forgotten = ConcurrentHashMap.newKeySet();

            @Override
            public void forget(String subject) {
                if (!forgotten.add(subject)) {
                    throw new SubjectForgotten(subject);
                }
                super.forget(subject);
            }
        });
        MUTANTS.put("others_are_not_forgotten", () -> new Changed() {
            @Override
            public void forget(String subject) {
                super.forget(subject);
                super.forget(subject + "0");
            }
        });
        MUTANTS.put("any_text_can_be_a_subject", () -> new Changed() {
            @Override
            public SubjectKey of(String subject) {
                return super.of(subject.strip());
            }
        });
        MUTANTS.put("who_comes_at_once_gets_the_same_key", () -> new Changed() {
            private final Map<String, SubjectKey> made = new ConcurrentHashMap<>();

            @Override
            public SubjectKey of(String subject) {
                SubjectKey known = made.get(subject);
                if (known == null) {
                    known = super.of(subject.startsWith("customer:") ? subject + Thread.currentThread() : subject);
                    Thread.yield();
                    made.put(subject, known);
                }
                return known;
            }
        });
        MUTANTS.put("once_it_is_forgotten_nobody_gets_a_key_that_can_be_found", () -> new Changed() {
            private final Map<UUID, SubjectKey> given = new ConcurrentHashMap<>();

            @Override
            public SubjectKey of(String subject) {
                SubjectKey key = super.of(subject);
                given.put(key.id(), key);
                return key;
            }

            @Override
            public Optional<SubjectKey> find(UUID id) {
                return super.find(id).or(() -> Optional.ofNullable(given.get(id)));
            }
        });
        MUTANTS.put("the_fact_is_appended_once_the_key_is_gone_and_under_one_id", () -> new Changed() {
            @Override
            public void forget(String subject, EventData fact, Consumer<EventData> append) {
                append.accept(fact);
                forget(subject);
            }
        });
    }

    @Test
    void each_mutant_fails_the_test_made_for_it() {
        assertThat(failures(SubjectKeys::inMemory)).isEmpty();
        MUTANTS.forEach((test, mutant) -> assertThat(failures(mutant)).as(test).contains(test));
    }

    private static Set<String> failures(Supplier<SubjectKeys> keys) {
        UNDER_TEST.set(keys);
        return Failures.of(Contract.class).keySet();
    }
}
