// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.cairnlog.codec.PayloadFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every format of payloads does: events and their fields come back as they were, and nothing is quoted. */
public abstract class PayloadFormatContract {
    /** A line of an order. */
    record Line(String goods, int pieces) {}

    /** An event with a field of each kind. */
    record Ordered(
            String id,
            long cents,
            int pieces,
            boolean gift,
            double weight,
            BigDecimal rate,
            BigInteger serial,
            @Nullable String note,
            List<Line> lines) {}

    /** The same without most of it. */
    record Named(@Nullable String id, long cents) {}

    private static final Ordered ORDERED = new Ordered(
            "secret-ä😀\"\n",
            Long.MAX_VALUE,
            -7,
            true,
            0.1,
            new BigDecimal("12345678901234567890.1234567890"),
            BigInteger.TWO.pow(100),
            null,
            List.of(new Line("tea", 2), new Line("", 0)));

    private PayloadFormat format;

    /**
     * Makes the format.
     *
     * @return the format under test
     */
    protected abstract PayloadFormat open();

    @BeforeEach
    void openFormat() {
        format = open();
    }

    @Test
    void an_event_comes_back_as_it_was() {
        assertThat(format.read(format.write(ORDERED), Ordered.class)).isEqualTo(ORDERED);
    }

    @Test
    void the_same_event_has_the_same_bytes() {
        assertThat(format.write(ORDERED)).isEqualTo(format.write(ORDERED));
    }

    @Test
    void fields_come_in_the_order_in_which_they_were_written() {
        assertThat(format.fields(format.write(ORDERED)).keySet())
                .containsExactly("id", "cents", "pieces", "gift", "weight", "rate", "serial", "note", "lines");
    }

    @Test
    void fields_have_all_their_digits_and_nulls() {
        Map<String, @Nullable Object> fields = format.fields(format.write(ORDERED));
        assertThat(fields)
                .containsEntry("id", ORDERED.id())
                .containsEntry("cents", Long.MAX_VALUE)
                .containsEntry("gift", true)
                .containsEntry("rate", ORDERED.rate())
                .containsEntry("serial", ORDERED.serial())
                .containsEntry("note", null);
        assertThat(String.valueOf(fields.get("pieces"))).isEqualTo("-7");
        assertThat(fields.get("lines"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(2)
                .first()
                .isInstanceOf(Map.class);
    }

    @Test
    void fields_that_are_written_again_are_the_same_event() {
        byte[] again = format.write(format.fields(format.write(ORDERED)));
        assertThat(format.read(again, Ordered.class)).isEqualTo(ORDERED);
    }

    @Test
    void changed_fields_are_another_event() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", null);
        fields.put("cents", 5);
        assertThat(format.read(format.write(fields), Named.class)).isEqualTo(new Named(null, 5));
        fields.put("more", List.of(Map.of("a", new BigDecimal("1.10"), "b", true)));
        assertThat(format.fields(format.write(fields)).get("more"))
                .isEqualTo(List.of(Map.of("a", new BigDecimal("1.10"), "b", true)));
    }

    @Test
    void the_description_names_the_fields_as_they_are_written_and_primitives_as_in_java() {
        Map<String, String> described = format.describe(Ordered.class);
        assertThat(described.keySet())
                .containsExactlyElementsOf(format.fields(format.write(ORDERED)).keySet());
        assertThat(described)
                .containsEntry("cents", "long")
                .containsEntry("pieces", "int")
                .containsEntry("gift", "boolean")
                .containsEntry("weight", "double");
    }

    @Test
    void what_does_not_fit_is_refused_and_not_quoted() {
        byte[] text = format.write(Map.of("id", "a", "cents", "secret"));
        byte[] missing = format.write(Map.of("id", "secret"));
        byte[] none = format.write(new LinkedHashMap<>(Map.of("id", "secret", "cents", List.of("secret"))));
        for (byte[] payload : List.of(text, missing, none)) {
            Throwable refused = catchThrowable(() -> format.read(payload, Named.class));
            assertThat(refused).isInstanceOf(IllegalArgumentException.class);
            for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
                assertThat(cause.toString()).doesNotContain("secret");
            }
        }
    }

    @Test
    void bytes_of_any_kind_are_refused_in_one_way() {
        long seed = new Random().nextLong();
        System.out.println("PayloadFormatContract seed " + seed);
        var random = new Random(seed);
        List<byte[]> garbage = new ArrayList<>(List.of(new byte[0], "secret".getBytes(StandardCharsets.UTF_8)));
        byte[] whole = format.write(ORDERED);
        for (int i = 0; i < 200; i++) {
            byte[] bytes = new byte[1 + random.nextInt(30)];
            random.nextBytes(bytes);
            bytes[0] |= (byte) 0x80; // no text begins so, and two brackets would be an object
            garbage.add(bytes);
            garbage.add(Arrays.copyOf(whole, 1 + random.nextInt(whole.length - 1)));
        }
        for (byte[] bytes : garbage) {
            assertThatThrownBy(() -> format.read(bytes, Ordered.class))
                    .as(Arrays.toString(bytes))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("secret");
            assertThatThrownBy(() -> format.fields(bytes)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void many_threads_may_use_it() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Boolean>> running = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                Named named = new Named("n" + i, i);
                running.add(threads.submit(
                        () -> format.read(format.write(named), Named.class).equals(named)));
            }
            for (Future<Boolean> same : running) {
                assertThat(same.get()).isTrue();
            }
        }
    }

    @Test
    void it_says_what_it_writes() {
        assertThat(format.contentType()).matches("[a-z]+/[a-z0-9.+-]+");
    }
}
