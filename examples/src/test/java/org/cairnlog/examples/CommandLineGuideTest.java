// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cairnlog.sql.servers.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command of docs/guides/command-line.md is run in order, and prints what the guide says. */
class CommandLineGuideTest {
    private static final Pattern BLOCK = Pattern.compile("```(\\w+)\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    private static final PostgresServer SERVER = PostgresServer.newest();

    @TempDir
    Path folder;

    private final String database = SERVER.createDatabase();

    @Test
    void every_command_does_what_the_guide_says() throws Exception {
        SERVER.execute("postgres", "create user ada superuser");
        SERVER.execute("postgres", "create user app");
        List<String> refused = new ArrayList<>();
        String printed = "";
        Matcher block = BLOCK.matcher(guide());
        while (block.find()) {
            switch (block.group(1)) {
                case "json" -> Files.writeString(folder.resolve("history.ndjson"), block.group(2));
                case "sh" -> printed = run(block.group(2), refused);
                case "text" -> assertThat(masked(printed)).isEqualTo(masked(block.group(2)));
                default -> throw new AssertionError("a block in " + block.group(1));
            }
        }
        assertThat(refused)
                .containsExactly(
                        "./cairn append order/1 order-paid --expect 1",
                        "./cairn append seat/13 seat-taken --tag show:9 --unless-type seat-taken --unless-tag show:9");
    }

    private String run(String commands, List<String> refused) throws ReflectiveOperationException {
        var printed = new ByteArrayOutputStream();
        for (String command : commands.lines().toList()) {
            if (!command.startsWith("./cairn ")) {
                continue;
            }
            int exit = cairn(words(command.substring("./cairn ".length()).replaceAll(" \\| .*", "")), printed);
            if (exit == 1) {
                refused.add(command);
            } else {
                assertThat(exit).as("%s printed %s", command, printed).isZero();
            }
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    /** The words of a command, with files in the test's own folder. */
    private String[] words(String command) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(command);
        while (word.find()) {
            String text = word.group(1) == null ? word.group(2) : word.group(1);
            if (text.startsWith("sqlite:")) {
                text = "sqlite:" + folder.resolve(text.substring("sqlite:".length()));
            } else if (text.startsWith("postgresql:")) {
                text = text.replace("localhost/shop", "127.0.0.1:" + SERVER.port() + "/" + database);
            } else if (text.contains(".ndjson")) {
                text = folder.resolve(text).toString();
            }
            words.add(text);
        }
        return words.toArray(String[]::new);
    }

    private int cairn(String[] words, OutputStream out) throws ReflectiveOperationException {
        Method run = Class.forName("org.cairnlog.server.Main")
                .getDeclaredMethod(
                        "run", String[].class, InputStream.class, OutputStream.class, OutputStream.class, Map.class);
        run.setAccessible(true);
        Map<String, String> environment = Map.of("CAIRN_LOG", "sqlite:" + folder.resolve("shop.db"));
        return (int) run.invoke(null, words, InputStream.nullInputStream(), out, out, environment);
    }

    /** Without what differs from run to run. */
    private String masked(String text) {
        return text.replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "TIME")
                .replaceAll("in \\d+\\.\\d s", "in SECONDS")
                .replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "ID")
                .replaceAll("\\d+ migrations", "N migrations")
                .replace("127.0.0.1:" + SERVER.port() + "/" + database, "localhost:5432/shop");
    }

    private static String guide() throws IOException {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docs/guides/command-line.md"))) {
            folder = folder.getParent();
        }
        return Files.readString(folder.resolve("docs/guides/command-line.md"));
    }
}
