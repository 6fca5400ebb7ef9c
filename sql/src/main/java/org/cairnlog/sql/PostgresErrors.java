// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.time.Duration;
import org.cairnlog.event.CairnException;
import org.cairnlog.log.LogBusy;
import org.cairnlog.log.LogUnavailable;
import org.cairnlog.log.LogUnusable;
import org.cairnlog.log.StaleTransaction;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What PostgreSQL's errors mean, by their SQLSTATE. */
final class PostgresErrors {
    /** The log is not as a transaction assumed. */
    static final String NOT_AS_ASSUMED = "CA001";

    /** A stream would have too many labels. */
    static final String TOO_MANY_LABELS = "CA002";

    /** Another session holds the log's lock. */
    static final String LOCKED = "CA003";

    private PostgresErrors() {}

    /** Whether the connection is of no use any more, and what was under way on it may have been done. */
    static boolean isConnectionLost(SQLException e) {
        String state = state(e);
        // The server ends sessions whose transaction stands idle (25P03) or takes too long (25P04).
        return state.isEmpty()
                || state.startsWith("08")
                || state.startsWith("57P")
                || state.equals("25P03")
                || state.equals("25P04")
                || state.equals("XX000");
    }

    /** Whether the log's lock, or one that stands in the way of its tables, was waited for in vain. */
    static boolean isLocked(SQLException e) {
        return is(e, LOCKED) || is(e, "55P03");
    }

    static boolean is(SQLException e, String state) {
        return state(e).equals(state);
    }

    /** The number that one of Cairn's functions gives as the detail of an error. */
    static int detail(SQLException e) {
        ServerErrorMessage said = e instanceof PSQLException server ? server.getServerErrorMessage() : null;
        return said == null || said.getDetail() == null ? 0 : Integer.parseInt(said.getDetail());
    }

    /** Whether the database has ended the transaction for the sake of another one, so that it can be done again. */
    static boolean isStale(SQLException e) {
        return state(e).startsWith("40");
    }

    /** Whether a row was there already, or the transaction is too old to tell. */
    static boolean isTaken(SQLException e) {
        return is(e, "23505") || isStale(e);
    }

    /** Whether a rule of the caller's own tables is broken, or one of the caller's own statements has failed before. */
    static boolean isOfTheWork(SQLException e) {
        return state(e).startsWith("23") || is(e, "25P02");
    }

    static CairnException translate(SQLException e, String where) {
        String state = state(e);
        if (isStale(e)) {
            return new StaleTransaction("the database ended it (" + e.getMessage() + ")", e);
        }
        return switch (state) {
            case "28000", "28P01", "08004" ->
                new LogUnusable(
                        "The server refused a connection for " + where + " (" + text(e)
                                + "). Correct the user, the password or the settings of the connection.",
                        e);
            case "3D000", "42704" ->
                new LogUnusable(
                        "The server does not know what was named for " + where + " (" + text(e)
                                + "). Check the name, or create it.",
                        e);
            case "42501" ->
                new LogUnusable(
                        "The database user may not do this on " + where + " (" + text(e)
                                + "). Grant the role for it, or use another user.",
                        e);
            case "3F000", "42P01", "42883", "42703" ->
                new LogUnusable(
                        "There is no complete schema of Cairn for " + where + " (" + text(e)
                                + "). Run the migrations as its owner, or open with migrating().",
                        e);
            case "55P03", "57014" -> new LogBusy("the database gave up waiting (" + text(e) + ")", Duration.ZERO, e);
            case "25006" ->
                new LogUnavailable(
                        "The server is read-only, a standby perhaps, so nothing can be appended to " + where
                                + ". Nothing was stored; connect to the primary.",
                        e);
            default -> new LogUnavailable("The database cannot serve " + where + " now: " + reason(e), e);
        };
    }

    /** The driver's message alone does not always say what is wrong with the network. */
    private static String reason(SQLException e) {
        return switch (e.getCause()) {
            case UnknownHostException unknown -> "no host is known as " + unknown.getMessage();
            case SocketTimeoutException late -> text(e) + " (" + late.getMessage() + ")";
            case null, default -> text(e);
        };
    }

    /** What the server says, as part of a sentence. */
    private static String text(SQLException e) {
        return String.valueOf(e.getMessage())
                .replaceAll("\\s*\\n\\s*Position: \\d+", "")
                .replaceAll("\\.$", "");
    }

    private static String state(SQLException e) {
        String state = e.getSQLState();
        return state == null ? "" : state;
    }
}
