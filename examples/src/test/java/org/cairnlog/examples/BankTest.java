// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program of the readme, run twice on one file. */
class BankTest {
    @TempDir
    Path folder;

    @Test
    void the_program_of_the_readme_prints_its_account() {
        assertThat(run()).containsExactly("1 money-deposited 100", "2 money-withdrawn -30");
        assertThat(run())
                .containsExactly(
                        "1 money-deposited 100",
                        "2 money-withdrawn -30",
                        "3 money-deposited 100",
                        "4 money-withdrawn -30");
    }

    private String[] run() {
        PrintStream console = System.out;
        var printed = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            Bank.main(new String[] {folder.resolve("bank.db").toString()});
        } finally {
            System.setOut(console);
        }
        return printed.toString(StandardCharsets.UTF_8).lines().toArray(String[]::new);
    }
}
