// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.jackson;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventIds;
import org.cairnlog.event.Metadata;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudEventsTest {
    private static final String HEAD =
            "{\"specversion\":\"1.0\",\"id\":\"7\",\"source\":\"/git/x\",\"type\":\"FileAdded\",\"subject\":\"a b\"";

    @Test
    void attributes_become_stream_id_time_and_metadata() {
        var event = read(HEAD + ",\"time\":\"2010-01-19T20:39:18+01:00\",\"commit\":\"c1\",\"size\":-3,\"merge\":true,"
                + "\"dataschema\":\"urn:x\",\"none\":null,\"data\": {\"a\" : [1.0, \"}\"]} }");
        assertThat(event.stream()).isEqualTo(StreamId.of("/git/x", "a b"));
        EventData data = event.event();
        assertThat(data.id()).isEqualTo(EventIds.named("/git/x", "7"));
        assertThat(data.type()).isEqualTo("FileAdded");
        assertThat(data.occurredAt()).isEqualTo(Instant.parse("2010-01-19T19:39:18Z"));
        assertThat(data.contentType()).isEqualTo("application/json");
        assertThat(data.payloadText()).isEqualTo("{\"a\" : [1.0, \"}\"]}");
        assertThat(data.metadata())
                .isEqualTo(Metadata.of("commit", "c1")
                        .with("size", -3)
                        .with("merge", true)
                        .withReserved("$source", "/git/x")
                        .withReserved("$id", "7")
                        .withReserved("$dataschema", "urn:x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[ 1 , 2 ]",
                "\"x\\u00e9y \\\"\"",
                "1.50e3",
                "-0",
                "true",
                "null",
                "\"\"",
                "{\"a\":{\"b\":[]}}",
                "\"é€😀\"",
                "0",
                "[[[]]]"
            })
    void json_data_is_kept_byte_for_byte_wherever_it_stands(String json) {
        assertThat(read(HEAD + ",\"data\":" + json + "}").event().payloadText()).isEqualTo(json);
        assertThat(read(HEAD + ",\"data\" :\t" + json + "\t,\"z\":1}").event().payloadText())
                .isEqualTo(json);
        assertThat(read("{\"data\":" + json + " ," + HEAD.substring(1) + "}")
                        .event()
                        .payloadText())
                .isEqualTo(json);
    }

    @Test
    void text_of_another_content_type_is_the_payload_itself() {
        String xml = ",\"datacontenttype\":\"text/xml\",\"data\":\"<a b=\\\"c\\\"/>\\n\"}";
        assertThat(read(HEAD + xml).event().payloadText()).isEqualTo("<a b=\"c\"/>\n");
        assertThat(read(HEAD + xml).event().contentType()).isEqualTo("text/xml");
    }

    @Test
    void base_64_data_is_decoded_and_no_data_is_an_empty_payload() {
        assertThat(read(HEAD + ",\"data_base64\":\"AAEC/w==\"}").event().payload())
                .containsExactly(0, 1, 2, -1);
        assertThat(read(HEAD + "}").event().payload()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[1] | expected a JSON object, found an array",
                "`` | expected a JSON object, found nothing",
                "12 | expected a JSON object, found the number 12",
                "{} | attribute \"specversion\": expected text, found nothing",
                "{\"specversion\":\"0.3\"} | attribute \"specversion\": expected \"1.0\", found \"0.3\"",
                "{\"specversion\":1} | attribute \"specversion\": expected text, found 1",
                "{\"specversion\":\"1.0\",\"id\":\"\"} | attribute \"id\": expected a text that is not empty, found an"
                        + " empty one",
                "HEAD,\"subject\":\"b\"} | attribute \"subject\": expected it once, found it twice",
                "HEAD,\"time\":\"yesterday\"} | attribute \"time\": expected a time like 2026-01-31T12:00:00Z, found"
                        + " \"yesterday\"",
                "HEAD,\"time\":12} | attribute \"time\": expected text, found 12",
                "HEAD,\"x\":{}} | attribute \"x\": expected text, a whole number or a boolean, found an object",
                "HEAD,\"x\":1.5} | attribute \"x\": expected text, a whole number or a boolean, found the number 1.5",
                "HEAD,\"x\":99999999999999999999} | attribute \"x\": expected a whole number of 64 bits, found"
                        + " 99999999999999999999",
                "HEAD,\"data_base64\":\"%%%%\"} | attribute \"data_base64\": expected text in base 64, found something"
                        + " else: Illegal base64 character 25",
                "HEAD,\"data_base64\":7} | attribute \"data_base64\": expected text in base 64, found the number 7",
                "HEAD,\"data\":1,\"data_base64\":\"\"} | attributes \"data\" and \"data_base64\": expected one of them,"
                        + " found both",
                "HEAD} {} | expected one JSON object, found more after it",
                "HEAD,\"cairnid\":\"7\"} | attribute \"cairnid\": expected a UUID in lower case, found \"7\"",
                "HEAD,\"cairnschema\":0} | attribute \"cairnschema\": expected a whole number from 1, found 0",
                "HEAD,\"cairnbaseline\":\"yes\"} | attribute \"cairnbaseline\": expected true or false, found yes",
                "HEAD,\"cairnmeta\":\"a=i:x\\n\"} | attribute \"cairnmeta\": expected metadata as Cairn writes it,"
                        + " found something else: Text 'x' could not be parsed at index 0",
                "HEAD,\"$x\":\"1\"} | the event breaks a limit: The metadata key \"$x\" begins with $, which is kept"
                        + " for Cairn itself.",
            })
    void what_is_wrong_is_said_in_one_line(String line, String message) {
        assertThatThrownBy(() -> read(line.replace("HEAD", HEAD)))
                .isInstanceOf(InvalidCloudEvent.class)
                .hasMessage(message);
    }

    @Test
    void malformed_json_names_the_column() {
        assertThatThrownBy(() -> read("{\"a\" 1}"))
                .isInstanceOf(InvalidCloudEvent.class)
                .hasMessageStartingWith("expected a JSON object, found malformed JSON at column ")
                .message()
                .doesNotContain("\n");
        assertThatThrownBy(() -> read("{\"a\":1"))
                .isInstanceOf(InvalidCloudEvent.class)
                .message()
                .endsWith("expected close marker for Object");
        assertThatThrownBy(() -> CloudEvents.read(new byte[] {'{', '"', (byte) 0xff, '"', '}'}))
                .hasMessage("expected JSON in UTF-8, found bytes that are not UTF-8");
        assertThatThrownBy(() -> read(HEAD + ",\"data\":" + "[".repeat(2000) + "]".repeat(2000) + "}"))
                .isInstanceOf(InvalidCloudEvent.class);
    }

    @Test
    void a_missing_required_attribute_is_named() {
        for (String name : List.of("id", "source", "type", "subject")) {
            assertThatThrownBy(() -> read((HEAD + "}").replace("\"" + name + "\":", "\"x" + name + "\":")))
                    .isInstanceOf(InvalidCloudEvent.class)
                    .hasMessage("attribute \"" + name + "\": expected text, found nothing");
        }
    }

    @Test
    void an_imported_event_is_written_as_it_was_read() {
        String line = "{\"specversion\":\"1.0\",\"id\":\"c1-0\",\"source\":\"/git/x\",\"type\":\"FileAdded\","
                + "\"subject\":\"f\",\"time\":\"2010-01-19T19:39:18Z\",\"commit\":\"c1\",\"data\":{ \"path\":\"p\" }}";
        assertThat(text(line)).isEqualTo(line);
    }

    @Test
    void every_event_survives_writing_and_reading_and_is_written_the_same_again() {
        var random = new Random(11);
        for (int i = 0; i < 5000; i++) {
            EventData data = any(random);
            RecordedEvent event = recorded(StreamId.of(text(random, "cat"), text(random, "id")), data);
            byte[] line = CloudEvents.write(event);
            assertThat(new String(line, UTF_8)).doesNotContain("\n").doesNotContain("\r");
            CloudEvents.Incoming read = CloudEvents.read(line);
            assertThat(read.stream()).isEqualTo(event.stream());
            assertThat(read.event()).as(new String(line, UTF_8)).isEqualTo(data);
            assertThat(CloudEvents.write(recorded(read.stream(), read.event()))).isEqualTo(line);
        }
    }

    private static EventData any(Random random) {
        Metadata metadata = Metadata.empty();
        List<String> keys = List.of("a", "traceid", "Trace", "id", "cairnx", "x=y", "data", "7", "é");
        for (int i = random.nextInt(4); i > 0; i--) {
            String key = keys.get(random.nextInt(keys.size()));
            metadata = switch (random.nextInt(5)) {
                case 0 -> metadata.with(key, random.nextLong());
                case 1 -> metadata.with(key, new BigDecimal("1.50").scaleByPowerOfTen(random.nextInt(9) - 4));
                case 2 -> metadata.with(key, random.nextBoolean());
                case 3 -> metadata.with(key, Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)));
                default -> metadata.with(key, text(random, ""));
            };
        }
        if (random.nextInt(4) == 0) {
            metadata = metadata.withReserved("$source", "elsewhere").withReserved("$dataschema", "urn:s");
        }
        List<String> payloads = List.of(
                "",
                "{}",
                " {}",
                "{}\n",
                "{\"a\":\n1}",
                "[1,2",
                "\"x\"",
                "null",
                "\u00e9",
                "{\"é\":\"😀\"}",
                "\ufeff{}",
                "1 2");
        List<String> types = List.of("application/json", "text/plain", "application/vnd.x+json; charset=utf-8");
        List<String> tags = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            tags.add(text(random, "t:%20 "));
        }
        byte[] payload = random.nextInt(9) == 0
                ? new byte[] {'"', (byte) 0xc3, '"'}
                : payloads.get(random.nextInt(payloads.size())).getBytes(UTF_8);
        return new EventData(
                new UUID(random.nextLong(), random.nextLong()),
                text(random, "type"),
                1 + random.nextInt(3),
                random.nextInt(3) == 0 ? null : Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)),
                types.get(random.nextInt(types.size())),
                payload,
                metadata,
                Set.copyOf(tags),
                random.nextBoolean());
    }

    private static String text(Random random, String start) {
        String alphabet = "ab \\\"\n%2=/é€\t\u2028";
        var text = new StringBuilder(start);
        for (int i = random.nextInt(8); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text + (random.nextInt(9) == 0 ? "😀" : "");
    }

    private static String text(String line) {
        CloudEvents.Incoming read = read(line);
        return new String(CloudEvents.write(recorded(read.stream(), read.event())), UTF_8);
    }

    private static RecordedEvent recorded(StreamId stream, EventData data) {
        return new RecordedEvent(1, stream, 1, Instant.EPOCH, data);
    }

    private static CloudEvents.Incoming read(String line) {
        return CloudEvents.read(line.getBytes(UTF_8));
    }
}
