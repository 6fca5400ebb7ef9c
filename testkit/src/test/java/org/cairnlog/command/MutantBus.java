// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.command;

import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.noStream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.cairnlog.decider.Rejected;
import org.cairnlog.event.EventData;
import org.cairnlog.event.Metadata;
import org.cairnlog.log.Append;
import org.cairnlog.log.OutcomeUnknown;
import org.cairnlog.log.StreamDeleted;
import org.jspecify.annotations.Nullable;

/** A bus with one decision changed. */
final class MutantBus extends CommandBus {
    /** What it does wrong, and the test that was made for it. */
    enum Defect {
        NONE(""),
        KEEPS_NO_REPLY("a_repeat_gets_the_first_reply_and_changes_nothing"),
        KEEPS_THE_REPLY_BY_ITSELF("events_and_reply_of_a_command_are_one_append"),
        KEEPS_NO_REJECTION("a_repeat_of_a_rejected_command_is_rejected_though_it_would_be_possible_now"),
        KEEPS_NO_REPLY_OF_NOTHING("a_repeat_of_a_command_that_changed_nothing_changes_nothing"),
        LOOKS_ONLY_AFTER_DECIDING("a_repeat_gets_its_reply_though_the_stream_was_deleted_since"),
        LOOKS_AND_EXPECTS_NOTHING("who_is_overtaken_by_the_same_command_gets_its_reply"),
        FAILS_WHO_WAS_OVERTAKEN("who_is_overtaken_by_the_same_command_gets_its_reply"),
        GOES_ON_DECIDING("who_was_overtaken_does_not_go_on_deciding"),
        TAKES_ONE_COMMAND_FOR_ANOTHER("the_id_of_one_command_is_not_taken_for_another"),
        DECIDES_AGAIN_WHEN_THE_REPLY_WAS_REMOVED("a_command_whose_reply_was_removed_is_not_decided_again"),
        KEEPS_FAILURES("a_command_that_failed_is_not_answered_and_can_be_sent_again"),
        TAKES_THE_UNKNOWN_FOR_A_REJECTION("what_nobody_can_tell_is_settled_by_the_same_command"),
        FORGETS_THE_CORRELATION("events_carry_correlation_and_causation_of_their_command"),
        FORGETS_THE_CAUSATION("what_an_event_leads_to_is_correlated_with_it_and_caused_by_it"),
        FORGETS_THE_COMMAND_OF_AN_EVENT("events_carry_correlation_and_causation_of_their_command"),
        FORGETS_METADATA("metadata_of_a_command_goes_to_its_events_beneath_their_own"),
        TURNS_MIDDLEWARE_ROUND("middleware_stands_in_the_order_in_which_it_was_added"),
        ANSWERS_REPEATS_BEFORE_MIDDLEWARE("a_refusal_by_middleware_is_not_kept"),
        KEEPS_REFUSALS("a_refusal_by_middleware_is_not_kept"),
        THROWS_AT_MIDDLEWARE("middleware_that_breaks_is_a_failure_that_others_see"),
        DECIDES_WHAT_WAS_SENT("what_was_enriched_is_what_is_decided"),
        LOOKS_FOR_A_HANDLER_LAST("a_command_without_a_handler_is_refused_before_anything_happens"),
        REPLACES_HANDLERS("a_second_handler_of_a_class_or_of_a_name_is_refused");

        final String test;

        Defect(String test) {
            this.test = test;
        }
    }

    private final Defect defect;
    private final List<Middleware> middleware;
    private final Map<Class<?>, Handling<?>> handlings;

    private MutantBus(Defect defect, Map<Class<?>, Handling<?>> handlings, List<Middleware> middleware) {
        super(handlings, middleware, (command, type, decision) -> new Bent(defect, command, type, decision));
        this.defect = defect;
        this.handlings = handlings;
        this.middleware = middleware;
    }

    static CommandBus of(Defect defect) {
        return new MutantBus(defect, Map.of(), List.of());
    }

    @Override
    CommandBus with(Map<Class<?>, Handling<?>> handlings, List<Middleware> middleware) {
        return new MutantBus(defect, handlings, middleware);
    }

    @Override
    public <C> CommandBus handle(String name, Class<C> type, Function<? super C, Decision> handler) {
        if (defect == Defect.REPLACES_HANDLERS) {
            Map<Class<?>, Handling<?>> all = new HashMap<>(handlings);
            all.put(type, new Handling<>(name, type, handler));
            return with(all, middleware);
        }
        return super.handle(name, type, handler);
    }

    @Override
    public CommandBus through(Middleware more) {
        if (defect == Defect.TURNS_MIDDLEWARE_ROUND) {
            List<Middleware> all = new ArrayList<>(List.of(more));
            all.addAll(middleware);
            return with(handlings, all);
        }
        if (defect == Defect.DECIDES_WHAT_WAS_SENT) {
            return super.through(
                    (command, next) -> more.handle(command, sent -> next.apply(sent.withContent(command.content()))));
        }
        return super.through(more);
    }

