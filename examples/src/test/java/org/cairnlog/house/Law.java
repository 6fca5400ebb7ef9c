// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessTargetWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The laws of the architecture, each for the packages under a root, so that a small fixture can break it. */
enum Law {
    PACKAGES_HAVE_NO_CYCLES {
        @Override
        ArchRule under(String root) {
            return slices().matching(root + ".(**)").should().beFreeOfCycles();
        }
    },

    ARROWS_POINT_DOWN {
        @Override
        ArchRule under(String root) {
            return classes().should(condition("depend only on packages below their own", (type, violations) -> {
                String from = segment(root, type);
                if (!BELOW.containsKey(from)) {
                    violations.add(type.getName() + " is in a package that has no arrows: give it some in Law.BELOW");
                    return;
                }
                type.getDirectDependenciesFromSelf().stream()
                        .filter(dependency ->
                                dependency.getTargetClass().getPackageName().startsWith(root + "."))
                        .filter(dependency -> {
                            String to = segment(root, dependency.getTargetClass());
                            return !to.equals(from) && !BELOW.get(from).contains(to);
                        })
                        .forEach(dependency -> violations.add(dependency.getDescription()));
            }));
        }
    },

    NAMES_SAY_WHAT_A_THING_IS {
        @Override
        ArchRule under(String root) {
            return noClasses()
                    .should()
                    .haveNameMatching(".*(Impl|Utils?|Helper|Manager|Common)")
                    .orShould()
                    .haveNameMatching("(.*[.$])?Abstract[A-Z][^.$]*");
        }
    },

    TIME_AND_IDS_COME_FROM_OUTSIDE {
        @Override
        ArchRule under(String root) {
            return noClasses()
                    .that(are("outside wiring", type -> !isWiring(root, type)))
                    .should(accessTargetWhere(describe(
                            "it is a hidden input", (JavaAccess<?> access) -> isHiddenInput(access.getTarget()))));
        }
    },

    /** The command talks to its user; the testkit prints seeds and counts for whoever reads a test run. */
    ONLY_THE_EDGES_PRINT {
        @Override
        ArchRule under(String root) {
            return noClasses()
                    .that()
                    .resideOutsideOfPackages(root + ".server..", root + ".testkit..")
                    .should()
                    .accessField(System.class, "out")
                    .orShould()
                    .accessField(System.class, "err")
                    .orShould(accessTargetWhere(describe(
                            "it prints a stack trace",
                            (JavaAccess<?> access) ->
                                    access.getTarget().getName().equals("printStackTrace"))));
        }
    },

    PACKAGES_ARE_NULL_MARKED {
        @Override
        ArchRule under(String root) {
            return classes().should(condition("be in a package with @NullMarked", (type, violations) -> {
                if (!type.getPackage().isAnnotatedWith("org.jspecify.annotations.NullMarked")) {
                    violations.add(type.getPackageName() + " has no package-info.java with @NullMarked");
                }
            }));
        }
    },

    PUBLIC_EXCEPTIONS_HAVE_ONE_ROOT {
        @Override
        ArchRule under(String root) {
            return classes()
                    .that()
                    .areAssignableTo(Throwable.class)
                    .and()
                    .haveModifier(JavaModifier.PUBLIC)
                    .should()
                    .beAssignableTo(root + ".event.CairnException")
                    .orShould()
                    .beAssignableTo(IllegalArgumentException.class)
                    .orShould()
                    .beAssignableTo(IllegalStateException.class)
                    .allowEmptyShould(true);
        }
    },

    CORE_KNOWS_NO_THIRD_PARTY {
        @Override
        ArchRule under(String root) {
            String[] allowed = Stream.concat(
                            Stream.of("java..", "javax.crypto..", "org.jspecify.annotations.."),
                            CORE.stream().map(segment -> root + "." + segment + ".."))
                    .toArray(String[]::new);
            return classes()
                    .that(are("in core", type -> CORE.contains(segment(root, type))))
                    .should()
                    .onlyDependOnClassesThat(resideInAnyPackage(allowed))
                    .allowEmptyShould(true);
        }
    };

    /** The packages of core, and what each may use. */
    private static final Set<String> CORE = Set.of("event", "log", "codec", "decider", "command", "consumer");

    private static final Map<String, Set<String>> BELOW = Map.ofEntries(
            Map.entry("event", Set.of()),
            Map.entry("log", Set.of("event")),
            Map.entry("codec", Set.of("event")),
            Map.entry("decider", Set.of("event", "log", "codec")),
            Map.entry("command", Set.of("event", "log", "codec", "decider")),
            Map.entry("consumer", Set.of("event", "log", "codec")),
            Map.entry("jackson", CORE),
            Map.entry("sql", CORE),
            Map.entry("testkit", CORE),
            Map.entry("server", Set.of("event", "log", "codec", "decider", "command", "consumer", "jackson", "sql")));

    /** Where time and ids enter, beside the server. */
    private static final Set<String> WIRING =
            Set.of("event.SystemIds", "decider.SystemTime", "log.SystemTime", "sql.SystemTime");

    private static final Set<String> HIDDEN_INPUTS =
            Set.of("java.lang.System.currentTimeMillis", "java.time.InstantSource.system", "java.util.UUID.randomUUID");

    abstract ArchRule under(String root);

    private static boolean isWiring(String root, JavaClass type) {
        String name = type.getName();
        return segment(root, type).equals("server")
                || WIRING.stream()
                        .map(wiring -> root + "." + wiring)
                        .anyMatch(wiring -> name.equals(wiring) || name.startsWith(wiring + "$"));
    }

    private static boolean isHiddenInput(AccessTarget target) {
        String name = target.getOwner().getName() + "." + target.getName();
        return HIDDEN_INPUTS.contains(name)
                || name.matches("java\\.time\\.\\w+\\.now")
                || name.startsWith("java.time.Clock.system")
                || (target.getOwner().getName().equals("java.util.Date")
                        && target instanceof AccessTarget.ConstructorCallTarget constructor
                        && constructor.getRawParameterTypes().isEmpty());
    }

    /** The part of a package name after the root that says which module or layer it is. */
    private static String segment(String root, JavaClass type) {
        String name = type.getPackageName();
        return name.startsWith(root + ".") ? name.substring(root.length() + 1).split("\\.")[0] : "";
    }

    private static DescribedPredicate<JavaClass> are(String what, Predicate<JavaClass> test) {
        return describe(what, test);
    }

    private interface Check {
        void accept(JavaClass type, List<String> violations);
    }

    private static ArchCondition<JavaClass> condition(String description, Check check) {
        return new ArchCondition<>(description) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                List<String> violations = new ArrayList<>();
                check.accept(type, violations);
                violations.forEach(violation -> events.add(SimpleConditionEvent.violated(type, violation)));
            }
        };
    }
}
