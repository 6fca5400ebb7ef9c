// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.LogRestore;
import org.cairnlog.log.LogUnusable;
import org.cairnlog.sql.Postgres;
import org.cairnlog.sql.PostgresOptions;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A log in PostgreSQL: {@code postgresql://USER@HOST:PORT/DATABASE?schema=NAME&log=NAME}. Other parameters are the
 * driver's. The password is in the URL, in the variable PGPASSWORD or in the file .pgpass.
 */
final class PostgresUrl extends LogUrl {
    static final String DEFAULT_SCHEMA = "cairn";

    private static final String FORM = "expected postgresql://USER@HOST:PORT/DATABASE?schema=NAME&log=NAME, of which"
            + " user, port, schema and log may be left out, for example postgresql://localhost/shop";
    private static final Pattern URL = Pattern.compile("postgres(?:ql)?://(?:([^@/?#]*)@)?"
            + "([^:@/?#\\s\\[\\]]+|\\[[0-9a-fA-F:.]+\\])(?::(\\d{1,5}))?/([^/?#]+)(?:\\?([^#]*))?");
    private static final String PORT = "5432";
    // What a migration can help against, by SQLSTATE.
    private static final Set<String> INCOMPLETE = Set.of("3F000", "42P01", "42883", "42703");
    // Held here, for the JVM forgets loggers that nobody holds.
    private static final Logger DRIVER = Logger.getLogger("org.postgresql");

    private final String jdbc;
    private final String place;
    private final String schema;
    private final @Nullable String handedOver;

    private PostgresUrl(String text, String jdbc, String place, String schema, String log, @Nullable String password) {
        super(text, log);
        this.jdbc = jdbc;
        this.place = place;
        this.schema = schema;
        this.handedOver = password;
    }

    static PostgresUrl of(String text, Map<String, String> environment) {
        // An error is told once, by the exception.
        DRIVER.setLevel(Level.OFF);
        Matcher url = URL.matcher(text);
        if (!url.matches()) {
            throw unknown(text, FORM);
        }
        String port = url.group(3) == null ? PORT : url.group(3);
        if (Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65_535) {
            throw unknown(text, "the port is " + port + ", expected 1 to 65535");
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put(PGProperty.APPLICATION_NAME.getName(), "cairn");
        String[] user = url.group(1) == null ? new String[0] : url.group(1).split(":", 2);
        for (int i = 0; i < user.length; i++) {
            parameters.put((i == 0 ? PGProperty.USER : PGProperty.PASSWORD).getName(), decoded(text, user[i]));
        }
        String schema = DEFAULT_SCHEMA;
        String log = DEFAULT_NAME;
        for (String parameter :
                url.group(5) == null ? new String[0] : url.group(5).split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = decoded(text, equals < 0 ? parameter : parameter.substring(0, equals));
            String value = equals < 0 ? "" : decoded(text, parameter.substring(equals + 1));
            if (value.isEmpty() || !isKnown(name)) {
                throw unknown(
                        text,
                        "unknown \"" + masked(parameter) + "\", expected schema=NAME, log=NAME or a parameter of the"
                                + " driver, for example sslmode=require");
            }
            switch (name) {
                case "schema" -> schema = value;
                case "log" -> log = value;
                default -> parameters.put(name, value);
            }
        }
        String password = environment.get("PGPASSWORD");
        boolean handedOver = password != null
                && !password.isEmpty()
                && parameters.putIfAbsent(PGProperty.PASSWORD.getName(), password) == null;
        String host = url.group(2).toLowerCase(Locale.ROOT);
        String database = decoded(text, url.group(4));
        return new PostgresUrl(
                text,
                jdbc(host, port, database, parameters),
                host + ":" + port + "/" + database,
                schema,
                log,
                handedOver ? password : null);
    }

    private static boolean isKnown(String parameter) {
        return parameter.equals("schema") || parameter.equals("log") || PGProperty.forName(parameter) != null;
    }

    private static String jdbc(String host, String port, String database, Map<String, String> parameters) {
        var jdbc = new StringBuilder("jdbc:postgresql://" + host + ":" + port + "/" + encoded(database));
        char separator = '?';
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            jdbc.append(separator).append(parameter.getKey()).append('=').append(encoded(parameter.getValue()));
            separator = '&';
        }
        return jdbc.toString();
    }

    /** A plus sign in a URL is itself. */
    private static String decoded(String url, String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw unknown(url, "a % stands before two hexadecimal digits; % itself is written %25");
        }
    }

    /** For the driver, to which a plus sign is a space. */
    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    String schema() {
        return schema;
    }

    /** Its connections are not kept. */
    DataSource dataSource() {
        var source = new PGSimpleDataSource();
        source.setUrl(jdbc);
        return source;
    }

    @Override
    String secret() {
        String text = super.secret();
        return handedOver == null
                ? text
                : text + (text.contains("?") ? "&" : "?") + "password="
                        + encoded(handedOver).replace("+", "%20");
    }

    @Override
    String store() {
        return "PostgreSQL, " + place + ", schema " + schema;
    }

    @Override
    boolean isSame(LogUrl other) {
        return other instanceof PostgresUrl postgres
                && place.equals(postgres.place)
                && schema.equals(postgres.schema)
                && name().equals(postgres.name());
    }

    @Override
    AtomicEventLog openOrMake(@Nullable Duration patience) {
        return made(how -> Postgres.open(
                jdbc,
                options -> how.apply(
                        patience == null ? named(options) : named(options).timeout(patience))));
    }

    @Override
    AtomicEventLog open() {
        return opened(this::openForCheck);
    }

    /** The log, or what is wrong with it in the library's own words. */
    AtomicEventLog openForCheck() {
        return Postgres.open(jdbc, this::named);
    }

    @Override
    LogMaintenance maintenance() {
        return opened(() -> Postgres.maintenance(jdbc, this::named));
    }

    @Override
    LogRestore restore(UUID log) {
        try {
            return made(how -> Postgres.restore(jdbc, log, options -> how.apply(named(options))));
        } catch (IllegalStateException e) {
            throw Refused.usage(this + ": " + e.getMessage(), e);
        }
    }

    private PostgresOptions named(PostgresOptions options) {
        return options.schema(schema).log(name());
    }

    /** Opens what is there; what is missing is made by those who may. */
    private <T> T made(Function<UnaryOperator<PostgresOptions>, T> open) {
        try {
            return open.apply(options -> options);
        } catch (LogUnusable missing) {
            if (!isIncomplete(missing)) {
                throw unusable(missing);
            }
            try {
                return open.apply(PostgresOptions::migrating);
            } catch (LogUnusable refused) {
                // Most users may not, and what they can do stands in the first.
                missing.addSuppressed(refused);
                throw unusable(missing);
            }
        }
    }

    /** Whether schema or log are missing, or not as this release needs them; else it is the user or the server. */
    static boolean isIncomplete(LogUnusable e) {
        return !(e.getCause() instanceof SQLException cause)
                || INCOMPLETE.contains(String.valueOf(cause.getSQLState()));
    }

    /** Whether the database user lacks a right. */
    static boolean isForbidden(LogUnusable e) {
        return e.getCause() instanceof SQLException cause && "42501".equals(cause.getSQLState());
    }
}
