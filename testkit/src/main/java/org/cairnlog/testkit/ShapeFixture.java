// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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

/**
 * One event as it has been stored, and what it is read as. In the text it has a line of its own, {@code type version
 * payload}, with one indented line behind it for each event that it has become.
 */
record ShapeFixture(String type, int schemaVersion, String payload, List<String> readAs) {
    private static final Pattern LINE = Pattern.compile("(\\S+) ([1-9]\\d*) (.*)");
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
            } else if (matcher.matches()) {
                fixtures.add(new ShapeFixture(
                        matcher.group(1), Integer.parseInt(matcher.group(2)), matcher.group(3), new ArrayList<>()));
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
                        + fixture.readAs().stream()
                                .map(reading -> READ_AS + reading + "\n")
                                .collect(Collectors.joining()))
                .collect(Collectors.joining());
    }

    static <E> List<ShapeFixture> of(TypedCodec<E> codec, List<E> samples) {
        return samples.stream()
                .map(sample -> {
                    EventData data = codec.encode(sample);
                    String payload = text(codec, sample);
                    if (!LINE.matcher(data.type() + " 1 " + payload).matches()) {
                        throw new AssertionError("A sample of \"" + data.type() + "\" does not fit into one line.");
                    }
                    return new ShapeFixture(data.type(), data.schemaVersion(), payload, new ArrayList<>());
                })
                .toList();
    }

    boolean is(String type, int schemaVersion) {
        return this.type.equals(type) && this.schemaVersion == schemaVersion;
    }

    boolean isSameAs(ShapeFixture other) {
        return line().equals(other.line());
    }

    String line() {
        return type + " " + schemaVersion + " " + payload;
    }

    /** The same with what the codec reads it as; as it was if the codec cannot read it. */
    ShapeFixture readBy(TypedCodec<?> codec) {
        try {
            return codec.knows(type) ? new ShapeFixture(type, schemaVersion, payload, readings(codec)) : this;
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
            return written || readings.equals(readAs)
                    ? Optional.empty()
                    : Optional.of("This fixture is read as something else: " + line() + "\n  expected: "
                            + String.join("; ", readAs) + "\n  now:      " + String.join("; ", readings));
        } catch (UndecodableEvent e) {
            return Optional.of("This fixture cannot be read: " + line() + "\n  " + e.step() + " failed: " + e.getCause());
        }
    }

    private <E> List<String> readings(TypedCodec<E> codec) {
        List<String> readings = codec.decode(stored()).stream()
                .map(event -> codec.encode(event).type() + " " + text(codec, event))
                .toList();
        return readings.isEmpty() ? List.of(NOTHING) : readings;
    }

    private RecordedEvent stored() {
        var data = new EventData(
                new UUID(0, 1),
                type,
                schemaVersion,
                null,
                "application/octet-stream",
                payload.getBytes(StandardCharsets.UTF_8),
                Metadata.empty(),
                Set.of(),
                false);
        return new RecordedEvent(1, StreamId.of("fixture", "1"), 1, Instant.EPOCH, data);
    }

    private static String text(TypedCodec<?> codec, Object event) {
        return new String(codec.format().write(event), StandardCharsets.UTF_8);
    }
}
