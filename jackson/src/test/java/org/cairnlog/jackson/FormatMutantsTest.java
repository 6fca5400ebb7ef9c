// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.cairnlog.codec.PayloadFormat;
import org.cairnlog.testkit.PayloadFormatContract;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The contract of formats under test: each mutant does one thing wrong, and fails the test made for that. */
class FormatMutantsTest {
    private static final ThreadLocal<Supplier<PayloadFormat>> UNDER_TEST = new ThreadLocal<>();

    /** The contract, on what the calling thread has put under test. */
    static class Contract extends PayloadFormatContract {
        @Override
        protected PayloadFormat open() {
            return UNDER_TEST.get().get();
        }
    }

    /** JSON that a mutant changes in one place. */
    private static class Changed implements PayloadFormat {
        private final PayloadFormat json = Json.format();

        @Override
        public String contentType() {
            return json.contentType();
        }

        @Override
        public byte[] write(Object value) {
            return json.write(value);
        }

        @Override
        public <T> T read(byte[] payload, Class<T> type) {
            return json.read(payload, type);
        }

        @Override
        public Map<String, Object> fields(byte[] payload) {
            return json.fields(payload);
        }

        @Override
        public Map<String, String> describe(Class<?> type) {
            return json.describe(type);
        }
    }

    private static final Map<String, Supplier<PayloadFormat>> MUTANTS = new LinkedHashMap<>();

    static {
        MUTANTS.put("an_event_comes_back_as_it_was", () -> new Changed() {
            @Override
            public byte[] write(Object value) {
                String text = new String(super.write(value), StandardCharsets.UTF_8);
                return text.replace("ä", "?").getBytes(StandardCharsets.UTF_8);
            }
        });
        MUTANTS.put("the_same_event_has_the_same_bytes", () -> new Changed() {
            private int times;

            @Override
            public byte[] write(Object value) {
                return (new String(super.write(value), StandardCharsets.UTF_8) + " ".repeat(times++ % 7))
                        .getBytes(StandardCharsets.UTF_8);
            }
        });
        MUTANTS.put("fields_come_in_the_order_in_which_they_were_written", () -> new Changed() {
            @Override
            public Map<String, Object> fields(byte[] payload) {
                return new TreeMap<>(super.fields(payload));
            }
        });
        MUTANTS.put("fields_have_all_their_digits_and_nulls", () -> new Changed() {
            @Override
            public Map<String, Object> fields(byte[] payload) {
                Map<String, Object> fields = super.fields(payload);
                fields.replaceAll((name, value) ->
                        value instanceof BigDecimal digits ? new BigDecimal(digits.doubleValue()) : value);
                return fields;
            }
        });
        MUTANTS.put("fields_that_are_written_again_are_the_same_event", () -> new Changed() {
            @Override
            public byte[] write(Object value) {
                if (value instanceof Map<?, ?> map && map.get("id") instanceof String) {
                    Map<Object, Object> cut = new LinkedHashMap<>(map);
                    cut.computeIfPresent("id", (name, id) -> id.toString().strip());
                    return super.write(cut);
                }
                return super.write(value);
            }
        });
        MUTANTS.put("changed_fields_are_another_event", () -> new Changed() {
            @Override
            public byte[] write(Object value) {
                if (value instanceof Map<?, ?> map) {
                    Map<Object, Object> cut = new LinkedHashMap<>(map);
                    cut.values().removeIf(each -> each instanceof Integer);
                    return super.write(cut);
                }
                return super.write(value);
            }
        });
        MUTANTS.put(
                "the_description_names_the_fields_as_they_are_written_and_primitives_as_in_java", () -> new Changed() {
                    @Override
                    public Map<String, String> describe(Class<?> type) {
                        Map<String, String> described = super.describe(type);
                        described.replaceAll(
                                (name, kind) -> kind.equals("long") || kind.equals("int") ? "number" : kind);
                        return described;
                    }
                });
        MUTANTS.put("what_does_not_fit_is_refused_and_not_quoted", () -> new Changed() {
            @Override
            public <T> T read(byte[] payload, Class<T> type) {
                try {
                    return super.read(payload, type);
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException(new String(payload, StandardCharsets.UTF_8), e);
                }
            }
        });
        MUTANTS.put("bytes_of_any_kind_are_refused_in_one_way", () -> new Changed() {
            @Override
            public Map<String, Object> fields(byte[] payload) {
                try {
                    return super.fields(payload);
                } catch (IllegalArgumentException e) {
                    return new LinkedHashMap<>();
                }
            }
        });
        MUTANTS.put("many_threads_may_use_it", () -> new Changed() {
            private volatile byte[] last = new byte[0];

            @Override
            public byte[] write(Object value) {
                last = super.write(value);
                LockSupport.parkNanos(50_000); // long enough for another thread to come between
                return last;
            }
        });
        MUTANTS.put("it_says_what_it_writes", () -> new Changed() {
            @Override
            public String contentType() {
                return "";
            }
        });
    }

    @Test
    void each_mutant_fails_the_test_made_for_it() {
        assertThat(failures(Json::format)).isEmpty();
        MUTANTS.forEach((test, mutant) -> assertThat(failures(mutant)).as(test).contains(test));
    }

    private static Set<String> failures(Supplier<PayloadFormat> format) {
        UNDER_TEST.set(format);
        Set<String> failures = new TreeSet<>();
        var contract = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(Contract.class))
                .build();
        LauncherFactory.create().execute(contract, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest() && result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                    failures.add(((MethodSource) test.getSource().orElseThrow()).getMethodName());
                }
            }
        });
        return failures;
    }
}
