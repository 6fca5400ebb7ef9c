// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every law holds, and breaks on its fixture, which lives in a package named after it. */
class ArchitectureTest {
    private static final String ROOT = "org.cairnlog";
    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/") && !location.contains("-tests.jar"))
            .importPackages(ROOT);

    @Test
    void the_code_of_every_module_is_here() {
        for (String packageName : List.of("event", "jackson", "sql", "testkit", "server")) {
            assertThat(CODE.stream().anyMatch(type -> type.getPackageName().startsWith(ROOT + "." + packageName)))
                    .as(packageName)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_code_keeps(Law law) {
        law.under(ROOT).check(CODE);
    }

    @ParameterizedTest
    @EnumSource
    void a_violation_is_found_of(Law law) {
        String root = ROOT + ".house.fixtures." + law.name().toLowerCase(Locale.ROOT);
        JavaClasses fixture = new ClassFileImporter().importPackages(root);
        List<String> violations =
                law.under(root).evaluate(fixture).getFailureReport().getDetails();
        long expected = fixture.stream()
                .filter(type -> type.getSimpleName().contains("Bad"))
                .count();
        assertThat(expected).as("fixtures that break the law").isPositive();
        assertThat(violations)
                .hasSize((int) expected)
                .allMatch(violation -> violation.contains("Bad")
                        || violation.contains("fixtures.packages_are_null_marked")
                        || violation.contains("Cycle"));
    }
}
