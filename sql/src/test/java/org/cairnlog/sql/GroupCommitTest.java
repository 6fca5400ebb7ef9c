// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.cairnlog.event.CairnException;
import org.cairnlog.log.AppendInterrupted;
import org.cairnlog.log.LogBusy;
import org.cairnlog.log.LogStatus;
import org.cairnlog.log.LogUnavailable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class GroupCommitTest {
    private final Recorder store = new Recorder();
    private final List<GroupCommit<List<String>>> opened = new ArrayList<>();

    @AfterEach
    void close() {
        store.mayBegin.countDown();
        store.mayCommit.countDown();
        opened.forEach(GroupCommit::close);
    }

    /** Keeps in memory what is committed, and waits where a test wants to look. */
    private static final class Recorder implements GroupCommit.Store<List<String>> {
        final List<List<String>> commits = new CopyOnWriteArrayList<>();
        volatile CountDownLatch committing = new CountDownLatch(1);
        volatile CountDownLatch mayCommit = new CountDownLatch(0);
        CountDownLatch mayBegin = new CountDownLatch(0);
        volatile boolean somebodyElseWrites;
        volatile int failingCommits;
        volatile int breakingCommits;
        volatile boolean unreachable;
        volatile int unsettled;
        final AtomicInteger attempts = new AtomicInteger();
        final List<Thread> committers = new CopyOnWriteArrayList<>();
        private List<String> transaction = new ArrayList<>();

        /** Has the next commit wait. */
        void hold() {
            committing = new CountDownLatch(1);
            mayCommit = new CountDownLatch(1);
        }

        @Override
        public boolean begin() {
            await(mayBegin);
            transaction = new ArrayList<>();
            return !somebodyElseWrites;
        }

        @Override
        public List<String> session() {
            return transaction;
        }

        @Override
        public boolean commit() throws SQLException {
            committing.countDown();
            await(mayCommit);
            attempts.incrementAndGet();
            if (failingCommits-- > 0) {
                throw new SQLException("the disk broke");
            }
            if (breakingCommits-- > 0) {
                throw new OutOfMemoryError("no room for the batch");
            }
            if (unreachable) {
                throw new SQLException("nobody answers");
            }
            commits.add(List.copyOf(transaction));
            committers.add(Thread.currentThread());
            return true;
        }

        /** As if an interrupt broke the connection that a caller waits on. */
        @Override
        public boolean commitAtOnce() throws SQLException {
            committing.countDown();
            try {
                mayCommit.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
            return unsettled-- <= 0 && commit();
        }

        @Override
        public void rollback() {
            transaction = new ArrayList<>();
        }

        @Override
        public String blocker() {
            return "somebody else writes";
        }

        @Override
        public boolean nothingStored(SQLException failure) {
            return unreachable;
        }

        @Override
        public boolean concernsAll(SQLException failure) {
            return unreachable;
        }

        @Override
        public CairnException translate(SQLException failure) {
            return new LogUnavailable("translated: " + failure.getMessage(), failure);
        }

        @Override
        public void close() {}

        @Override
        public void committed() {}

        private static void await(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private GroupCommit<List<String>> start(Duration timeout) {
        var commits = new GroupCommit<>("writer under test", store, timeout);
        opened.add(commits);
        return commits;
    }

    private static String store(GroupCommit<List<String>> commits, String text) {
        return store(commits, text, 1, 1);
    }

    private static String store(GroupCommit<List<String>> commits, String text, int events, long bytes) {
        return commits.submit(
                session -> {
                    if (text.startsWith("bad")) {
                        throw new SQLException("no room for " + text);
                    }
                    if (text.startsWith("refused")) {
                        throw new IllegalArgumentException(text);
                    }
                    session.add(text);
                    return text;
                },
                events,
                bytes,
                cause -> new LogUnavailable("unknown: " + text, cause));
    }

    @Test
    void what_waits_together_is_committed_together() throws Exception {
        store.mayCommit = new CountDownLatch(1);
        var commits = start(Duration.ofSeconds(20));
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            answers.add(clients.submit(() -> store(commits, "first")));
            store.committing.await();
            for (int i = 0; i < 50; i++) {
                String text = "later " + i;
                answers.add(clients.submit(() -> store(commits, text)));
            }
            while (commits.waiting() < 50) {
                Thread.onSpinWait();
            }
            store.mayCommit.countDown();
            for (Future<String> answer : answers) {
                answer.get();
            }
        }
        assertThat(store.commits).hasSize(2);
        assertThat(store.commits.get(1)).hasSize(50);
    }

    /** Has it seen so many callers one by one that the next is taken to be alone. */
    private GroupCommit<List<String>> seenOnlyOne(GroupCommit<List<String>> commits) {
        store.committers.clear();
        // The writer answers before it is ready for others, so that more than the fewest may be needed.
        for (int i = 0; i < 10_000 && !store.committers.contains(Thread.currentThread()); i++) {
            store(commits, "one by one");
        }
        assertThat(store.committers.indexOf(Thread.currentThread())).isGreaterThanOrEqualTo(7);
        store.commits.clear();
        store.committers.clear();
        return commits;
    }

    @Test
    void a_caller_who_is_alone_does_its_work_itself_and_the_writer_that_of_a_crowd() throws Exception {
        var commits = seenOnlyOne(start(Duration.ofSeconds(20)));
        store.hold();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Thread> alone = clients.submit(() -> storing(commits, "alone"));
            store.committing.await();
            Future<Thread> second = clients.submit(() -> storing(commits, "second"));
            Future<Thread> third = clients.submit(() -> storing(commits, "third"));
            while (commits.waiting() < 2) {
                Thread.onSpinWait();
            }
            store.mayCommit.countDown();
            second.get();
            third.get();
            assertThat(store.committers).hasSize(2).first().isEqualTo(alone.get());
        }
        store(commits, "perhaps one of a crowd");
        assertThat(store.committers.subList(1, 3)).extracting(Thread::getName).containsOnly("writer under test");
        seenOnlyOne(commits);
        store(commits, "alone again");
        assertThat(store.committers).containsExactly(Thread.currentThread());
    }

    private static Thread storing(GroupCommit<List<String>> commits, String text) {
        store(commits, text);
        return Thread.currentThread();
    }

    @Test
    void what_a_caller_cannot_settle_at_once_is_settled_by_the_writer() {
        var commits = seenOnlyOne(start(Duration.ofSeconds(20)));
        store.unsettled = 1;
        assertThat(store(commits, "first")).isEqualTo("first");
        assertThat(store.committers).extracting(Thread::getName).containsExactly("writer under test");
        assertThat(store(commits, "second")).isEqualTo("second");
        assertThat(store.commits).containsExactly(List.of("first"), List.of("second"));
    }

    @Test
    void what_a_caller_leaves_to_the_writer_is_not_taken_away_by_the_next_caller() throws Exception {
        var commits = seenOnlyOne(start(Duration.ofSeconds(5)));
        store.unsettled = Integer.MAX_VALUE;
        List<String> texts = new ArrayList<>();
        try (var clients = Executors.newFixedThreadPool(2)) {
            List<Future<?>> all = new ArrayList<>();
            for (String client : List.of("a", "b")) {
                List<String> own =
                        IntStream.range(0, 10_000).mapToObj(i -> client + i).toList();
                texts.addAll(own);
                all.add(clients.submit(() ->
                        own.forEach(text -> assertThat(store(commits, text)).isEqualTo(text))));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertThat(store.commits.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(texts);
    }

    @Test
    void a_batch_is_bounded_in_events_and_bytes_and_a_larger_append_goes_alone() throws Exception {
        store.mayCommit = new CountDownLatch(1);
        var commits = start(Duration.ofSeconds(20));
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> first = clients.submit(() -> store(commits, "first"));
            store.committing.await();
            List<Future<String>> answers = new ArrayList<>();
            for (int[] size : new int[][] {{600, 1}, {600, 1}, {5000, 1}, {1, 5 << 20}, {1, 5 << 20}, {1, 1}}) {
                int before = commits.waiting();
                answers.add(clients.submit(() -> store(commits, size[0] + "/" + size[1], size[0], size[1])));
                while (commits.waiting() == before) {
                    Thread.onSpinWait();
                }
            }
            store.mayCommit.countDown();
            first.get();
            for (Future<String> answer : answers) {
                answer.get();
            }
        }
        assertThat(store.commits)
                .containsExactly(
                        List.of("first"),
                        List.of("600/1"),
                        List.of("600/1"),
                        List.of("5000/1"),
                        List.of("1/5242880"),
                        List.of("1/5242880", "1/1"));
    }

    @Test
    void bad_data_hurts_its_owner_only() throws Exception {
        store.mayCommit = new CountDownLatch(1);
        var commits = start(Duration.ofSeconds(20));
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> first = clients.submit(() -> store(commits, "first"));
            store.committing.await();
            List<Future<String>> answers = new ArrayList<>();
            for (String text : List.of("good 1", "bad", "refused", "good 2")) {
                answers.add(clients.submit(() -> store(commits, text)));
            }
            while (commits.waiting() < 4) {
                Thread.onSpinWait();
            }
            store.mayCommit.countDown();
            first.get();
            assertThat(answers.get(0).get()).isEqualTo("good 1");
            assertThatThrownBy(() -> answers.get(1).get())
                    .cause()
                    .isInstanceOf(LogUnavailable.class)
                    .hasMessage("translated: no room for bad");
            assertThatThrownBy(() -> answers.get(2).get()).cause().isInstanceOf(IllegalArgumentException.class);
            assertThat(answers.get(3).get()).isEqualTo("good 2");
        }
        assertThat(store.commits.stream().flatMap(List::stream)).containsOnlyOnce("first", "good 1", "good 2");
    }

    @Test
    void a_failed_commit_leaves_everyone_in_it_with_an_unknown_outcome() {
        store.failingCommits = 1;
        var commits = start(Duration.ofSeconds(20));
        assertThatThrownBy(() -> store(commits, "lost")).hasMessage("unknown: lost");
        assertThat(store(commits, "next")).isEqualTo("next");
    }

    @Test
    void a_failure_that_nobody_foresaw_leaves_its_work_unknown_and_the_writer_at_work() {
        store.breakingCommits = 1;
        var commits = start(Duration.ofSeconds(20));
        assertThatThrownBy(() -> store(commits, "lost")).hasMessage("unknown: lost");
        assertThat(commits.status(LogStatus.WakeUp.LOCAL, null).lastError()).hasValue("no room for the batch");
        assertThat(store(commits, "next")).isEqualTo("next");
    }

    @Test
    void a_database_that_nobody_can_reach_is_not_asked_once_for_each_who_waits() throws Exception {
        store.mayCommit = new CountDownLatch(1);
        var commits = start(Duration.ofSeconds(20));
        CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> store(commits, "first"));
        store.committing.await();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                answers.add(clients.submit(() -> store(commits, "later")));
            }
            while (commits.waiting() < 20) {
                Thread.onSpinWait();
            }
            store.unreachable = true;
            store.mayCommit.countDown();
            answers.forEach(answer -> assertThatThrownBy(answer::get)
                    .cause()
                    .isInstanceOf(LogUnavailable.class)
                    .hasMessage("translated: nobody answers"));
        }
        assertThatThrownBy(first::get).cause().isInstanceOf(LogUnavailable.class);
        assertThat(store.attempts).hasValue(2);
    }

    @Test
    void what_was_in_the_way_is_forgotten_when_nothing_waits_any_more() {
        store.somebodyElseWrites = true;
        var commits = start(Duration.ofMillis(50));
        assertThatThrownBy(() -> store(commits, "late"))
                .isInstanceOf(LogBusy.class)
                .hasMessageContaining("somebody else writes");
        LogStatus status = commits.status(LogStatus.WakeUp.LOCAL, null);
        while (status.blocker().isPresent()) {
            status = commits.status(LogStatus.WakeUp.LOCAL, null);
        }
        assertThat(status.lockWait()).isZero();
    }

    @Test
    void work_whose_deadline_passes_while_it_waits_is_withdrawn() {
        store.somebodyElseWrites = true;
        var commits = start(Duration.ofMillis(50));
        assertThatThrownBy(() -> store(commits, "late"))
                .isInstanceOf(LogBusy.class)
                .hasMessageContaining("somebody else writes");
        commits.close();
        store.somebodyElseWrites = false;
        assertThat(store(start(Duration.ofSeconds(20)), "next")).isEqualTo("next");
        assertThat(store.commits).containsExactly(List.of("next"));
    }

    @Test
    void a_full_queue_makes_the_caller_wait_until_its_deadline() throws Exception {
        store.mayCommit = new CountDownLatch(1);
        var commits = start(Duration.ofMillis(200));
        CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> store(commits, "first"));
        store.committing.await();
        CompletableFuture<String> queued =
                CompletableFuture.supplyAsync(() -> store(commits, "fills the queue", 1, 64L << 20));
        while (commits.waiting() == 0) {
            Thread.onSpinWait();
        }
        assertThatThrownBy(() -> store(commits, "too much", 1, 1))
                .isInstanceOf(LogBusy.class)
                .hasMessageContaining("too many appends wait");
        assertThatThrownBy(queued::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(LogBusy.class);
        store.mayCommit.countDown();
        first.get(10, TimeUnit.SECONDS);
    }

    @Test
    void an_interrupt_withdraws_what_waits_and_leaves_unknown_what_is_under_way() throws Exception {
        interrupt(start(Duration.ofSeconds(20)));
    }

    @Test
    void an_interrupt_of_a_caller_who_is_alone_leaves_its_work_unknown_and_hurts_nobody_else() throws Exception {
        interrupt(seenOnlyOne(start(Duration.ofSeconds(20))));
    }

    private void interrupt(GroupCommit<List<String>> commits) throws Exception {
        store.hold();
        var underWay = new Interruptible(() -> store(commits, "under way"));
        store.committing.await();
        var waiting = new Interruptible(() -> store(commits, "waiting"));
        while (commits.waiting() == 0) {
            Thread.onSpinWait();
        }
        assertThat(waiting.interrupted()).isInstanceOf(AppendInterrupted.class);
        assertThat(underWay.interrupted()).hasMessage("unknown: under way");
        store.mayCommit.countDown();
        assertThat(store(commits, "next")).isEqualTo("next");
        assertThat(store.commits).containsExactly(List.of("under way"), List.of("next"));
    }

    /** A call on a thread of its own, to be interrupted. */
    private static final class Interruptible {
        private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
        private final Thread thread;

        Interruptible(Runnable call) {
            thread = Thread.ofVirtual().start(() -> {
                try {
                    call.run();
                    failure.complete(new AssertionError("the call was not interrupted"));
                } catch (RuntimeException e) {
                    failure.complete(
                            Thread.currentThread().isInterrupted() ? e : new AssertionError("the flag is lost", e));
                }
            });
        }

        Throwable interrupted() throws Exception {
            thread.interrupt();
            return failure.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void closing_finishes_what_waits_and_refuses_what_comes_later() throws Exception {
        store.mayCommit = new CountDownLatch(1);
        var commits = start(Duration.ofSeconds(20));
        CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> store(commits, "first"));
        store.committing.await();
        CompletableFuture<String> second = CompletableFuture.supplyAsync(() -> store(commits, "second"));
        while (commits.waiting() == 0) {
            Thread.onSpinWait();
        }
        CompletableFuture<Void> closing = CompletableFuture.runAsync(commits::close);
        while (!commits.isClosed()) {
            Thread.onSpinWait();
        }
        assertThatThrownBy(() -> store(commits, "third")).isInstanceOf(LogUnavailable.class);
        store.mayCommit.countDown();
        closing.get(10, TimeUnit.SECONDS);
        assertThat(first.get() + second.get()).isEqualTo("firstsecond");
    }

    @Test
    void closing_answers_within_its_bound_whoever_waits_for_somebody_else() throws Exception {
        store.somebodyElseWrites = true;
        var patient = new GroupCommit<>("writer under test", store, Duration.ofMillis(300));

        CompletableFuture<String> waiting = CompletableFuture.supplyAsync(() -> store(patient, "waiting"));
        while (patient.waiting() == 0) {
            Thread.onSpinWait();
        }
        patient.close();
        assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfAny(LogUnavailable.class, LogBusy.class);
        assertThat(store.commits).isEmpty();
    }
}
