// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.cairnlog.command.Command;
import org.cairnlog.command.CommandBus;
import org.cairnlog.command.Decision;
import org.cairnlog.command.Reply;
import org.cairnlog.decider.Repository;
import org.cairnlog.log.Cursor;
import org.junit.jupiter.api.Test;

/**
 * Replies of commands are there when the log is opened again. For stores that outlive their process.
 *
 * @param <F> what the contract needs of the store
 */
public abstract class CommandsPersistenceContract<F extends AtomicLogFixture & PersistentLogFixture>
        extends LogContract<F> {
    /** For a store's test. */
    protected CommandsPersistenceContract() {}

    @Test
    void a_repeat_after_a_restart_gets_the_first_reply_whatever_it_was() {
        List<Command> commands = Stream.of(
                        new Purse.Put(10), new Purse.Leave(), new Purse.Take(11), new Purse.PutTwice(10))
                .map(what -> Command.of(new RepliesContract.Use("p", what)))
                .toList();
        List<Reply> first = commands.stream().map(bus()::send).toList();
        assertThat(first.stream().map(Object::getClass))
                .containsExactly(
                        Reply.Accepted.class, Reply.Accepted.class, Reply.Rejected.class, Reply.Accepted.class);
        Cursor head = log().head();
        fixture.reopen();
        assertThat(commands.stream().map(bus()::send)).isEqualTo(first);
        assertThat(log().head()).isEqualTo(head);
    }

    private CommandBus bus() {
        var purses = Repository.of(fixture.log(), "purse", new Purse(), Purse.CODEC);
        return CommandBus.empty()
                .handle("use", RepliesContract.Use.class, use -> Decision.on(purses, use.purse(), use.what()));
    }
}
