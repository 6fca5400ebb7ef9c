// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.cairnlog.codec.TypedCodec;
import org.cairnlog.codec.UndecodableEvent;
import org.cairnlog.event.EventData;
import org.cairnlog.event.Metadata;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.jspecify.annotations.Nullable;

/**
 * One event as it has been stored, and what it is read as. In the text it has a line of its own, {@code type version
 * payload}, with indented lines behind it: its personal fields if it has any, and each event that it has become.
 *
 * @param personal fields that are stored sealed; here they stand open
 */
record ShapeFixture(String type, int schemaVersion, String payload, List<String> personal, List<String> readAs) {
    private static final Pattern LINE = Pattern.compile("(\\S+) ([1-9]\\d*) (.*)");
    private static final String PERSONAL = "    with the personal fields ";
    private static final String READ_AS = "    is read as ";
    private static final String NOTHING = "nothing";

    static List<ShapeFixture> parse(String text, Path file) {
        List<ShapeFixture> fixtures = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            Matcher matcher = LINE.matcher(line);
            if (line.startsWith(READ_AS) && !fixtures.isEmpty()) {
                fixtures.getLast().readAs().add(line.substring(READ_AS.length()));
            } else if (line.startsWith(PERSONAL) && !fixtures.isEmpty()) {
                fixtures.getLast()
                        .personal()
                        .addAll(List.of(line.substring(PERSONAL.length()).split(", ")));
            } else if (matcher.matches()) {
                int version = Integer.parseInt(matcher.group(2));
                fixtures.add(new ShapeFixture(
                        matcher.group(1), version, matcher.group(3), new ArrayList<>(), new ArrayList<>()));
            } else {
                throw new AssertionError(file + ", line " + number + " is neither \"type version payload\" nor \""
                        + READ_AS + "...\": " + line);
            }
        }
        return fixtures;
    }

    static String print(List<ShapeFixture> fixtures) {
        return fixtures.stream()
                .map(fixture -> fixture.line() + "\n"
                        + (fixture.personal().isEmpty() ? "" : PERSONAL + String.join(", ", fixture.personal()) + "\n")
                        + fixture.readAs().stream()
                                .map(reading -> READ_AS + reading + "\n")
                                .collect(Collectors.joining()))
                .collect(Collectors.joining());
    }

    static <E> List<ShapeFixture> of(TypedCodec<E> codec, List<E> samples) {
        return samples.stream()
                .map(sample -> {
                    String type = codec.typeOf(sample);
                    String payload = text(codec, sample);
                    if (!LINE.matcher(type + " 1 " + payload).matches()) {
                        throw new AssertionError("A sample of \"" + type + "\" does not fit into one line.");
                    }
                    int version = Objects.requireNonNull(codec.schemaVersions().get(type));
                    return new ShapeFixture(type, version, payload, codec.personalFields(type), new ArrayList<>());
                })
                .toList();
    }

    boolean is(String type, int schemaVersion) {
        return this.type.equals(type) && this.schemaVersion == schemaVersion;
    }

    boolean isSameAs(ShapeFixture other) {
        return line().equals(other.line()) && personal.equals(other.personal);
    }

    String line() {
        return type + " " + schemaVersion + " " + payload;
    }

    /** The same with what the codec reads it as; as it was if the codec cannot read it. */
    ShapeFixture readBy(TypedCodec<?> codec) {
        try {
            return codec.knows(type) ? new ShapeFixture(type, schemaVersion, payload, personal, readings(codec)) : this;
        } catch (UndecodableEvent e) {
            return this;
        }
    }

    /** What is wrong with how the codec reads it. */
    Optional<String> problem(TypedCodec<?> codec, boolean written) {
        if (!codec.knows(type)) {
            return Optional.of("The type of this fixture is not registered any more: " + line()
                    + "\n  Say what has become of it, by retiring it.");
        }
        try {
            List<String> readings = readings(codec);
            Optional<String> forgetting = forgottenProblem(codec);
            return forgetting.isPresent()
                    ? forgetting
                    : written || readings.equals(readAs)
                            ? Optional.empty()
                            : Optional.of("This fixture is read as something else: " + line() + "\n  expected: "
                                    + String.join("; ", readAs) + "\n  now:      " + String.join("; ", readings));
        } catch (UndecodableEvent e) {
            return Optional.of(
                    "This fixture cannot be read: " + line() + "\n  " + e.step() + " failed: " + e.getCause());
        }
    }

    private Optional<String> forgottenProblem(TypedCodec<?> codec) {
        try {
            codec.decode(stored(forgotten(codec)));
            return Optional.empty();
        } catch (UndecodableEvent e) {
            return Optional.of("This fixture cannot be read once its subjects have been forgotten: " + line() + "\n  "
                    + e.step() + " failed: " + e.getCause());
        }
    }

    private <E> List<String> readings(TypedCodec<E> codec) {
        List<String> readings = codec.decode(stored(payload.getBytes(StandardCharsets.UTF_8))).stream()
                .map(event -> codec.typeOf(event) + " " + text(codec, event))
                .toList();
        return readings.isEmpty() ? List.of(NOTHING) : readings;
    }

    /** The payload as it is when everybody that it is about has been forgotten. */
    private byte[] forgotten(TypedCodec<?> codec) {
        byte[] plain = payload.getBytes(StandardCharsets.UTF_8);
        if (personal.isEmpty()) {
            return plain;
        }
        Map<String, @Nullable Object> fields = codec.format().fields(plain);
        personal.forEach(field -> fields.put(field, Map.of("$sealed", "")));
        return codec.format().write(fields);
    }

    private RecordedEvent stored(byte[] payload) {
        var data = new EventData(
                new UUID(0, 1),
                type,
                schemaVersion,
                null,
                "application/octet-stream",
                payload,
                Metadata.empty(),
                Set.of(),
                false);
        return new RecordedEvent(1, StreamId.of("fixture", "1"), 1, Instant.EPOCH, data);
    }

    private static String text(TypedCodec<?> codec, Object event) {
        return new String(codec.format().write(event), StandardCharsets.UTF_8);
    }
}
