// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs a contract, and says what the first failure of each test says. */
public final class Failures {
    private Failures() {}

    public static Map<String, String> of(Class<?> contract) {
        return of(selectClass(contract));
    }

    public static Map<String, String> of(DiscoverySelector tests) {
        Map<String, String> failures = new TreeMap<>();
        var everything =
                LauncherDiscoveryRequestBuilder.request().selectors(tests).build();
        LauncherFactory.create().execute(everything, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                    failures.putIfAbsent(
                            name(test), String.valueOf(result.getThrowable().orElse(null)));
                }
            }
        });
        return failures;
    }

    private static String name(TestIdentifier test) {
        return test.getSource()
                .filter(MethodSource.class::isInstance)
                .map(source -> ((MethodSource) source).getMethodName())
                .orElse(test.getDisplayName());
    }
}
