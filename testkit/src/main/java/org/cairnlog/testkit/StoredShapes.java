// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.cairnlog.codec.TypedCodec;

/**
 * The check that whatever a release has stored can be read by the next one. It keeps two texts in a folder that is
 * committed with the sources: {@code events.txt}, what events look like today, and {@code fixtures.txt}, one event in
 * each shape that there has ever been, with what it is read as.
 *
 * <p>The build fails if a stored shape cannot be read, or is read as something else than the text says, or if the
 * events have changed and the texts have not. Run the test with {@code -Dcairn.shapes.write=true} to bring the texts
 * up to date, and look at what has changed in them before committing it. Writing adds shapes and never takes one
 * away.
 */
public final class StoredShapes {
    /** The system property that has the texts written. */
    public static final String WRITE = "cairn.shapes.write";

    private final Path folder;
    private final boolean write;

    private StoredShapes(Path folder, boolean write) {
        this.folder = folder;
        this.write = write;
    }

    /**
     * The texts in a folder.
     *
     * @param folder committed with the sources, for example {@code src/test/shapes}
     * @return the check; nothing has been read yet
     */
    public static StoredShapes in(Path folder) {
        return new StoredShapes(folder, Boolean.getBoolean(WRITE));
    }

    /**
     * The same folder, with the texts to be brought up to date whatever the system property says.
     *
     * @return writes, and then checks
     */
    public StoredShapes writing() {
        return new StoredShapes(folder, true);
    }

    /**
     * Checks that the codec reads every shape in the folder, and that the folder knows every shape that it writes.
     *
     * @param codec the codec of the application as it is now
     * @param samples one event of each type at least, with every field set
     * @throws AssertionError if something does not fit; it names all that does not
     * @param <E> the root of the application's events
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // they are read only
    public final <E> void check(TypedCodec<E> codec, E... samples) {
        Path events = folder.resolve("events.txt");
        Path file = folder.resolve("fixtures.txt");
        List<ShapeFixture> fixtures = ShapeFixture.parse(text(file), file);
        List<ShapeFixture> todays =
                ShapeFixture.of(codec, Arrays.stream(samples).toList());
        if (write) {
            todays.stream()
                    .filter(today -> fixtures.stream().noneMatch(today::isSameAs))
                    .forEach(fixtures::add);
            write(events, codec.describe());
            write(
                    file,
                    ShapeFixture.print(fixtures.stream()
                            .map(fixture -> fixture.readBy(codec))
                            .toList()));
        }
        List<String> problems = new ArrayList<>();
        for (ShapeFixture fixture : fixtures) {
            fixture.problem(codec, write).ifPresent(problems::add);
        }
        for (ShapeFixture today : todays) {
            if (fixtures.stream().noneMatch(today::isSameAs)) {
                problems.add("No fixture has the shape that is written today: " + today.line()
                        + "\n  If a release has written another shape under this schema version, give the type a step"
                        + " to a new one.");
            }
        }
        problems.addAll(missing(codec.schemaVersions(), fixtures, todays));
        if (!write && !text(events).equals(codec.describe())) {
            problems.add(events + " does not say what events look like today:\n"
                    + codec.describe().indent(2));
        }
        if (!problems.isEmpty()) {
            throw new AssertionError(String.join("\n", problems) + "\nWhat is as it should be is written to " + folder
                    + " by -D" + WRITE + "=true.");
        }
    }

    private static List<String> missing(
            Map<String, Integer> versions, List<ShapeFixture> fixtures, List<ShapeFixture> todays) {
        var missing = new TreeSet<String>();
        versions.forEach((type, today) -> {
            if (today == 0
                    && fixtures.stream().noneMatch(fixture -> fixture.type().equals(type))) {
                missing.add("There is no fixture of the retired type \"" + type + "\".");
            }
            if (today > 0 && todays.stream().noneMatch(sample -> sample.type().equals(type))) {
                missing.add("There is no sample of \"" + type + "\": hand one over.");
            }
            IntStream.range(1, today)
                    .filter(version -> fixtures.stream().noneMatch(fixture -> fixture.is(type, version)))
                    .forEach(version -> missing.add("There is no fixture of \"" + type + "\" in schema version "
                            + version + ", which may have been stored."));
        });
        return List.copyOf(missing);
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
