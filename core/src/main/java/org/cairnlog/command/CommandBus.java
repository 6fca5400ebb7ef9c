// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.command;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.cairnlog.decider.Rejected;
import org.cairnlog.event.Limits;

/**
 * Takes commands, sends them through what stands before every command, has them decided and answers. A command is
 * decided once: a repeat, which is a command with the same id, gets the first reply. Immutable and safe for use by many
 * threads.
 *
 * {@snippet :
 * var bus = CommandBus.empty()
 *         .through(authorise)
 *         .handle("pay-in", PayIn.class, pay -> Decision.on(accounts, pay.account(), new Deposit(pay.cents())));
 * Reply reply = bus.send(Command.of(new PayIn("42", 100)));
 * }
 *
 * <p>The reply is kept in the log of the repository that decides, on the stream {@code command/} and the command's id,
 * as an event {@code command-accepted} or {@code command-rejected}. It is stored in the same append as the events of
 * the decision, and if there are none, alone. So it lasts as long as the log does, for every process and after a
 * restart. Not kept are the replies of commands that failed or that a {@link Middleware} or a handler refused.
 *
 * <p>A repeat must have the same type; the content is not compared. If the kept reply is deleted, a repeat fails and is
 * not decided again.
 */
public class CommandBus {
    private final Map<Class<?>, Handling<?>> handlings;
    private final List<Middleware> middleware;
    private final Answering.Maker answering;

    /** What is done with the commands of a class. */
    record Handling<C>(String name, Class<C> type, Function<? super C, Decision> handler) {
        Decision decision(Command command) {
            return handler.apply(type.cast(command.content()));
        }
    }

    CommandBus(Map<Class<?>, Handling<?>> handlings, List<Middleware> middleware, Answering.Maker answering) {
        this.handlings = handlings;
        this.middleware = middleware;
        this.answering = answering;
    }

    /**
     * A bus without handlers, to begin with.
     *
     * @return a bus that takes no command yet
     */
    public static CommandBus empty() {
        return new CommandBus(Map.of(), List.of(), Answering::new);
    }

    /** A copy with other parts. */
    CommandBus with(Map<Class<?>, Handling<?>> handlings, List<Middleware> middleware) {
        return new CommandBus(handlings, middleware, answering);
    }

    /**
     * Takes the commands of a class.
     *
     * @param name what the type of command is called in replies that are kept: stable, and not that of the class; at
     *     most 255 UTF-8 bytes
     * @param type the class, exactly; not one that other classes extend or implement
     * @param handler says where a command is to be decided. It is called for repeats too, and should do nothing else;
     *     if it throws, nothing is kept
     * @param <C> the commands
     * @return a bus that takes them too
     * @throws IllegalArgumentException if the class or the name is taken, or the class can have no instance
     */
    public <C> CommandBus handle(String name, Class<C> type, Function<? super C, Decision> handler) {
        Limits.text("type of a command", name, Limits.STANDARD.nameBytes());
        if (Modifier.isAbstract(type.getModifiers())) {
            throw new IllegalArgumentException("No command has exactly the class " + type.getName()
                    + ", because it is abstract or an interface; add each of the classes that stand for it.");
        }
        for (Handling<?> known : handlings.values()) {
            if (known.type().equals(type) || known.name().equals(name)) {
                throw new IllegalArgumentException("The bus already has a handler of "
                        + known.type().getName()
                        + " as \"" + known.name() + "\"; it cannot have one of " + type.getName() + " as \"" + name
                        + "\" too.");
            }
        }
        Map<Class<?>, Handling<?>> all = new LinkedHashMap<>(handlings);
        all.put(type, new Handling<>(name, type, handler));
        return with(all, middleware);
    }

    /**
     * Sends every command through something before it is decided, behind what was said before: the first is the
     * outermost, sees the command first and the reply last.
     *
     * @param more what stands before every command, repeats included
     * @return a bus that does so
     */
    public CommandBus through(Middleware more) {
        List<Middleware> all = new ArrayList<>(middleware);
        all.add(more);
        return with(handlings, List.copyOf(all));
    }

    /**
     * Has a command decided and waits for the reply. What goes wrong is {@link Reply.Failed} and not thrown.
     *
     * @param command what is wanted
     * @return what became of it; for a repeat, the first reply
     * @throws IllegalArgumentException if no handler takes the class of the command's content
     */
    public Reply send(Command command) {
        handling(command);
        Function<Command, Reply> chain = guarded(this::decide);
        for (Middleware each : middleware.reversed()) {
            Function<Command, Reply> next = chain;
            chain = guarded(sent -> each.handle(sent, next));
        }
        return chain.apply(command);
    }

    private Reply decide(Command command) {
        Handling<?> handling = handling(command);
        return answering
                .of(command, handling.name(), handling.decision(command))
                .answer();
    }

    private Handling<?> handling(Command command) {
        Handling<?> handling = handlings.get(command.content().getClass());
        if (handling == null) {
            throw new IllegalArgumentException("No handler takes "
                    + command.content().getClass().getName() + "; there are handlers of "
                    + handlings.keySet().stream().map(Class::getName).collect(Collectors.joining(", ", "[", "]"))
                    + ". Add it with handle(name, type, handler).");
        }
        return handling;
    }

    /** A step that answers whatever happens, so that whoever stands before it sees a reply. */
    Function<Command, Reply> guarded(Function<Command, Reply> step) {
        return command -> {
            try {
                return step.apply(command);
            } catch (Rejected rejected) {
                return new Reply.Rejected(command.id(), rejected.code(), rejected.detail());
            } catch (RuntimeException failure) {
                return new Reply.Failed(command.id(), failure);
            }
        };
    }
}
