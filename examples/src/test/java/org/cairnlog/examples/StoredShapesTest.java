// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.cairnlog.codec.EventType;
import org.cairnlog.codec.EventTypes;
import org.cairnlog.codec.SubjectKeys;
import org.cairnlog.codec.TypedCodec;
import org.cairnlog.jackson.Json;
import org.cairnlog.testkit.StoredShapes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the check of stored shapes lets through, and what it stops. */
class StoredShapesTest {
    record First(String name, long cents) {}

    record Second(String holder, long cents) {}

    @TempDir
    Path folder;

    private StoredShapes shapes;

    @BeforeEach
    void a_release_has_stored_the_first_shape() {
        shapes = StoredShapes.in(folder);
        shapes.writing().check(codec(First.class, type -> type.tag("name", First::name)), new First("ada", 5));
    }

    @Test
    void the_texts_are_there_to_be_reviewed() throws IOException {
        assertThat(folder.resolve("events.txt")).hasContent("""
                opened 1
                    name: String
                    cents: long
                    tag name:
                """);
        assertThat(folder.resolve("fixtures.txt")).hasContent("""
                opened 1 {"name":"ada","cents":5}
                    is read as opened {"name":"ada","cents":5}
                """);
    }

    @Test
    void nothing_has_changed() {
        shapes.check(codec(First.class, type -> type.tag("name", First::name)), new First("ada", 5));
    }

    @Test
    void a_change_without_a_step_fails_also_when_writing() {
        TypedCodec<Second> changed = codec(Second.class, type -> type);
        assertThatThrownBy(() -> shapes.check(changed, new Second("ada", 5)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("cannot be read: opened 1 {\"name\":\"ada\",\"cents\":5}")
                .hasMessageContaining("the class has no field \"name\"")
                .hasMessageContaining("No fixture has the shape that is written today: opened 1 {\"holder\"")
                .hasMessageContaining("events.txt does not say what events look like today:\n  opened 1");
        assertThatThrownBy(() -> shapes.writing().check(changed, new Second("ada", 5)))
                .hasMessageContaining("cannot be read: opened 1 {\"name\":\"ada\",\"cents\":5}");
    }

    @Test
    void a_change_with_a_step_passes_once_it_is_written() throws IOException {
        TypedCodec<Second> changed = codec(Second.class, type -> type.upcast(1, old -> old.renamed("name", "holder")));
        assertThatThrownBy(() -> shapes.check(changed, new Second("ada", 5)))
                .hasMessageContaining("is read as something else")
                .hasMessageContaining("No fixture has the shape that is written today: opened 2 {\"holder\"");
        shapes.writing().check(changed, new Second("ada", 5));
        shapes.check(changed, new Second("ada", 5));
        assertThat(folder.resolve("fixtures.txt")).hasContent("""
                opened 1 {"name":"ada","cents":5}
                    is read as opened {"holder":"ada","cents":5}
                opened 2 {"holder":"ada","cents":5}
                    is read as opened {"holder":"ada","cents":5}
                """);
    }

    @Test
    void a_step_that_gives_another_content_is_told() {
        TypedCodec<First> changed = codec(First.class, type -> type.upcast(1, old -> old.with("cents", 500)));
        assertThatThrownBy(() -> shapes.check(changed, new First("ada", 5)))
                .hasMessageContaining("expected: opened {\"name\":\"ada\",\"cents\":5}")
                .hasMessageContaining("now:      opened {\"name\":\"ada\",\"cents\":500}");
    }

    @Test
    void a_fixture_that_has_been_taken_away_is_missed() throws IOException {
        TypedCodec<Second> changed = codec(Second.class, type -> type.upcast(1, old -> old.renamed("name", "holder")));
        Files.writeString(folder.resolve("fixtures.txt"), "");
        assertThatThrownBy(() -> shapes.writing().check(changed, new Second("ada", 5)))
                .hasMessageContaining("no fixture of \"opened\" in schema version 1");
    }

    @Test
    void a_type_that_is_gone_or_has_no_sample_is_told() {
        TypedCodec<Second> other = Json.codec(EventTypes.of(Second.class).add("begun", Second.class));
        assertThatThrownBy(() -> shapes.writing().check(other))
                .hasMessageContaining("is not registered any more: opened 1")
                .hasMessageContaining("no sample of \"begun\"");
        TypedCodec<Second> retired = Json.codec(EventTypes.of(Second.class)
                .add("begun", Second.class)
                .retire("opened")
                .retire("noted"));
        assertThatThrownBy(() -> shapes.writing().check(retired, new Second("ada", 5)))
                .hasMessageContaining("no fixture of the retired type \"noted\"")
                .hasMessageNotContaining("\"opened\"");
        assertThat(folder.resolve("fixtures.txt")).content().contains("    is read as nothing\n");
    }

    record Person(String id, String name) {}

    record Split(String id, String first, String last) {
        Split {
            Objects.requireNonNull(first, "first");
        }
    }

    @Test
    void every_shape_is_read_with_its_subjects_forgotten_too() {
        Path people = folder.resolve("people");
        StoredShapes.in(people)
                .writing()
                .check(
                        person(Person.class, type -> type.personal(Person::id, "name")),
                        new Person("1", "Ada Lovelace"));
        assertThat(people.resolve("fixtures.txt")).hasContent("""
                registered 1 {"id":"1","name":"Ada Lovelace"}
                    with the personal fields name
                    is read as registered {"id":"1","name":"Ada Lovelace"}
                """);

        UnaryOperator<EventType<Split>> careless = type -> type.personal(Split::id, "first", "last")
                .upcast(
                        1,
                        old -> old.with("first", old.text("name").split(" ")[0])
                                .with("last", old.text("name").split(" ")[1])
                                .without("name"));
        assertThatThrownBy(() -> StoredShapes.in(people)
                        .writing()
                        .check(person(Split.class, careless), new Split("1", "Ada", "Lovelace")))
                .hasMessageContaining("once its subjects have been forgotten: registered 1 {\"id\":\"1\",\"name\"")
                .hasMessageContaining("the step of \"registered\" from schema version 1 failed")
                .hasMessageContaining("once its subjects have been forgotten: registered 2");
    }

    private static <T> TypedCodec<T> person(Class<T> shape, UnaryOperator<EventType<T>> more) {
        return Json.codec(EventTypes.of(shape).add("registered", shape, more), SubjectKeys.none());
    }

    @Test
    void a_line_that_is_no_fixture_is_told() throws IOException {
        Files.writeString(folder.resolve("fixtures.txt"), "opened 1 {}\n\n");
        assertThatThrownBy(() -> shapes.check(codec(First.class, type -> type), new First("ada", 5)))
                .hasMessageContaining("fixtures.txt, line 2 is neither");
    }

    private static <T> TypedCodec<T> codec(Class<T> shape, UnaryOperator<EventType<T>> more) {
        return Json.codec(EventTypes.of(shape).add("opened", shape, more));
    }
}
