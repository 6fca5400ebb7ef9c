// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.nio.file.Path;
import java.util.List;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.command.Command;
import org.cairnlog.command.CommandBus;
import org.cairnlog.command.Decision;
import org.cairnlog.command.Reply;
import org.cairnlog.decider.Decider;
import org.cairnlog.decider.Rejected;
import org.cairnlog.decider.Repository;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventIds;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.TransactionalEventLog;
import org.postgresql.ds.PGSimpleDataSource;

/** Sends the commands 0, 1, 2 and so on, and tells each reply, until it is killed. */
final class CommandChild {
    /** The next number: every third one is stored, every third changes nothing, every third is refused. */
    record Step(int number) {}

    private static final class Counter implements Decider<Step, Integer, String> {
        @Override
        public Integer initial() {
            return 0;
        }

        @Override
        public Integer evolve(Integer state, String event) {
            return state + 1;
        }

        @Override
        public List<String> decide(Step step, Integer state) {
            return switch (step.number() % 3) {
                case 0 -> List.of("counted");
                case 1 -> List.of();
                default -> throw new Rejected("no", "at " + state);
            };
        }
    }

    private static final EventCodec<String> CODEC = new EventCodec<>() {
        @Override
        public EventData encode(String event) {
            return EventData.json(event, "{}");
        }

        @Override
        public List<String> decode(RecordedEvent stored) {
            return List.of(stored.type());
        }

        @Override
        public boolean knows(String type) {
            return true;
        }
    };

    private CommandChild() {}

    static CommandBus bus(AtomicEventLog log) {
        var counters = Repository.of(log, "counter", new Counter(), CODEC).retryingConflicts(1000);
        return CommandBus.empty().handle("step", Step.class, step -> Decision.on(counters, "c", step));
    }

    static Command command(int number) {
        return Command.of(EventIds.named("command kills", Integer.toString(number)), new Step(number));
    }

    public static void main(String[] args) {
        try (TransactionalEventLog log = open(args[0])) {
            CommandBus bus = bus(log);
            for (int number = 0; ; number++) {
                Reply reply = bus.send(command(number));
                if (reply instanceof Reply.Failed failed) {
                    failed.cause().printStackTrace();
                }
                System.out.println(reply);
            }
        }
    }

    private static TransactionalEventLog open(String where) {
        if (where.startsWith("jdbc:")) {
            var dataSource = new PGSimpleDataSource();
            dataSource.setUrl(where);
            return Postgres.open(dataSource);
        }
        return Sqlite.open(Path.of(where));
    }
}
