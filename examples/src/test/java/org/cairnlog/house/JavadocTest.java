// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree.Kind;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every public type and member of a library says what it is; an overriding method may leave that to its parent. */
class JavadocTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"core", "jackson", "sql", "testkit"})
    void everything_public_says_what_it_is(String module) throws IOException {
        assertThat(undocumented(Tree.ours().at(module + "/src/main/java"))).isEmpty();
    }

    @Test
    void what_says_nothing_is_found() throws IOException {
        Tree.write(folder.resolve("A.java"), """
                public interface A {
                    void one();
                    /** Said. */
                    int TWO = 2;
                    int THREE = 3;
                    record R(int a) {
                        public R {}
                        public R(String text) { this(1); }
                        @Override public String toString() { return ""; }
                        void hidden() {}
                    }
                    /** Said. */
                    enum E { FIRST, /** Said. */ SECOND }
                }
                class Hidden {
                    public void method() {}
                }
                """);
        assertThat(undocumented(folder)).containsExactly("A", "A.one", "A.THREE", "A.R", "A.R.<init>", "A.E.FIRST");
    }

    private static List<String> undocumented(Path sources) throws IOException {
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "tests run on a JDK");
        List<String> findings = new ArrayList<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<Path> paths = new Tree(sources).files(".java");
            if (paths.isEmpty()) {
                return List.of();
            }
            JavacTask task = (JavacTask)
                    compiler.getTask(null, files, null, null, null, files.getJavaFileObjectsFromPaths(paths));
            Trees trees = Trees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                new Undocumented(trees, findings).scan(unit, null);
            }
        }
        return findings;
    }

    private static final class Undocumented extends TreePathScanner<@Nullable Void, @Nullable Void> {
        private final Trees trees;
        private final List<String> findings;
        private final List<ClassTree> around = new ArrayList<>();

        Undocumented(Trees trees, List<String> findings) {
            this.trees = trees;
            this.findings = findings;
        }

        @Override
        public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
            if (!isOpen(type.getModifiers().getFlags())) {
                return null;
            }
            check(type.getSimpleName().toString());
            around.add(type);
            super.visitClass(type, nothing);
            around.removeLast();
            return null;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
            boolean overrides = method.getModifiers().getAnnotations().stream()
                    .anyMatch(annotation ->
                            annotation.getAnnotationType().toString().equals("Override"));
            boolean canonical = around.getLast().getKind() == Kind.RECORD
                    && method.getName().contentEquals("<init>")
                    && isCompact(method);
            if (isOpen(method.getModifiers().getFlags()) && !overrides && !canonical) {
                check(method.getName().toString());
            }
            return null;
        }

        @Override
        public @Nullable Void visitVariable(VariableTree field, @Nullable Void nothing) {
            boolean component = around.getLast().getKind() == Kind.RECORD
                    && !field.getModifiers().getFlags().contains(Modifier.STATIC);
            boolean constant = around.getLast().getKind() == Kind.ENUM
                    && field.getModifiers().getFlags().containsAll(Set.of(Modifier.PUBLIC, Modifier.STATIC));
            if (!component && (constant || isOpen(field.getModifiers().getFlags()))) {
                check(field.getName().toString());
            }
            return null;
        }

        /** The constructor that repeats the record's components. */
        private boolean isCompact(MethodTree constructor) {
            List<String> components = around.getLast().getMembers().stream()
                    .filter(member -> member instanceof VariableTree variable
                            && !variable.getModifiers().getFlags().contains(Modifier.STATIC))
                    .map(member -> ((VariableTree) member).getName().toString())
                    .toList();
            return constructor.getParameters().stream()
                    .map(parameter -> parameter.getName().toString())
                    .toList()
                    .equals(components);
        }

        private boolean isOpen(Set<Modifier> flags) {
            boolean ofInterface = !around.isEmpty()
                    && Set.of(Kind.INTERFACE, Kind.ANNOTATION_TYPE)
                            .contains(around.getLast().getKind())
                    && !flags.contains(Modifier.PRIVATE);
            return ofInterface || flags.contains(Modifier.PUBLIC) || flags.contains(Modifier.PROTECTED);
        }

        private void check(String name) {
            String comment = trees.getDocComment(getCurrentPath());
            if (comment == null || comment.isBlank()) {
                StringBuilder place = new StringBuilder();
                around.forEach(type -> place.append(type.getSimpleName()).append('.'));
                findings.add(place + name);
            }
        }
    }
}
