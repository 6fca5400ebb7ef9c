// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql.servers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A network that fails at a chosen moment, in front of a PostgreSQL server or a pool. It passes bytes on, and loses the
 * request or the reply that it was told to lose, each once. A marker is text or bytes that only that request has; it is
 * not looked for in what a driver says to connect. A statement that the server has prepared comes without its text, so
 * take a parameter's value. What is returned completes when it has happened.
 */
public final class CuttingProxy implements AutoCloseable {
    private static final int BUFFER = 1 << 16;
    private static final int LONGEST_MARKER = 256;
    private static final int HEADER = 5;
    private static final char READY = 'Z';
    private static final char COPY_IN = 'G';
    private static final byte NO_ENCRYPTION = 'N';
    private static final byte IDLE = 'I';

    private enum Loss {
        REQUEST,
        REPLY,
        COMMIT
    }

    private record Plan(Loss loss, String marker, CompletableFuture<Void> happened) {}

    private final int target;
    private final ServerSocket listener;
    private final List<Plan> plans = new CopyOnWriteArrayList<>();
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final Lock lock = new ReentrantLock();
    private final Condition thawed = lock.newCondition();
    private boolean frozen;

    private CuttingProxy(int target) {
        this.target = target;
        try {
            listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread(this::accept);
    }

    /** In front of a port of 127.0.0.1. */
    public static CuttingProxy before(int port) {
        return new CuttingProxy(port);
    }

    /** In front of a server. */
    public static CuttingProxy before(PostgresServer server) {
        return new CuttingProxy(server.port());
    }

    /** The port that clients take. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Where a driver finds a database through this network. */
    public String url(String database) {
        return PostgresServer.url(port(), database);
    }

    /** The connection is cut before the marked request reaches the server. */
    public CompletableFuture<Void> loseRequest(String marker) {
        return plan(Loss.REQUEST, marker.getBytes(UTF_8));
    }

    /** The server does what the marked request says and answers; the connection is cut before the client sees it. */
    public CompletableFuture<Void> loseReplyTo(String marker) {
        return plan(Loss.REPLY, marker.getBytes(UTF_8));
    }

    /**
     * The server ends the transaction that the marked request is part of, by itself or with a later request of the
     * same connection; the connection is cut before the client sees the answer.
     */
    public CompletableFuture<Void> loseReplyToCommitOf(String marker) {
        return plan(Loss.COMMIT, marker.getBytes(UTF_8));
    }

    /** The same for a marker that is no text, for example an id as the driver sends it. */
    public CompletableFuture<Void> loseRequest(byte[] marker) {
        return plan(Loss.REQUEST, marker);
    }

    /** The same for a marker that is no text. */
    public CompletableFuture<Void> loseReplyTo(byte[] marker) {
        return plan(Loss.REPLY, marker);
    }

    /** The same for a marker that is no text. */
    public CompletableFuture<Void> loseReplyToCommitOf(byte[] marker) {
        return plan(Loss.COMMIT, marker);
    }

    private CompletableFuture<Void> plan(Loss loss, byte[] marker) {
        if (marker.length == 0 || marker.length > LONGEST_MARKER) {
            throw new IllegalArgumentException("a marker has 1 to " + LONGEST_MARKER + " bytes, not " + marker.length);
        }
        CompletableFuture<Void> happened = new CompletableFuture<>();
        plans.add(new Plan(loss, new String(marker, ISO_8859_1), happened));
        return happened.copy().orTimeout(1, TimeUnit.MINUTES);
    }

    /** From now on bytes stand still, in both directions; nobody is told. */
    public void freeze() {
        lock.lock();
        frozen = true;
        lock.unlock();
    }

    /** Bytes that stood still go on. */
    public void thaw() {
        lock.lock();
        frozen = false;
        thawed.signalAll();
        lock.unlock();
    }

    /** Cuts every connection now. */
    public void cut() {
        links.forEach(Link::cut);
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thaw();
        cut();
    }

    private static void thread(Runnable work) {
        Thread.ofPlatform().daemon().name("cutting-proxy").start(work);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Link link = new Link(client);
                links.add(link);
                thread(link::open);
            } catch (IOException e) {
                // Closed: the loop ends.
                continue;
            }
        }
    }

    private void awaitThaw() {
        lock.lock();
        try {
            while (frozen) {
                thawed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** One client's connection and its own to the server. */
    private final class Link {
        private final Socket client;
        private final Socket server = new Socket();
        private volatile @Nullable Plan plan;
        private volatile boolean connected;

        Link(Socket client) {
            this.client = client;
        }

        void open() {
            try {
                server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                thread(() -> pump(this::requests));
                pump(this::replies);
            } catch (IOException e) {
                cut();
            }
        }

        void cut() {
            links.remove(this);
            try (client;
                    server) {
                plan = null;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private interface Pump {
            void run() throws IOException;
        }

        private void pump(Pump pump) {
            try {
                pump.run();
            } catch (IOException e) {
                // One side is gone: so is the other.
            }
            awaitThaw();
            cut();
        }

        private void requests() throws IOException {
            InputStream in = client.getInputStream();
            OutputStream out = server.getOutputStream();
            byte[] buffer = new byte[BUFFER];
            String before = "";
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                String text = before + new String(buffer, 0, read, ISO_8859_1);
                Plan found = connected ? take(text, before.length()) : null;
                if (found != null && found.loss == Loss.REQUEST) {
                    cut();
                    found.happened.complete(null);
                    return;
                }
                if (found != null) {
                    plan = found;
                }
                awaitThaw();
                out.write(buffer, 0, read);
                before = text.substring(Math.max(0, text.length() - LONGEST_MARKER));
            }
        }

        /** The plan whose marker ends after what was passed on before. */
        private @Nullable Plan take(String text, int before) {
            for (Plan candidate : plans) {
                int from = Math.max(0, before - candidate.marker.length() + 1);
                if (text.indexOf(candidate.marker, from) >= 0 && plans.remove(candidate)) {
                    return candidate;
                }
            }
            return null;
        }

        /** Passes whole messages on; with a plan it holds them until the server is ready for the next request. */
        private void replies() throws IOException {
            InputStream in = server.getInputStream();
            OutputStream out = client.getOutputStream();
            ByteArrayOutputStream held = new ByteArrayOutputStream();
            byte[] buffer = new byte[BUFFER];
            byte[] rest = new byte[0];
            boolean first = true;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                byte[] bytes = Arrays.copyOf(rest, rest.length + read);
                System.arraycopy(buffer, 0, bytes, rest.length, read);
                int at = 0;
                for (int end = end(bytes, at, first); end <= bytes.length; end = end(bytes, at, first)) {
                    held.write(bytes, at, end - at);
                    Plan now = plan;
                    if (now != null && bytes[at] == READY && (now.loss == Loss.REPLY || bytes[end - 1] == IDLE)) {
                        cut();
                        now.happened.complete(null);
                        return;
                    }
                    connected |= bytes[at] == READY;
                    if (bytes[at] == READY || bytes[at] == COPY_IN) {
                        pass(held, out);
                    }
                    first &= bytes[at] == NO_ENCRYPTION;
                    at = end;
                }
                rest = Arrays.copyOfRange(bytes, at, bytes.length);
                if (plan == null) {
                    pass(held, out);
                }
            }
            pass(held, out);
        }

        private void pass(ByteArrayOutputStream held, OutputStream out) throws IOException {
            awaitThaw();
            held.writeTo(out);
            held.reset();
        }

        /** Where the message ends; one byte alone refuses encryption before all messages. */
        private static int end(byte[] bytes, int at, boolean first) {
            if (first && at < bytes.length && bytes[at] == NO_ENCRYPTION) {
                return at + 1;
            }
            return at + HEADER > bytes.length
                    ? Integer.MAX_VALUE
                    : at + 1 + ByteBuffer.wrap(bytes).getInt(at + 1);
        }
    }
}