    @Override
    public Reply send(Command command) {
        Handling<?> handling = handlings.get(command.content().getClass());
        if (handling == null && defect == Defect.LOOKS_FOR_A_HANDLER_LAST) {
            return guarded(sent -> super.send(sent)).apply(command);
        }
        if (handling != null && defect == Defect.ANSWERS_REPEATS_BEFORE_MIDDLEWARE) {
            Reply first = new Answering(command, handling.name(), handling.decision(command)).first();
            return first != null ? first : super.send(command);
        }
        Reply reply = super.send(command);
        if (handling != null && defect == Defect.KEEPS_REFUSALS && reply instanceof Reply.Rejected refused) {
            Answering answering = new Answering(command, handling.name(), handling.decision(command));
            if (answering.first() == null) {
                answering.keep(answering.kept.rejected(new Rejected(refused.code(), refused.detail())));
            }
        }
        return reply;
    }

    @Override
    Function<Command, Reply> guarded(Function<Command, Reply> step) {
        return defect == Defect.THROWS_AT_MIDDLEWARE ? step : super.guarded(step);
    }

    private static final class Bent extends Answering {
        private final Defect defect;

        Bent(Defect defect, Command command, String type, Decision decision) {
            super(bent(defect, command), type, decision);
            this.defect = defect;
        }

        private static Command bent(Defect defect, Command command) {
            return switch (defect) {
                case FORGETS_THE_CORRELATION ->
                    command.withCorrelation(command.id().toString());
                case FORGETS_THE_CAUSATION ->
                    new Command(command.id(), command.content(), command.correlation(), null, command.metadata());
                case FORGETS_METADATA -> command.withMetadata(Metadata.empty());
                default -> command;
            };
        }

        @Override
        Reply answer() {
            if (defect != Defect.LOOKS_ONLY_AFTER_DECIDING) {
                return super.answer();
            }
            try {
                return decide();
            } catch (StreamDeleted deleted) {
                throw deleted;
            } catch (RuntimeException failure) {
                return firstAfter(failure);
            }
        }

        @Override
        @Nullable Reply first() {
            try {
                return super.first();
            } catch (IllegalArgumentException another) {
                if (defect == Defect.TAKES_ONE_COMMAND_FOR_ANOTHER) {
                    return new Reply.Accepted(command.id(), 1, log().head());
                }
                throw another;
            } catch (IllegalStateException removed) {
                if (defect == Defect.DECIDES_AGAIN_WHEN_THE_REPLY_WAS_REMOVED) {
                    return null;
                }
                throw removed;
            }
        }

        @Override
        Reply firstAfter(RuntimeException failure) {
            if (defect == Defect.FAILS_WHO_WAS_OVERTAKEN) {
                throw failure;
            }
            return super.firstAfter(failure);
        }

        @Override
        Reply decide() {
            try {
                return super.decide();
            } catch (OutcomeUnknown unknown) {
                if (defect == Defect.TAKES_THE_UNKNOWN_FOR_A_REJECTION) {
                    return new Reply.Rejected(command.id(), "unknown", "");
                }
                throw unknown;
            } catch (ArithmeticException failure) {
                if (defect == Defect.KEEPS_FAILURES) {
                    return keep(kept.rejected(new Rejected("failed")));
                }
                throw failure;
            }
        }

        @Override
        boolean answeredMeanwhile() {
            return defect != Defect.GOES_ON_DECIDING && super.answeredMeanwhile();
        }

        @Override
        EventData enriched(EventData event) {
            return defect == Defect.FORGETS_THE_COMMAND_OF_AN_EVENT
                    ? event.withMetadata(Metadata.empty()
                            .withReserved(Command.CORRELATION, command.correlation())
                            .withAll(command.metadata())
                            .withAll(event.metadata()))
                    : super.enriched(event);
        }

        @Override
        Append with(Append append, EventData reply) {
            return switch (defect) {
                case KEEPS_NO_REPLY -> append;
                case LOOKS_AND_EXPECTS_NOTHING -> append.and(kept.stream(), reply);
                case DECIDES_AGAIN_WHEN_THE_REPLY_WAS_REMOVED ->
                    answeredMeanwhile() ? append : super.with(append, reply);
                case KEEPS_THE_REPLY_BY_ITSELF -> {
                    log().append(kept.stream(), noStream(), reply);
                    yield append;
                }
                default -> super.with(append, reply);
            };
        }

        @Override
        Reply keep(EventData reply) {
            boolean rejection = reply.type().equals("command-rejected");
            return switch (defect) {
                case KEEPS_NO_REPLY -> kept.read(reply, log().head());
                case KEEPS_NO_REJECTION -> rejection ? kept.read(reply, log().head()) : super.keep(reply);
                case KEEPS_NO_REPLY_OF_NOTHING -> rejection ? super.keep(reply) : kept.read(reply, log().head());
                case LOOKS_AND_EXPECTS_NOTHING ->
                    kept.read(reply, log().append(kept.stream(), any(), reply).cursor());
                default -> super.keep(reply);
            };
        }
    }
}
